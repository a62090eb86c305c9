// The examples of FIPS 180-4 and RFC 6234.
#include "crypto/digest.hpp"

#include <gtest/gtest.h>

namespace aesel::crypto {
namespace {

TEST(Sha256, MatchesTheStandardsExamples) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PiecesDoNotMatter) {
  Sha256Digest digest;
  const std::string piece(1000, 'a');
  for (int i = 0; i < 1000; ++i) digest.update(piece);
  EXPECT_EQ(to_hex(digest.finish()), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace aesel::crypto
