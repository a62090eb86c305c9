// LoginPage: the page on which a person logs in. One document without anything else to load, which works
// without a mouse and with a screen reader, and whose only script is its own.
#pragma once

#include "http/message.hpp"

namespace aesel::gateway {

/// The script goes on to ?next= if that is a path of this server, else to /docs/.
http::Response login_page();

/// GET /login, which people try: leads to the page.
http::Response lead_to_login_page();

}  // namespace aesel::gateway
