// Headers: lists of them, by name.
#pragma once

#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace aesel::http {

/// Removes every header of that name.
void erase_header(std::vector<Header>& headers, std::string_view name);

/// Removes Connection and every header that it names, which are meant for one connection only (RFC 9110,
/// 7.6.1). Whoever adds headers for the next hop does this first, or the sender could name those as well.
void erase_connection_headers(std::vector<Header>& headers);

}  // namespace aesel::http
