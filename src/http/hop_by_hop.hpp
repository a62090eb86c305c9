// Headers that are meant for one connection only (RFC 9110, 7.6.1).
#pragma once

#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace aesel::http {

/// Case does not matter.
bool same_header_name(std::string_view a, std::string_view b);

/// Removes Connection and every header that it names. Whoever adds headers for the next hop does this first,
/// or the sender could name those as well.
void erase_connection_headers(std::vector<Header>& headers);

}  // namespace aesel::http
