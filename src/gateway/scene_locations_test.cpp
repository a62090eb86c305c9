#include "gateway/scene_locations.hpp"

#include "gateway/test_gateway.hpp"

namespace aesel::gateway {
namespace {

using testing::run;
using testing::UnreliableStore;

struct Locations : ::testing::Test {
  std::unique_ptr<SceneLocations> open(std::vector<std::string> clusters = {"a", "b"}) {
    auto locations =
        std::make_unique<SceneLocations>(SceneLocations::Parts{store, clock, metrics, std::move(clusters)});
    EXPECT_TRUE(locations->load());
    return locations;
  }
  void assign(SceneLocations& locations, std::string scene, std::size_t pair) {
    run(locations.assign(std::move(scene), pair));
  }
  static std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::ranges::sort(texts);
    return texts;
  }
  using Keys = std::vector<std::string>;

  UnreliableStore store;
  ManualClock clock;
  telemetry::Metrics metrics;
};

TEST_F(Locations, AreKeptAndFoundAgain) {
  {
    const auto locations = open();
    assign(*locations, "x", 1);
    assign(*locations, "y", 0);
    assign(*locations, "z\n\"ü", 1);
  }
  const auto locations = open();
  EXPECT_EQ(locations->pair_of("x"), 1u);
  EXPECT_EQ(locations->pair_of("y"), 0u);
  EXPECT_EQ(locations->pair_of("none"), std::nullopt);
  EXPECT_EQ(sorted(locations->scenes_of("b")), (Keys{"x", "z\n\"ü"}));
  EXPECT_EQ(locations->scenes_of("a"), Keys{"y"});
  EXPECT_EQ(locations->scenes_of("c"), Keys{});
  EXPECT_EQ(locations->least_loaded(), 0u);
}

TEST_F(Locations, AreDecidedOnce) {
  const auto locations = open();
  assign(*locations, "x", 1);
  assign(*locations, "x", 0);
  EXPECT_EQ(locations->pair_of("x"), 1u);
  EXPECT_EQ(store.writes_tried, 1);
}

TEST_F(Locations, GoWithTheScene) {
  const auto locations = open();
  assign(*locations, "x", 1);
  run(locations->remove("x"));
  run(locations->remove("never there"));
  EXPECT_EQ(locations->scenes_of("b"), Keys{});
  EXPECT_EQ(open()->pair_of("x"), std::nullopt);
}

TEST_F(Locations, APairThatIsGoneLeavesItsScenesToTheFirst) {
  {
    const auto locations = open();
    assign(*locations, "x", 1);
  }
  const auto locations = open({"new"});
  EXPECT_EQ(locations->pair_of("x"), 0u);
  EXPECT_EQ(locations->scenes_of("new"), Keys{"x"});
}

TEST_F(Locations, WhatTheStoreMissedIsWrittenLater) {
  {
    const auto locations = open();
    assign(*locations, "old", 0);
    store.write_failure = make_error_code(storage::Errc::kUnavailable);
    assign(*locations, "x", 1);
    run(locations->remove("old"));
    EXPECT_EQ(locations->pair_of("x"), 1u) << "memory knows";
    EXPECT_EQ(locations->unsaved(), 2u);
    store.write_failure = {};
    assign(*locations, "y", 0);
    EXPECT_EQ(locations->unsaved(), 0u);
  }
  const auto locations = open();
  EXPECT_EQ(locations->pair_of("x"), 1u);
  EXPECT_EQ(locations->pair_of("y"), 0u);
  EXPECT_EQ(locations->pair_of("old"), std::nullopt);
}

}  // namespace
}  // namespace aesel::gateway
