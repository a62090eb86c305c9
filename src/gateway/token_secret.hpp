// TokenSecret: the key that tokens are signed with, in a file that only this program's user can read.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace aesel::gateway {

inline constexpr std::size_t kSecretBytesMin = 32;
inline constexpr std::size_t kSecretBytesMax = 4096;

struct TokenSecret {
  std::string bytes;
};
struct SecretError {
  std::string message;  // a sentence for people: the file is too short, or others may read it
};
/// The text of the file, without the line's end. A file that is not there is made: 64 random bytes as text,
/// mode 0600, all of it or nothing, and two processes that start together agree. Blocks.
Result<TokenSecret, SecretError> load_token_secret(const std::filesystem::path& path);

}  // namespace aesel::gateway
