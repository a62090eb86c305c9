#include "scenes/scene_query.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace aesel::scenes {
namespace {

constexpr double kEarthDiameterMetres = 12'742'000;

double haversine(double radians) {
  return (1 - std::cos(radians)) / 2;
}

bool has_all(const std::vector<std::string>& values, const std::vector<std::string>& wanted) {
  return std::ranges::all_of(
      wanted, [&](const std::string& one) { return std::ranges::find(values, one) != values.end(); });
}

bool is_near(const Scene& scene, const SceneInput& filter) {
  if (!filter.latitude || !filter.longitude || filter.distance <= 0) return true;  // no condition
  if (!scene.latitude || !scene.longitude) return false;
  const Coordinates here{*scene.latitude, *scene.longitude};
  const Coordinates centre{*filter.latitude, *filter.longitude};
  return distance_metres(here, centre) < filter.distance;
}

/// A query with "private": true asks for one's own scenes only.
bool may_find(const Scene& scene, const SceneInput& element, std::string_view principal) {
  if (element.is_public.value_or(true)) return is_visible(scene, principal);
  return !principal.empty() && scene.user == principal;
}

}  // namespace

bool is_visible(const Scene& scene, std::string_view principal) {
  return scene.is_public || (!principal.empty() && scene.user == principal);
}

bool may_use(const Scene& scene, std::string_view principal) {
  return scene.user.empty() || is_visible(scene, principal);
}

double distance_metres(const Coordinates& a, const Coordinates& b) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double h = haversine((a.latitude - b.latitude) * kRadians) +
                   std::cos(a.latitude * kRadians) * std::cos(b.latitude * kRadians) *
                       haversine((b.longitude - a.longitude) * kRadians);
  return kEarthDiameterMetres * std::asin(std::sqrt(std::clamp(h, 0.0, 1.0)));
}

bool matches(const Scene& scene, const SceneInput& filter) {
  if (!filter.name.empty() && scene.name != filter.name) return false;
  if (!filter.region.empty() && scene.region != filter.region) return false;
  return has_all(scene.tags, filter.tags) && has_all(scene.assets, filter.assets) && is_near(scene, filter);
}

std::vector<const Scene*> find_scenes(const SceneGraph& graph, const SceneRequest& request,
                                      std::string_view principal) {
  std::map<std::string_view, const Scene*> found;
  std::vector<const SceneInput*> filters;
  for (const SceneInput& element : request.scenes) {
    if (element.key.empty()) {
      filters.push_back(&element);
      continue;
    }
    const Scene* scene = graph.find_scene({element.key});
    if (scene != nullptr && may_find(*scene, element, principal)) found.emplace(scene->key.value, scene);
  }
  if (!filters.empty()) {
    graph.for_each_scene([&](const Scene& scene) {
      const auto asked_for = [&](const SceneInput* filter) {
        return may_find(scene, *filter, principal) && matches(scene, *filter);
      };
      if (std::ranges::any_of(filters, asked_for)) found.emplace(scene.key.value, &scene);
    });
  }
  std::size_t skip = 0;
  std::size_t limit = found.size();
  if (!filters.empty()) {
    skip = static_cast<std::size_t>(request.start_record);
    limit = static_cast<std::size_t>(request.num_records);
  }
  std::vector<const Scene*> page;
  for (const auto& [key, scene] : found) {
    if (skip > 0) {
      --skip;
      continue;
    }
    if (page.size() == limit) break;
    page.push_back(scene);
  }
  return page;
}

}  // namespace aesel::scenes
