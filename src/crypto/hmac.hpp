// Hmac: HMAC-SHA-512, and a comparison that takes the same time wherever two texts differ.
#pragma once

#include <string>
#include <string_view>

namespace aesel::crypto {

/// RFC 2104 with SHA-512: 64 raw bytes. Any thread.
std::string hmac_sha512(std::string_view key, std::string_view message);

/// The time depends on the lengths only.
bool is_equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace aesel::crypto
