// Base64 (RFC 4648): the standard alphabet with padding, and the one for URLs and tokens without.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aesel::crypto {

std::string to_base64(std::string_view bytes);
/// Standard alphabet, padding required, nothing else in the text; absent otherwise.
std::optional<std::string> from_base64(std::string_view text);

std::string to_base64url(std::string_view bytes);
/// Alphabet of URLs, no padding, no bits left over, so that each byte sequence has one text; absent
/// otherwise.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace aesel::crypto
