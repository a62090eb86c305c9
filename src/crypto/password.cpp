#include "crypto/password.hpp"

#include <crypt.h>
#include <sodium.h>

#include <cstring>
#include <memory>

#include "base/check.hpp"
#include "crypto/base64.hpp"
#include "crypto/hmac.hpp"
#include "crypto/random.hpp"

namespace aesel::crypto {
namespace {

void start_sodium() {
  static const bool is_started = sodium_init() >= 0;
  CHECK(is_started);
}

bool is_bcrypt(const std::string& hash) {
  return hash.size() == 60 && hash[0] == '$' && hash[1] == '2' && hash[3] == '$' &&
         std::strchr("aby", hash[2]) != nullptr;
}

/// Never fails: what crypt cannot do gives a text that is no hash.
bool is_right_for_bcrypt(const std::string& password, const std::string& hash) {
  if (password.find('\0') != password.npos) return false;
  const auto work = std::make_unique<crypt_data>();  // 32 kB
  const char* const made = crypt_rn(password.c_str(), hash.c_str(), work.get(), sizeof(crypt_data));
  const bool is_right = made != nullptr && is_equal_in_constant_time(made, hash);
  sodium_memzero(work.get(), sizeof(crypt_data));
  return is_right;
}

}  // namespace

PasswordCost interactive_cost() {
  return {crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE};
}

PasswordCost least_cost() {
  return {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
}

Result<std::string> hash_password(const std::string& password, const PasswordCost& cost) {
  CHECK(password.size() <= kPasswordBytesMax);
  start_sodium();
  char text[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(text, password.data(), password.size(), cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return make_error_code(boost::system::errc::not_enough_memory);
  }
  return std::string(text);
}

bool is_right_password(const std::string& password, const std::string& hash) {
  if (password.size() > kPasswordBytesMax) return false;
  start_sodium();
  if (is_bcrypt(hash)) return is_right_for_bcrypt(password, hash);
  if (!hash.starts_with(crypto_pwhash_STRPREFIX) || hash.size() >= crypto_pwhash_STRBYTES) return false;
  char padded[crypto_pwhash_STRBYTES] = {};
  hash.copy(padded, hash.size());
  return crypto_pwhash_str_verify(padded, password.data(), password.size()) == 0;
}

std::string impossible_hash(const PasswordCost& cost) {
  const auto unpadded = [](std::string text) { return text.substr(0, text.find('=')); };
  const std::string salt = unpadded(to_base64(random_bytes(crypto_pwhash_SALTBYTES)));
  const std::string digest = unpadded(to_base64(random_bytes(32)));
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_bytes / 1024) +
         ",t=" + std::to_string(cost.passes) + ",p=1$" + salt + "$" + digest;
}

bool needs_rehash(const std::string& hash, const PasswordCost& cost) {
  start_sodium();
  if (!hash.starts_with(crypto_pwhash_STRPREFIX) || hash.size() >= crypto_pwhash_STRBYTES) return true;
  char padded[crypto_pwhash_STRBYTES] = {};
  hash.copy(padded, hash.size());
  return crypto_pwhash_str_needs_rehash(padded, cost.passes, cost.memory_bytes) != 0;
}

}  // namespace aesel::crypto
