// scene_graph_bench: the shortest path between the coordinate systems of two scenes, in a graph of 200.
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "scenes/scene_graph.hpp"

namespace {

using namespace aesel;
using scenes::SceneGraph;

constexpr int kScenes = 200;

SceneId scene_key(int i) {
  return SceneId{"scene-" + std::to_string(1000 + i)};
}

void add_scenes(SceneGraph& graph) {
  for (int i = 0; i < kScenes; ++i) {
    scenes::Scene scene;
    scene.key = scene_key(i);
    graph.put_scene(scene);
  }
}

scenes::Link link(int from, int to, double angle) {
  geometry::EulerPose pose;
  pose.translation = {1.0 + from, 2.0, -1.0 * to};
  pose.rotation = {angle, -angle / 2, angle / 3};
  return {scene_key(from), scene_key(to), geometry::from_euler(pose)};
}

/// The longest path there is: 199 links.
void PathThroughChainOf200(benchmark::State& state) {
  SceneGraph graph;
  add_scenes(graph);
  for (int i = 1; i < kScenes; ++i) graph.put_link(link(i - 1, i, 0.01 * i));
  for (auto _ : state) {
    auto pose = graph.path(scene_key(0), scene_key(kScenes - 1));
    if (!pose) state.SkipWithError("no path");
    benchmark::DoNotOptimize(pose);
  }
}
BENCHMARK(PathThroughChainOf200);

/// Three links per scene on average, between random pairs; random questions.
void PathInRandomGraphOf200(benchmark::State& state) {
  SceneGraph graph;
  add_scenes(graph);
  std::mt19937 random(7);
  for (int i = 1; i < kScenes; ++i)
    graph.put_link(link(static_cast<int>(random() % static_cast<unsigned>(i)), i, 0.1));
  for (int i = 0; i < kScenes / 2; ++i) {
    const int from = static_cast<int>(random() % kScenes);
    const int to = static_cast<int>(random() % kScenes);
    if (from != to) graph.put_link(link(from, to, 0.2));
  }
  for (auto _ : state) {
    auto pose = graph.path(scene_key(static_cast<int>(random() % kScenes)),
                           scene_key(static_cast<int>(random() % kScenes)));
    if (!pose) state.SkipWithError("no path");
    benchmark::DoNotOptimize(pose);
  }
}
BENCHMARK(PathInRandomGraphOf200);

}  // namespace

BENCHMARK_MAIN();
