#include "crypto/random.hpp"

#include <openssl/rand.h>

#include <climits>
#include <string_view>

#include "base/check.hpp"

namespace aesel::crypto {

std::string random_bytes(std::size_t count) {
  CHECK(count <= INT_MAX);
  std::string bytes(count, '\0');
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
  return bytes;
}

std::string random_word(std::size_t count) {
  static constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kLetters.size() == 32);
  std::string word = random_bytes(count);
  for (char& c : word) c = kLetters[static_cast<unsigned char>(c) & 31];
  return word;
}

}  // namespace aesel::crypto
