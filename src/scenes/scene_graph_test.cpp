// The graph of coordinate systems: bookkeeping, shortest paths, and random graphs against ground truth.
#include "scenes/scene_graph.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <iostream>
#include <numbers>
#include <random>

namespace aesel::scenes {
namespace {

using geometry::Pose;

Pose shift(double x) {
  return geometry::from_euler({{x, 0, 0}, {}});
}
SceneId id(std::size_t i) {
  return {"scene-" + std::to_string(1000 + i)};
}

SceneGraph graph_of(std::initializer_list<const char*> keys) {
  SceneGraph graph;
  for (const char* key : keys) graph.put_scene({.key = {key}});
  return graph;
}

void expect_same_motion(const Pose& a, const Pose& b, double tolerance) {
  const geometry::Matrix16 ma = geometry::to_matrix(a), mb = geometry::to_matrix(b);
  for (std::size_t i = 0; i < 16; ++i) ASSERT_NEAR(ma[i], mb[i], tolerance) << "element " << i;
}

TEST(SceneGraph, WorkedExamplePathInvertsBackwardLinks) {
  SceneGraph graph = graph_of({"S1", "S2", "S3"});
  const Pose d1 = geometry::from_euler({{1, 2, 3}, {0.1, 0.2, 0.3}});
  const Pose d2 = geometry::from_euler({{4, 5, 6}, {0.4, -0.5, 0.6}});
  graph.put_link({{"S1"}, {"S2"}, geometry::compose(geometry::inverse(d1), d2)});
  graph.put_link({{"S3"}, {"S2"}, geometry::from_euler({{0.5, -1, 2}, {0, 0, std::numbers::pi / 2}})});
  const std::optional<Pose> path = graph.path({"S1"}, {"S3"});
  ASSERT_TRUE(path);
  const geometry::EulerPose euler = geometry::to_euler(*path);
  EXPECT_NEAR(euler.translation.x, 4.819854, 1e-6);
  EXPECT_NEAR(euler.translation.y, -5.140021, 1e-6);
  EXPECT_NEAR(euler.translation.z, 0.850780, 1e-6);
  EXPECT_NEAR(euler.rotation.x, -0.750939, 1e-6);
  EXPECT_NEAR(euler.rotation.y, -0.261424, 1e-6);
  EXPECT_NEAR(euler.rotation.z, -1.545879, 1e-6);
}

TEST(SceneGraph, PathTakesTheFewestLinks) {
  SceneGraph graph = graph_of({"a", "b", "c", "d"});
  graph.put_link({{"a"}, {"b"}, shift(1)});
  graph.put_link({{"b"}, {"c"}, shift(1)});
  graph.put_link({{"c"}, {"d"}, shift(1)});
  EXPECT_EQ(graph.path({"a"}, {"d"}), shift(3));
  graph.put_link({{"d"}, {"a"}, shift(-50)});
  EXPECT_EQ(graph.path({"a"}, {"d"}), shift(50));
}

TEST(SceneGraph, TiesDependOnNothingButTheGraph) {
  SceneGraph one = graph_of({"a", "b", "c", "d"});
  SceneGraph two = graph_of({"d", "c", "b", "a"});
  const Link links[] = {{{"a"}, {"b"}, shift(1)},
                        {{"b"}, {"d"}, shift(1)},
                        {{"a"}, {"c"}, shift(10)},
                        {{"c"}, {"d"}, shift(10)}};
  for (int i = 0; i < 4; ++i) one.put_link(links[i]);
  for (int i = 3; i >= 0; --i) two.put_link(links[i]);
  EXPECT_EQ(one.path({"a"}, {"d"}), shift(2));
  EXPECT_EQ(two.path({"a"}, {"d"}), shift(2));
}

TEST(SceneGraph, NoPathBetweenStrangersAndTheIdentityToOneself) {
  SceneGraph graph = graph_of({"a", "b"});
  EXPECT_FALSE(graph.path({"a"}, {"b"}));
  EXPECT_FALSE(graph.path({"a"}, {"nowhere"}));
  EXPECT_FALSE(graph.path({"nowhere"}, {"a"}));
  EXPECT_EQ(graph.path({"a"}, {"a"}), Pose{});
}

TEST(SceneGraph, OneLinkPerPairWhicheverWayItPoints) {
  SceneGraph graph = graph_of({"a", "b"});
  graph.put_link({{"a"}, {"b"}, shift(1)});
  graph.put_link({{"b"}, {"a"}, shift(5)});
  ASSERT_EQ(graph.links().size(), 1u);
  EXPECT_EQ(graph.links()[0], (Link{{"b"}, {"a"}, shift(5)}));
  EXPECT_EQ(graph.path({"a"}, {"b"}), shift(-5));
}

TEST(SceneGraph, ErasingASceneTakesItsRegistrationsAndLinks) {
  SceneGraph graph = graph_of({"a", "b", "c"});
  graph.put_link({{"a"}, {"b"}, shift(1)});
  graph.put_link({{"c"}, {"b"}, shift(1)});
  graph.put_registration({.scene = {"b"}, .device = {"d"}, .sequence = 1});
  graph.put_registration({.scene = {"c"}, .device = {"d"}, .sequence = 2});
  EXPECT_TRUE(graph.erase_scene({"b"}));
  EXPECT_FALSE(graph.erase_scene({"b"}));
  EXPECT_TRUE(graph.links().empty());
  EXPECT_FALSE(graph.path({"a"}, {"c"}));
  ASSERT_EQ(graph.registrations_of({"d"}).size(), 1u);
  EXPECT_EQ(graph.registrations_of({"d"})[0]->scene, SceneId{"c"});
}

TEST(SceneGraph, RegistrationsAreUniqueAndOrderedByRecency) {
  SceneGraph graph = graph_of({"a", "b", "c"});
  graph.put_registration({.scene = {"a"}, .device = {"d"}, .sequence = 1});
  graph.put_registration({.scene = {"b"}, .device = {"d"}, .sequence = 3});
  graph.put_registration({.scene = {"c"}, .device = {"d"}, .sequence = 2});
  graph.put_registration({.scene = {"a"}, .device = {"d"}, .hostname = "moved", .sequence = 4});
  const auto of_device = graph.registrations_of({"d"});
  ASSERT_EQ(of_device.size(), 3u);
  EXPECT_EQ(of_device[0]->hostname, "moved");
  EXPECT_EQ(of_device[1]->scene, SceneId{"b"});
  EXPECT_EQ(of_device[2]->scene, SceneId{"c"});
  EXPECT_TRUE(graph.erase_registration({"a"}, {"d"}));
  EXPECT_FALSE(graph.erase_registration({"a"}, {"d"}));
  EXPECT_FALSE(graph.erase_registration({"nowhere"}, {"d"}));
  EXPECT_EQ(graph.registrations_in({"a"}).size(), 0u);
  EXPECT_EQ(graph.registrations_of({"d"}).size(), 2u);
}

TEST(SceneGraph, ReplacingASceneKeepsWhatIsAttached) {
  SceneGraph graph = graph_of({"a", "b"});
  graph.put_link({{"a"}, {"b"}, shift(1)});
  graph.put_registration({.scene = {"a"}, .device = {"d"}});
  graph.put_scene({.key = {"a"}, .name = "renamed"});
  EXPECT_EQ(graph.find_scene({"a"})->name, "renamed");
  EXPECT_NE(graph.find_registration({"a"}, {"d"}), nullptr);
  EXPECT_EQ(graph.links().size(), 1u);
}

TEST(SceneGraph, OriginIsTheMostRecentRegistrationThatHasAPath) {
  SceneGraph graph = graph_of({"island", "near", "far", "target"});
  graph.put_link({{"near"}, {"target"}, shift(1)});
  graph.put_link({{"far"}, {"near"}, shift(1)});
  graph.put_registration({.scene = {"near"}, .device = {"d"}, .sequence = 1});
  graph.put_registration({.scene = {"far"}, .device = {"d"}, .sequence = 2});
  graph.put_registration({.scene = {"island"}, .device = {"d"}, .sequence = 3});
  graph.put_registration({.scene = {"target"}, .device = {"d"}, .sequence = 4});
  auto origin = graph.latest_origin({"d"}, {"target"});
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->registration->scene, SceneId{"far"});
  EXPECT_EQ(origin->origin_to_target, shift(2));
  EXPECT_FALSE(graph.latest_origin({"d"}, {"island"}));
  EXPECT_FALSE(graph.latest_origin({"stranger"}, {"target"}));
  EXPECT_FALSE(graph.latest_origin({"d"}, {"nowhere"}));
}

/// A connected graph: every scene has a true pose in the world, and every link relates the poses of its ends.
struct World {
  std::vector<Pose> scene_to_world;
  std::vector<std::vector<std::size_t>> neighbours;
  SceneGraph graph;

