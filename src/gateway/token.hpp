// Token: what a client shows to say who it is: a JSON Web Token (RFC 7519) signed with HMAC-SHA-512. Beside
// the contract's sub and exp it names the user's id and generation, so that it dies with either.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aesel::gateway {

struct Claims {
  std::string username;        // sub
  std::string id;              // uid
  std::string generation;      // gen
  std::int64_t expires_s = 0;  // exp, seconds since 1970

  friend bool operator==(const Claims&, const Claims&) = default;
};

inline constexpr std::size_t kTokenBytesMax = 4096;

std::string sign_token(const Claims& claims, std::string_view secret);

/// Absent: longer than kTokenBytesMax, not three parts of Base64url, another signature or algorithm than
/// ours, a claim missing. Whether it has expired is for the caller to say.
std::optional<Claims> verify_token(std::string_view token, std::string_view secret);

}  // namespace aesel::gateway
