// What clients send for a relationship, what they get, and what is stored.
#include "assets/relationship_codec.hpp"

#include <gtest/gtest.h>

namespace aesel::assets {
namespace {

using json::Value;

Relationship full() {
  return {*RelationshipId::parse("0123456789abcdef01234567"), "a", "", "scene", std::nullopt, "r"};
}

TEST(Relationship, TakesWhatIsGivenAndIgnoresTheId) {
  const auto read = decode_relationship(R"({"id":"0123456789abcdef01234567","assetId":"a","assetSubId":"",
    "relationshipType":"scene","relationshipSubtype":null,"relatedId":"r","key":null,"user":"x"})");
  ASSERT_TRUE(read);
  Relationship expected = full();
  expected.id = {};
  EXPECT_EQ(*read, expected);
}

TEST(Relationship, NullsAndWrongTypesAreAbsent) {
  EXPECT_EQ(*decode_relationship("{}"), Relationship());
  EXPECT_EQ(*decode_relationship(R"({"assetId":5,"assetSubId":[],"relationshipType":{},"relatedId":true})"),
            Relationship());
}

TEST(Relationship, BadBodiesAreRefused) {
  for (const char* body : {"", "{", "[]", "5"}) {
    const auto read = decode_relationship(body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().code, 110);
  }
  for (const char* name : {"assetId", "assetSubId", "relationshipType", "relationshipSubtype", "relatedId"}) {
    EXPECT_TRUE(decode_relationship(Value{{name, std::string(1024, 'x')}}.dump())) << name;
    EXPECT_EQ(decode_relationship(Value{{name, std::string(1025, 'x')}}.dump()).error().code, 122) << name;
  }
}

TEST(Relationship, IsWrittenWithEveryMember) {
  std::string text;
  json::Writer writer(text);
  write_relationship(writer, full());
  EXPECT_EQ(text,
            R"({"id":"0123456789abcdef01234567","assetId":"a","assetSubId":"","relationshipType":"scene",)"
            R"("relationshipSubtype":null,"relatedId":"r"})");
}

TEST(Relationship, ComesBackFromTheStoreAsItWas) {
  const Relationship relationship = full();
  EXPECT_EQ(stored_body(relationship),
            R"({"assetId":"a","assetSubId":"","relationshipType":"scene","relatedId":"r"})");
  EXPECT_EQ(relationship_from(relationship.id.text(), stored_body(relationship)), relationship);
  EXPECT_EQ(stored_body({}), "{}");
  EXPECT_EQ(relationship_from("x", "{}"), std::nullopt);
  EXPECT_EQ(relationship_from(relationship.id.text(), "[]"), std::nullopt);
  EXPECT_EQ(relationship_from(relationship.id.text(), "{"), std::nullopt);
}

TEST(RelationshipsOf, AssetsWinIfThereAreAny) {
  const auto both = decode_relationships_of(R"({"assetIds":["a","a","b"],"relatedIds":["r"]})");
  EXPECT_EQ(both->asset_ids, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(both->related_ids.empty());
  EXPECT_EQ(decode_relationships_of(R"({"assetIds":[],"relatedIds":["r"]})")->related_ids,
            std::vector<std::string>{"r"});
  for (const char* body : {"{}", R"({"assetIds":null,"relatedIds":[]})", R"({"assetIds":5})"}) {
    const auto of = decode_relationships_of(body);
    ASSERT_TRUE(of) << body;
    EXPECT_TRUE(of->asset_ids.empty() && of->related_ids.empty());
  }
  EXPECT_EQ(decode_relationships_of("[]").error().code, 110);
  EXPECT_EQ(
      decode_relationships_of(Value{{"assetIds", std::vector<std::string>(10001, "x")}}.dump()).error().code,
      122);
}

}  // namespace
}  // namespace aesel::assets
