#include <gtest/gtest.h>

#include <limits>

#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::json {
namespace {

std::string real_text(double value) {
  std::string out;
  append_real(out, value);
  return out;
}

TEST(Writer, PrintsRealsWithAPointOrAnExponent) {
  EXPECT_EQ(real_text(100), "100.0");
  EXPECT_EQ(real_text(-0.5), "-0.5");
  EXPECT_EQ(real_text(1e300), "1e+300");
  EXPECT_EQ(real_text(0.1), "0.1");
  EXPECT_EQ(real_text(std::numeric_limits<double>::quiet_NaN()), "0.0");
}

TEST(Writer, KeepsTheOrderAndSeparates) {
  std::string out;
  Writer w(out);
  w.begin_object();
  w.member("a", 1);
  w.name("b");
  w.begin_array();
  w.begin_object();
  w.end_object();
  w.real(2);
  w.end_array();
  w.member("c", "x");
  w.member("d", true);
  w.member_if("e", "");
  w.end_object();
  EXPECT_EQ(out, R"({"a":1,"b":[{},2.0],"c":"x","d":true})");
}

TEST(Writer, EscapesSoThatOneLineStaysOneLine) {
  std::string out;
  append_text(out, std::string_view("a\"\\\n\x01\0é", 8));
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001\\u0000é\"");
}

TEST(Writer, ReplacesInvalidUtf8) {
  for (const char* bad : {"\xff", "\xc3", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc0\xaf"}) {
    std::string out;
    append_text(out, bad);
    EXPECT_TRUE(parse(out)) << out;
  }
}

TEST(Parse, IgnoresWhatFollowsTheFirstValue) {
  const auto value = parse(R"({"a":1} trailing)");
  ASSERT_TRUE(value);
  EXPECT_EQ(integer(*value, "a"), 1);
}

TEST(Parse, RefusesTruncatedEmptyAndHugeInput) {
  for (const char* bad :
       {"", "{", R"({"a":)", R"({"a":1)", "nul", "{'a':1}", R"({"a":NaN})", R"({"a":1e999})", "\"\xff\""}) {
    const auto value = parse(bad);
    ASSERT_FALSE(value) << bad;
    EXPECT_FALSE(value.error().message.empty()) << bad;
  }
}

TEST(Parse, RefusesDeepNestingWithoutRecursion) {
  EXPECT_TRUE(parse(std::string(kDepthMax, '[') + std::string(kDepthMax, ']')));
  EXPECT_FALSE(parse(std::string(kDepthMax + 1, '[') + std::string(kDepthMax + 1, ']')));
  EXPECT_FALSE(parse(std::string(1'000'000, '[')));
}

TEST(Find, TreatsNullAndWrongTypesAsAbsent) {
  const auto value = parse(R"({"n":null,"s":5,"i":1.0,"b":1,"t":["x",3,"",null,"y"],"big":4294967296})");
  ASSERT_TRUE(value);
  EXPECT_EQ(find(*value, "n"), nullptr);
  EXPECT_FALSE(text(*value, "s"));
  EXPECT_FALSE(integer(*value, "i"));
  EXPECT_FALSE(boolean(*value, "b"));
  EXPECT_FALSE(int32(*value, "big"));
  EXPECT_EQ(texts(*value, "t"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(find(Value::array(), "x"), nullptr);
}

}  // namespace
}  // namespace aesel::json
