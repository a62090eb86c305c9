// Which scenes a query finds, for whom, and in which order.
#include "scenes/scene_query.hpp"

#include <gtest/gtest.h>

namespace aesel::scenes {
namespace {

SceneGraph sample() {
  SceneGraph graph;
  graph.put_scene({.key = {"a"},
                   .name = "one",
                   .region = "north",
                   .latitude = 0.0,
                   .longitude = 0.0,
                   .assets = {"m1", "m2"},
                   .tags = {"x", "y"}});
  graph.put_scene(
      {.key = {"b"}, .name = "two", .region = "north", .latitude = 0.0, .longitude = 1.0, .tags = {"y"}});
  graph.put_scene({.key = {"c"}, .name = "one", .region = "south"});
  graph.put_scene({.key = {"p"}, .name = "one", .user = "eve", .is_public = false});
  graph.put_scene({.key = {"q"}, .name = "mine", .user = "eve"});
  return graph;
}

std::string keys(std::vector<SceneInput> elements, std::string_view principal = "", std::int32_t start = 0,
                 std::int32_t count = 10) {
  const SceneGraph graph = sample();
  const SceneRequest request{.scenes = std::move(elements), .num_records = count, .start_record = start};
  std::string result;
  for (const Scene* scene : find_scenes(graph, request, principal)) result += scene->key.value;
  return result;
}

TEST(SceneQuery, NoConditionFindsEveryVisibleScene) {
  EXPECT_EQ(keys({{}}), "abcq");
  EXPECT_EQ(keys({{}}, "eve"), "abcpq");
  EXPECT_EQ(keys({{}}, "mallory"), "abcq");
}

TEST(SceneQuery, NameAndRegionAreExactAndTogether) {
  EXPECT_EQ(keys({{.name = "one"}}), "ac");
  EXPECT_EQ(keys({{.name = "One"}}), "");
  EXPECT_EQ(keys({{.region = "north"}}), "ab");
  EXPECT_EQ(keys({{.name = "one", .region = "north"}}), "a");
}

TEST(SceneQuery, TagsAndAssetsMustAllBeThere) {
  EXPECT_EQ(keys({{.tags = {"y"}}}), "ab");
  EXPECT_EQ(keys({{.tags = {"y", "x"}}}), "a");
  EXPECT_EQ(keys({{.tags = {"z"}}}), "");
  EXPECT_EQ(keys({{.assets = {"m2", "m1"}}}), "a");
  EXPECT_EQ(keys({{.assets = {"m2", "m3"}}}), "");
}

TEST(SceneQuery, OtherMembersAreNoConditions) {
  EXPECT_EQ(
      keys({{.description = "z", .thumbnail = "z", .latitude = 5.0, .longitude = 5.0, .is_active = false}}),
      "abcq");
}

TEST(SceneQuery, DistanceIsInMetresAndStrict) {
  EXPECT_NEAR(distance_metres({0, 0}, {0, 1}), 111'194.93, 0.01);
  EXPECT_NEAR(distance_metres({48.8566, 2.3522}, {51.5074, -0.1278}), 343'556.06, 0.01);
  const auto near = [](double distance) {
    return keys({{.latitude = 0.0, .longitude = 0.0, .distance = distance}});
  };
  EXPECT_EQ(near(0.005), "a");
  EXPECT_EQ(near(111'194.0), "a");
  EXPECT_EQ(near(111'195.0), "ab");
  EXPECT_EQ(near(1e9), "ab") << "scenes without coordinates never match";
  EXPECT_EQ(keys({{.latitude = 0.0, .distance = 1}}), "abcq") << "half a place is no condition";
}

TEST(SceneQuery, KeyIgnoresTheOtherFiltersAndThePaging) {
  EXPECT_EQ(keys({{.key = "b", .name = "nope"}}, "", 5, 0), "b");
  EXPECT_EQ(keys({{.key = "p"}}), "");
  EXPECT_EQ(keys({{.key = "p"}}, "eve"), "p");
  EXPECT_EQ(keys({{.key = "none"}}), "");
}

TEST(SceneQuery, SeveralElementsAreTheirUnionWithoutDuplicates) {
  EXPECT_EQ(keys({{.key = "c"}, {.key = "a"}, {.key = "c"}}), "ac");
  EXPECT_EQ(keys({{.key = "q"}, {.region = "north"}, {.name = "one"}}), "abcq");
  EXPECT_EQ(keys({{.key = "q"}, {.region = "north"}, {.name = "one"}}, "", 1, 2), "bc");
}

TEST(SceneQuery, PagesInTheOrderOfKeys) {
  EXPECT_EQ(keys({{}}, "", 0, 2), "ab");
  EXPECT_EQ(keys({{}}, "", 2, 2), "cq");
  EXPECT_EQ(keys({{}}, "", 4, 2), "");
  EXPECT_EQ(keys({{}}, "", 0, 0), "");
}

TEST(SceneQuery, PrivateMeansOnesOwn) {
  EXPECT_EQ(keys({{.is_public = false}}, "eve"), "pq");
  EXPECT_EQ(keys({{.name = "one", .is_public = false}}, "eve"), "p");
  EXPECT_EQ(keys({{.key = "a", .is_public = false}}, "eve"), "");
  EXPECT_EQ(keys({{.is_public = false}}, ""), "");
}

TEST(SceneAccess, OwnersPublicScenesAndScenesWithoutOwner) {
  const Scene open{.user = "eve"};
  const Scene owned{.user = "eve", .is_public = false};
  const Scene orphan{.is_public = false};
  EXPECT_TRUE(is_visible(open, "mallory"));
  EXPECT_TRUE(is_visible(owned, "eve"));
  EXPECT_FALSE(is_visible(owned, "mallory"));
  EXPECT_FALSE(is_visible(owned, ""));
  EXPECT_FALSE(is_visible(orphan, ""));
  EXPECT_TRUE(may_use(orphan, ""));
  EXPECT_TRUE(may_use(owned, "eve"));
  EXPECT_FALSE(may_use(owned, "mallory"));
  EXPECT_FALSE(may_use(owned, ""));
}

}  // namespace
}  // namespace aesel::scenes
