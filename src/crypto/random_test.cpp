#include "crypto/random.hpp"

#include <gtest/gtest.h>

namespace aesel::crypto {
namespace {

TEST(Random, NeverTheSameTwice) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(32).size(), 32u);
  EXPECT_NE(random_bytes(32), random_bytes(32));
  EXPECT_NE(random_word(24), random_word(24));
}

TEST(Random, WordsHoldLettersAndDigitsOnly) {
  const std::string word = random_word(1000);
  EXPECT_EQ(word.size(), 1000u);
  EXPECT_EQ(word.find_first_not_of("abcdefghijkmnpqrstuvwxyz23456789"), word.npos);
}

}  // namespace
}  // namespace aesel::crypto
