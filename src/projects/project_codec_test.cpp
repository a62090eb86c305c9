// What clients send for groups and collections of a project, and what is stored and sent.
#include "projects/project_codec.hpp"

#include <gtest/gtest.h>

namespace aesel::projects {
namespace {

ProjectParts decode(const std::string& text) {
  const auto parts = decode_parts(json::Value::parse(text));
  EXPECT_TRUE(parts) << text;
  return *parts;
}

int code_of(const json::Value& object) {
  const auto parts = decode_parts(object);
  return parts ? 100 : parts.error().code;
}

TEST(ProjectParts, TakeWhatIsGiven) {
  const ProjectParts parts =
      decode(R"({"sceneGroups":[{"name":"g","description":"","category":"c","scenes":["s","s","t"]},
    {"name":"g"}],"assetCollectionIds":["x","y","x"]})");
  const ProjectParts expected{{{"g", "", "c", {"s", "t"}}, {"g", std::nullopt, std::nullopt, {}}},
                              {"x", "y"}};
  EXPECT_EQ(parts, expected);
}

TEST(ProjectParts, NullsEmptyAndWrongTypesAreAbsent) {
  for (const char* text : {"{}", R"({"sceneGroups":null,"assetCollectionIds":null})",
                           R"({"sceneGroups":[],"assetCollectionIds":[]})",
                           R"({"sceneGroups":[5,null,"x",[]],"assetCollectionIds":[5,null,""]})",
                           R"({"sceneGroups":{"name":"g"},"assetCollectionIds":"x"})"}) {
    EXPECT_EQ(decode(text), ProjectParts()) << text;
  }
  const ProjectParts expected{{{"g", std::nullopt, std::nullopt, {}}}, {}};
  EXPECT_EQ(
      decode(R"({"sceneGroups":[{"name":"g","description":5,"category":null,"scenes":null,"key":null}]})"),
      expected);
}

TEST(ProjectParts, ComeBackAsTheyWere) {
  const ProjectParts parts{{{"g", "", std::nullopt, {"s"}}, {"h", std::nullopt, "c", {}}}, {"x"}};
  EXPECT_EQ(*decode_parts(encode_parts(parts)), parts);
  EXPECT_EQ(*decode_parts(encode_parts(ProjectParts())), ProjectParts());
}

TEST(ProjectParts, AreWrittenWithEveryMember) {
  EXPECT_EQ(encode_parts(ProjectParts()).dump(), R"({"assetCollectionIds":[],"sceneGroups":[]})");
  EXPECT_EQ(encode_parts({{{"g", std::nullopt, std::nullopt, {}}}, {}}).at("sceneGroups").dump(),
            R"([{"category":null,"description":null,"name":"g","scenes":[]}])");
}

TEST(ProjectParts, LimitsAreRefused) {
  const json::Value group = {{"name", "g"}};
  EXPECT_EQ(code_of({{"sceneGroups", std::vector<json::Value>(1000, group)}}), 100);
  EXPECT_EQ(code_of({{"sceneGroups", std::vector<json::Value>(1001, group)}}), 122);
  EXPECT_EQ(code_of({{"sceneGroups", {json::Value::object()}}}), 122);
  EXPECT_EQ(code_of({{"sceneGroups", {{{"name", std::string(1025, 'x')}}}}}), 122);
  EXPECT_EQ(code_of({{"sceneGroups", {{{"name", "g"}, {"description", std::string(65537, 'x')}}}}}), 122);
  EXPECT_EQ(code_of({{"sceneGroups", {{{"name", "g"}, {"scenes", std::vector<std::string>(1001, "x")}}}}}),
            122);
  EXPECT_EQ(code_of({{"assetCollectionIds", std::vector<std::string>(1001, "x")}}), 122);
}

TEST(GroupInput, KeepsEmptyTextApartFromNone) {
  const auto input = decode_group(R"({"name":"","description":"","scenes":["s"]})");
  ASSERT_TRUE(input);
  EXPECT_EQ(input->name, "");
  EXPECT_EQ(input->description, "");
  EXPECT_EQ(input->category, std::nullopt);
  EXPECT_EQ(input->scenes, std::vector<std::string>{"s"});
}

TEST(GroupInput, BadBodiesAreRefused) {
  EXPECT_EQ(decode_group("").error().code, 110);
  EXPECT_EQ(decode_group("[]").error().code, 110);
  EXPECT_EQ(decode_group(json::Value{{"name", std::string(1025, 'x')}}.dump()).error().code, 122);
}

}  // namespace
}  // namespace aesel::projects
