#include "crypto/hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <climits>

#include "base/check.hpp"

namespace aesel::crypto {

std::string hmac_sha512(std::string_view key, std::string_view message) {
  CHECK(key.size() <= INT_MAX);
  std::string mac(64, '\0');
  unsigned size = 0;
  CHECK(HMAC(EVP_sha512(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(message.data()), message.size(),
             reinterpret_cast<unsigned char*>(mac.data()), &size) != nullptr);
  CHECK(size == mac.size());
  return mac;
}

bool is_equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace aesel::crypto
