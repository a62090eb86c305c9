// The examples of RFC 4648, and texts that mean nothing.
#include "crypto/base64.hpp"

#include <gtest/gtest.h>

namespace aesel::crypto {
namespace {

TEST(Base64, MatchesTheStandardsExamples) {
  const std::pair<const char*, const char*> examples[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
    const std::string bare(text, std::string_view(text).find_last_not_of('=') + 1);
    EXPECT_EQ(to_base64url(bytes), bare);
    EXPECT_EQ(from_base64url(bare), bytes);
  }
}

TEST(Base64, KeepsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

TEST(Base64, EachByteSequenceHasOneText) {
  for (const char* text :
       {"Z", "Zg=", "Zg", "Zh==", "Zm9", "Zm8", "Z===", "====", "Zg==Zg==", "Zm 8", "-_8="})
    EXPECT_FALSE(from_base64(text)) << text;
  for (const char* text : {"Z", "Zh", "Zm9", "Zg==", "+/8", "Zm\n8"})
    EXPECT_FALSE(from_base64url(text)) << text;
}

}  // namespace
}  // namespace aesel::crypto
