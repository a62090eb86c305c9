// Password: hashes that are slow on purpose. New ones are Argon2id; bcrypt, which older installations have,
// is verified and replaced at the next chance.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace aesel::crypto {

/// What one hash costs whoever makes or tries it.
struct PasswordCost {
  unsigned long long passes;
  std::size_t memory_bytes;
};
/// libsodium's interactive setting: 64 MiB, about 0.1 s.
PasswordCost interactive_cost();
/// The least that Argon2id takes, for tests.
PasswordCost least_cost();

/// A password is at most this long, so that hashing it costs what it should.
inline constexpr std::size_t kPasswordBytesMax = 1024;

/// "$argon2id$...". Errors: not_enough_memory. REQUIRES: at most kPasswordBytesMax. Any thread; blocks for as
/// long as it was told to cost.
Result<std::string> hash_password(const std::string& password, const PasswordCost& cost);

/// Argon2id as above, or bcrypt ("$2a$", "$2b$", "$2y$"). Anything else, and a password that is too long, is
/// never right. Any thread; blocks.
bool is_right_password(const std::string& password, const std::string& hash);

/// Looks like a hash of that cost, and takes as long to try; no password is right for it. So an answer about
/// a user who does not exist comes as late as any other.
std::string impossible_hash(const PasswordCost& cost);

/// Would a new hash at this cost look different in kind?
bool needs_rehash(const std::string& hash, const PasswordCost& cost);

}  // namespace aesel::crypto
