// Base64 (RFC 4648, 4), as Basic credentials have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aesel::http {

std::string encode_base64(std::string_view bytes);
/// Nothing for text that is not exactly what encode_base64 makes, padding included.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace aesel::http