  void link(std::size_t a, std::size_t b) {
    graph.put_link(
        {id(a), id(b), geometry::compose(scene_to_world[a], geometry::inverse(scene_to_world[b]))});
    neighbours[a].push_back(b);
    neighbours[b].push_back(a);
  }
};

World random_world(std::size_t scenes, std::mt19937_64& random) {
  std::uniform_real_distribution<double> angle(-4, 4), length(-50, 50);
  World world;
  world.neighbours.resize(scenes);
  for (std::size_t i = 0; i < scenes; ++i) {
    world.graph.put_scene({.key = id(i)});
    world.scene_to_world.push_back(geometry::from_euler(
        {{length(random), length(random), length(random)}, {angle(random), angle(random), angle(random)}}));
  }
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  for (std::size_t i = 1; i < scenes; ++i) {
    const std::size_t other = below(i);
    random() % 2 == 0 ? world.link(i, other) : world.link(other, i);
  }
  for (std::size_t i = 0; i < scenes / 2; ++i) {
    const std::size_t a = below(scenes), b = below(scenes);
    if (a != b) world.link(a, b);
  }
  return world;
}

TEST(SceneGraph, EveryPathOfRandomGraphsEqualsDirectComposition) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2; ++round) {
    const World world = random_world(200, random);
    for (std::size_t a = 0; a < 200; ++a) {
      for (std::size_t b = 0; b < 200; ++b) {
        const std::optional<Pose> path = world.graph.path(id(a), id(b));
        ASSERT_TRUE(path) << a << " to " << b;
        const Pose direct =
            geometry::compose(world.scene_to_world[a], geometry::inverse(world.scene_to_world[b]));
        expect_same_motion(*path, direct, 1e-9);
        if (HasFatalFailure()) FAIL() << a << " to " << b;
      }
    }
  }
}

