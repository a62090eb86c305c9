// Finding scenes: who may see which, and which of them a query asks for. Pure functions over the graph.
#pragma once

#include <string_view>
#include <vector>

#include "scenes/scene_codec.hpp"
#include "scenes/scene_graph.hpp"

namespace aesel::scenes {

/// Elements without a key each cost a look at every scene; more of them are refused.
inline constexpr std::size_t kQueryFiltersMax = 64;

/// May this user see the scene? Public ones and one's own; "" is the anonymous user, who owns nothing.
bool is_visible(const Scene& scene, std::string_view principal);

/// May this user change the scene and register devices to it? What one sees, and what nobody owns: without
/// login there are no owners, and a private scene must not become unreachable.
bool may_use(const Scene& scene, std::string_view principal);

struct Coordinates {
  double latitude = 0;   // degrees
  double longitude = 0;  // degrees
};
/// Along the great circle of a sphere with a radius of 6371 km (the haversine formula).
double distance_metres(const Coordinates& a, const Coordinates& b);

/// Does the scene fulfil all conditions of a query element that has no key? Visibility is not looked at.
bool matches(const Scene& scene, const SceneInput& filter);

/// The union of what the elements ask for, without duplicates, in ascending order of keys, one page of it. A
/// query for nothing but keys is not paged. REQUIRES: the paging members are not negative.
std::vector<const Scene*> find_scenes(const SceneGraph& graph, const SceneRequest& request,
                                      std::string_view principal);

}  // namespace aesel::scenes
