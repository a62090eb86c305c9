// SceneGraph: the working copy of all scenes, registrations and links, in memory. It answers every question
// of the scenes service, above all how to get from one scene's coordinates to another's. scenes::Scenes keeps
// it equal to the store.
//
// Thread: one, the core that owns the service. Pointers and references that it hands out stay valid until the
// thing they point to is erased.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "scenes/scene.hpp"

namespace aesel::scenes {

class SceneGraph {
 public:
  /// nullptr if there is none.
  const Scene* find_scene(const SceneId& key) const;
  /// Inserts, or replaces the attributes and keeps registrations and links.
  void put_scene(Scene scene);
  /// With its registrations and links. False if there was none.
  bool erase_scene(const SceneId& key);
  /// All scenes in ascending order of their keys. `visit` takes a const Scene&.
  template <class Visit>
  void for_each_scene(Visit visit) const {
    for (const auto& [key, node] : nodes_) visit(node.scene);
  }

  const Registration* find_registration(const SceneId& scene, const DeviceId& device) const;
  /// Inserts or replaces. REQUIRES: the scene exists.
  void put_registration(Registration registration);
  bool erase_registration(const SceneId& scene, const DeviceId& device);
  /// The most recent registration first.
  std::vector<const Registration*> registrations_of(const DeviceId& device) const;
  /// By device key; empty for an unknown scene.
  std::vector<const Registration*> registrations_in(const SceneId& scene) const;

  /// Inserts, or replaces the link of that pair whichever way it pointed. REQUIRES: two distinct scenes that
  /// exist.
  void put_link(const Link& link);
  /// Every link once, as it was put, ordered by the smaller and then the larger key.
  std::vector<Link> links() const;

  /// Maps `from` coordinates to `to` coordinates along the shortest path (fewest links; among equally short
  /// ones each step from `to` outwards prefers the smaller keys, so the answer depends on nothing but the
  /// graph). Nothing if there is no path or no such scene. O(scenes + links) at worst.
  std::optional<geometry::Pose> path(const SceneId& from, const SceneId& to) const;

  /// Where a device comes from when it registers to `target`: its most recent registration, in another scene,
  /// from which a path leads there.
  struct Origin {
    const Registration* registration;
    geometry::Pose origin_to_target;
  };
  std::optional<Origin> latest_origin(const DeviceId& device, const SceneId& target) const;

 private:
  enum class Direction { kForward, kBackward };
  struct Node;
  struct Edge {
    const Node* neighbour;
    geometry::Pose to_neighbour;
    Direction direction;  // forward: the link was put as pointing to the neighbour
  };
  struct Node {
    Scene scene;
    std::map<DeviceId, Registration> registrations;
    std::map<SceneId, Edge> edges;  // by neighbour; each link is in both of its nodes
  };
  struct MostRecentFirst {
    bool operator()(const Registration* a, const Registration* b) const;
  };
  using NextHops = std::unordered_map<const Node*, const Edge*>;

  const Node* find(const SceneId& key) const;
  NextHops search(const Node& target, const Node& stop_at) const;
  static geometry::Pose walk(const Node& from, const Node& to, const NextHops& next_hops);
  void forget(const Registration& registration);

  std::map<SceneId, Node> nodes_;
  std::unordered_map<DeviceId, std::set<const Registration*, MostRecentFirst>> by_device_;
};

}  // namespace aesel::scenes
