// What clients send for an entry, oddities included, and what they get.
#include "catalog/entry_codec.hpp"

#include <gtest/gtest.h>

namespace aesel::catalog {
namespace {

EntryInput decode(const std::string& text) {
  const auto body = parse_object(text);
  EXPECT_TRUE(body) << text;
  const auto input = decode_entry(*body);
  EXPECT_TRUE(input) << text;
  return *input;
}

Refusal refusal_of(const json::Value& body) {
  const auto input = decode_entry(body);
  return input ? Refusal{200, 100, ""} : input.error();
}

TEST(EntryInput, TakesWhatIsGiven) {
  const EntryInput input = decode(
      R"({"name":"n","description":"d","category":"c","thumbnail":"t","isPublic":true,"tags":["a","b","a",""]})");
  EXPECT_EQ(input, (EntryInput{"n", "d", "c", "t", true, {"a", "b"}}));
}

TEST(EntryInput, NullsEmptyAndWrongTypesAreAbsent) {
  EXPECT_EQ(decode("{}"), EntryInput());
  EXPECT_EQ(
      decode(R"({"key":null,"id":"x","user":"eve","name":null,"description":"","category":5,"thumbnail":{},
    "isPublic":null,"public":"yes","tags":null,"email":"e","audience":"public"})"),
      EntryInput());
  EXPECT_EQ(decode(R"({"tags":[]})"), EntryInput());
  EXPECT_EQ(decode(R"({"tags":[1,null,["x"],{"y":1}]})"), EntryInput());
  EXPECT_EQ(decode(R"({"tags":"x"})"), EntryInput());
}

TEST(EntryInput, VisibilityHasTwoNames) {
  EXPECT_EQ(decode(R"({"public":true})").is_public, true);
  EXPECT_EQ(decode(R"({"isPublic":null,"public":true})").is_public, true);
  EXPECT_EQ(decode(R"({"isPublic":false,"public":true})").is_public, false);
  EXPECT_EQ(decode(R"({"isPublic":true,"public":false})").is_public, true);
}

TEST(EntryInput, LimitsAreRefused) {
  for (const char* name : {"name", "category", "thumbnail"}) {
    EXPECT_EQ(refusal_of({{name, std::string(1024, 'x')}}).status, 200) << name;
    EXPECT_EQ(refusal_of({{name, std::string(1025, 'x')}}),
              Refusal::over_limit("'" + std::string(name) + "' is longer than 1024 bytes"));
  }
  EXPECT_EQ(refusal_of({{"description", std::string(65536, 'x')}}).status, 200);
  EXPECT_EQ(refusal_of({{"description", std::string(65537, 'x')}}).code, 122);
  EXPECT_EQ(refusal_of({{"tags", std::vector<std::string>(1000, "x")}}).status, 200);
  EXPECT_EQ(refusal_of({{"tags", std::vector<std::string>(1001, "x")}}).code, 122);
  EXPECT_EQ(refusal_of({{"tags", {std::string(1025, 'x')}}}).code, 122);
}

TEST(EntryBody, HasToBeAJsonObject) {
  for (const char* text : {"", "{", "nonsense", "[]", "5", "null", "\"x\"", "{\"name\":\"\xFF\"}"}) {
    const auto body = parse_object(text);
    ASSERT_FALSE(body) << text;
    EXPECT_EQ(body.error().status, 400);
    EXPECT_EQ(body.error().code, 110);
  }
}

TEST(EntryIds, AreTheIdsAmongTheTexts) {
  const std::string id(24, 'a');
  EXPECT_EQ(decode_ids(R"({"ids":[")" + id + R"(","x",5,null,")" + id + R"("]})")->size(), 1u);
  EXPECT_TRUE(decode_ids(R"({"ids":[]})")->empty());
  EXPECT_TRUE(decode_ids(R"({"ids":null})")->empty());
  EXPECT_TRUE(decode_ids("{}")->empty());
  EXPECT_EQ(decode_ids("[").error().code, 110);
  EXPECT_EQ(decode_ids(json::Value{{"ids", std::vector<std::string>(10001, id)}}.dump()).error().code, 122);
}

TEST(EntryJson, HasEveryMember) {
  std::string text;
  json::Writer writer(text);
  write_entry(writer, Entry{.id = *EntryId::parse("0123456789abcdef01234567")});
  EXPECT_EQ(text, R"({"id":"0123456789abcdef01234567","name":null,"description":null,"category":null,)"
                  R"("thumbnail":null,"user":"","isPublic":false,"public":false,"tags":[]})");
}

TEST(EntryJson, ShowsWhatTheKindAdds) {
  Entry entry{.name = "n", .user = "ann", .is_public = true, .tags = {"a \"b\""}};
  entry.more = {{"list", json::Value::array()}, {"nothing", nullptr}};
  std::string text;
  json::Writer writer(text);
  write_entry(writer, entry);
  const json::Value expected = {{"id", std::string(24, '0')}, {"name", "n"},
                                {"description", nullptr},     {"category", nullptr},
                                {"thumbnail", nullptr},       {"user", "ann"},
                                {"isPublic", true},           {"public", true},
                                {"tags", {"a \"b\""}},        {"list", json::Value::array()},
                                {"nothing", nullptr}};
  EXPECT_EQ(json::Value::parse(text), expected);
}

TEST(TextSet, HoldsEachTextOnceWithinLimits) {
  std::vector<std::string> set;
  EXPECT_EQ(add_to_set(set, "a", "tags"), std::nullopt);
  EXPECT_EQ(add_to_set(set, "a", "tags"), std::nullopt);
  EXPECT_EQ(set.size(), 1u);
  EXPECT_EQ(add_to_set(set, std::string(1025, 'x'), "tags")->code, 122);
  EXPECT_EQ(add_to_set(set, "\xFF", "tags")->code, 122);
  while (set.size() < 1000) set.push_back(std::to_string(set.size()));
  EXPECT_EQ(add_to_set(set, "a", "tags"), std::nullopt);
  EXPECT_EQ(add_to_set(set, "one too many", "tags")->code, 122);
  EXPECT_EQ(set.size(), 1000u);
}

TEST(ShortText, IsUtf8) {
  for (const char* text : {"", "plain", "\xC3\xA9", "\xF0\x9F\x98\x80", "a\nb", "\xEF\xBF\xBD"}) {
    EXPECT_TRUE(is_short_text(text)) << text;
  }
  EXPECT_TRUE(is_short_text(std::string_view("a\0b", 3)));
  for (const char* text : {"\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "a\x80"})
    EXPECT_FALSE(is_short_text(text));
  EXPECT_FALSE(is_short_text(std::string(1025, 'x')));
}

}  // namespace
}  // namespace aesel::catalog
