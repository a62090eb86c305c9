#include "scenes/scene_graph.hpp"

#include <tuple>
#include <utility>

#include "base/check.hpp"

namespace aesel::scenes {

bool SceneGraph::MostRecentFirst::operator()(const Registration* a, const Registration* b) const {
  return std::tie(b->sequence, a->scene) < std::tie(a->sequence, b->scene);
}

const SceneGraph::Node* SceneGraph::find(const SceneId& key) const {
  const auto it = nodes_.find(key);
  return it == nodes_.end() ? nullptr : &it->second;
}

const Scene* SceneGraph::find_scene(const SceneId& key) const {
  const Node* node = find(key);
  return node == nullptr ? nullptr : &node->scene;
}

void SceneGraph::put_scene(Scene scene) {
  Node& node = nodes_[scene.key];
  node.scene = std::move(scene);
}

bool SceneGraph::erase_scene(const SceneId& key) {
  const auto it = nodes_.find(key);
  if (it == nodes_.end()) return false;
  for (const auto& [device, registration] : it->second.registrations) forget(registration);
  for (const auto& [neighbour, edge] : it->second.edges) nodes_.find(neighbour)->second.edges.erase(key);
  nodes_.erase(it);
  return true;
}

const Registration* SceneGraph::find_registration(const SceneId& scene, const DeviceId& device) const {
  const Node* node = find(scene);
  if (node == nullptr) return nullptr;
  const auto it = node->registrations.find(device);
  return it == node->registrations.end() ? nullptr : &it->second;
}

void SceneGraph::put_registration(Registration registration) {
  const auto node = nodes_.find(registration.scene);
  CHECK(node != nodes_.end());
  const auto [it, is_new] = node->second.registrations.try_emplace(registration.device);
  if (!is_new) forget(it->second);  // its place in the device's order may change
  it->second = std::move(registration);
  by_device_[it->second.device].insert(&it->second);
}

bool SceneGraph::erase_registration(const SceneId& scene, const DeviceId& device) {
  const auto node = nodes_.find(scene);
  if (node == nodes_.end()) return false;
  const auto it = node->second.registrations.find(device);
  if (it == node->second.registrations.end()) return false;
  forget(it->second);
  node->second.registrations.erase(it);
  return true;
}

void SceneGraph::forget(const Registration& registration) {
  const auto it = by_device_.find(registration.device);
  it->second.erase(&registration);
  if (it->second.empty()) by_device_.erase(it);
}

std::vector<const Registration*> SceneGraph::registrations_of(const DeviceId& device) const {
  const auto it = by_device_.find(device);
  if (it == by_device_.end()) return {};
  return {it->second.begin(), it->second.end()};
}

std::vector<const Registration*> SceneGraph::registrations_in(const SceneId& scene) const {
  std::vector<const Registration*> result;
  const Node* node = find(scene);
  if (node == nullptr) return result;
  result.reserve(node->registrations.size());
  for (const auto& [device, registration] : node->registrations) result.push_back(&registration);
  return result;
}

void SceneGraph::put_link(const Link& link) {
  CHECK(link.from != link.to);
  const auto from = nodes_.find(link.from);
  const auto to = nodes_.find(link.to);
  CHECK(from != nodes_.end() && to != nodes_.end());
  from->second.edges.insert_or_assign(link.to, Edge{&to->second, link.from_to, Direction::kForward});
  to->second.edges.insert_or_assign(
      link.from, Edge{&from->second, geometry::inverse(link.from_to), Direction::kBackward});
}

std::vector<Link> SceneGraph::links() const {
  std::vector<Link> result;
  for (const auto& [key, node] : nodes_) {
    for (auto it = node.edges.upper_bound(key); it != node.edges.end(); ++it) {
      const auto& [neighbour, edge] = *it;
      if (edge.direction == Direction::kForward) {
        result.push_back({key, neighbour, edge.to_neighbour});
      } else {
        result.push_back({neighbour, key, edge.neighbour->edges.at(key).to_neighbour});
      }
    }
  }
  return result;
}

/// Breadth first, outwards from the target: for every scene reached, the link that leads one step closer to
/// it.
SceneGraph::NextHops SceneGraph::search(const Node& target, const Node& stop_at) const {
  NextHops next_hops{{&target, nullptr}};
  std::vector<const Node*> queue{&target};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const Node& node = *queue[head];
    for (const auto& [key, edge] : node.edges) {
      const Edge& back = edge.neighbour->edges.at(node.scene.key);
      if (!next_hops.try_emplace(edge.neighbour, &back).second) continue;
      if (edge.neighbour == &stop_at) return next_hops;
      queue.push_back(edge.neighbour);
    }
  }
  return next_hops;
}

geometry::Pose SceneGraph::walk(const Node& from, const Node& to, const NextHops& next_hops) {
  geometry::Pose pose;
  for (const Node* node = &from; node != &to;) {
    const Edge& edge = *next_hops.at(node);
    pose = geometry::compose(pose, edge.to_neighbour);
    node = edge.neighbour;
  }
  return pose;
}

std::optional<geometry::Pose> SceneGraph::path(const SceneId& from, const SceneId& to) const {
  const Node* start = find(from);
  const Node* end = find(to);
  if (start == nullptr || end == nullptr) return std::nullopt;
  if (start == end) return geometry::Pose{};
  const NextHops next_hops = search(*end, *start);
  if (!next_hops.contains(start)) return std::nullopt;
  return walk(*start, *end, next_hops);
}

std::optional<SceneGraph::Origin> SceneGraph::latest_origin(const DeviceId& device,
                                                            const SceneId& target) const {
  const Node* end = find(target);
  if (end == nullptr || end->edges.empty()) return std::nullopt;
  std::vector<const Registration*> candidates = registrations_of(device);
  std::erase_if(candidates, [&](const Registration* candidate) { return candidate->scene == target; });
  if (candidates.empty()) return std::nullopt;
  const NextHops next_hops = search(*end, *find(candidates.front()->scene));
  for (const Registration* candidate : candidates) {
    const Node* start = find(candidate->scene);
    if (next_hops.contains(start)) return Origin{candidate, walk(*start, *end, next_hops)};
  }
  return std::nullopt;
}

}  // namespace aesel::scenes
