// What a download is answered with: the whole content, a part of it, or that the client has it already.
#pragma once

#include <string>

#include "assets/assets.hpp"
#include "http/message.hpp"

namespace aesel::assets {

/// For GET and HEAD. `assets` must outlive the response.
http::Response deliver(Assets& assets, const Asset& asset, const http::Request& request);

/// "<key>.<file type>": nothing but letters, digits, dots, dashes and underscores.
std::string file_name(const Asset& asset);

}  // namespace aesel::assets
