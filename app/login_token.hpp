// LoginToken: how the tools get past a server that wants a login. `aesel login` prints a token; the other
// tools take it from the environment.
#pragma once

#include "http/client.hpp"

namespace aesel::app {

inline constexpr const char* kTokenVariable = "AESEL_SECRET_TOKEN";

/// Adds the token of the environment, if there is one.
void add_login_token(http::ClientRequest& request);

/// What to do about an answer of 401, to be put behind its reason: " Log in first: ...". "" for others.
const char* login_advice(int status);

}  // namespace aesel::app
