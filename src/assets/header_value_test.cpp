// Header values as browsers and libraries write them, and as an attacker might.
#include "assets/header_value.hpp"

#include <gtest/gtest.h>

namespace aesel::assets {
namespace {

std::string parameter(std::string_view text, std::string_view name) {
  const auto header = parse_header_value(text);
  if (!header || header->parameter(name) == nullptr) return "(none)";
  return *header->parameter(name);
}

TEST(HeaderValue, HasAValueAndParametersInAnySpelling) {
  const auto header = parse_header_value(R"( Form-Data ; NAME = "a b" ;filename=c.obj; )");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->value, "form-data");
  EXPECT_EQ(*header->parameter("name"), "a b");
  EXPECT_EQ(*header->parameter("filename"), "c.obj");
  EXPECT_EQ(header->parameter("other"), nullptr);
}

TEST(HeaderValue, UnescapesQuotesAndBackslashesOnly) {
  EXPECT_EQ(parameter(R"(x; a="say \"hi\"")", "a"), R"(say "hi")");
  EXPECT_EQ(parameter(R"(x; a="C:\dir\file")", "a"), R"(C:\dir\file)");
  EXPECT_EQ(parameter(R"(x; a="\\")", "a"), R"(\)");
  EXPECT_EQ(parameter(R"(x; a="semi;colon=")", "a"), "semi;colon=");
  EXPECT_EQ(parameter(R"(x; a="")", "a"), "");
}

TEST(HeaderValue, RefusesWhatCanBeReadInTwoWays) {
  for (const char* text :
       {"", ";", ";a=b", "x; a", "x; a=", "x; =b", "x; a=b; a=c", "x; a=b; A=c", "x; a=\"b", "x; a=\"b\"c",
        "x; a=b c", "x; a=b\"c\"", "x; a=\"b\nc\"", "x\r\ny: z", "x; a b=c", "x; a=\"b\\\""}) {
    EXPECT_FALSE(parse_header_value(text)) << text;
  }
  EXPECT_FALSE(parse_header_value(std::string_view("x; a=\"\0\"", 8)));
}

TEST(MediaType, IsTypeAndSubtype) {
  for (const char* good : {"text/plain", "model/gltf+json", "TEXT/HTML; charset=utf-8", "application/x-blend",
                           "text/plain; charset=\"utf-8\"", "image/*"}) {
    EXPECT_TRUE(is_media_type(good)) << good;
  }
  for (const char* bad :
       {"", "text", "text/", "/plain", "text/pl ain", "text/plain\r\nX: y", "te\xC3\xA4xt/plain",
        " text/plain", "text/plain/more", "text/plain; charset", "text/plain; a=\"\xC3\xA4\""}) {
    EXPECT_FALSE(is_media_type(bad)) << bad;
  }
  EXPECT_FALSE(is_media_type("text/" + std::string(300, 'x')));
}

}  // namespace
}  // namespace aesel::assets