/// Independent of the graph's own search: plain breadth-first distances over the neighbour lists.
std::vector<int> distances_to(const World& world, std::size_t target) {
  std::vector<int> distance(world.neighbours.size(), -1);
  std::deque<std::size_t> queue{target};
  distance[target] = 0;
  while (!queue.empty()) {
    const std::size_t node = queue.front();
    queue.pop_front();
    for (const std::size_t next : world.neighbours[node]) {
      if (distance[next] >= 0) continue;
      distance[next] = distance[node] + 1;
      queue.push_back(next);
    }
  }
  return distance;
}

TEST(SceneGraph, PathsOfRandomGraphsAreShortest) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  World world = random_world(200, random);
  // Every link moves by exactly (1, 0, 0) in the direction of travel, whichever way it is walked: that is no
  // consistent geometry, but makes the length of the path visible, up to sign, when all point towards target.
  for (std::size_t target = 0; target < 200; target += 20) {
    const std::vector<int> distance = distances_to(world, target);
    for (std::size_t node = 0; node < 200; ++node) {
      for (const std::size_t next : world.neighbours[node]) {
        if (distance[next] < distance[node]) world.graph.put_link({id(node), id(next), shift(1)});
        if (distance[next] == distance[node]) world.graph.put_link({id(node), id(next), shift(1000)});
      }
    }
    for (std::size_t node = 0; node < 200; ++node) {
      EXPECT_EQ(world.graph.path(id(node), id(target)), shift(distance[node])) << node << " to " << target;
    }
  }
}

}  // namespace
}  // namespace aesel::scenes
