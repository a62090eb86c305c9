#include "gateway/routing.hpp"

#include <algorithm>

namespace aesel::gateway {
namespace {

bool is_object_family(const std::string& segment) {
  return segment == "object" || segment == "property";
}

bool is_registration(const std::string& segment) {
  return segment == "register" || segment == "deregister" || segment == "align";
}

bool is_asset_family(const std::string& segment) {
  return segment == "asset" || segment == "history" || segment == "relationship" || segment == "collection";
}

bool has_bulk_form(const std::string& segment) {
  return segment == "asset" || segment == "collection" || segment == "relationship";
}

Destination choose_in_scene(Segments& path) {
  Destination destination{Target::kScenes, path.size() > 2 ? path[2] : std::string()};
  if (path.size() == 3 && path[2] == "query") destination.scene.clear();
  if (path.size() < 4) return destination;
  if (is_object_family(path[3])) {
    destination.target = Target::kObjects;
    path.erase(path.begin() + 1, path.begin() + 3);
  } else if (path.size() == 4 && is_registration(path[3])) {
    path.erase(path.begin() + 1, path.begin() + 3);
  } else if (path.size() == 4 && path[2] == "cache") {
    destination.scene = path[3];
  }
  return destination;
}

}  // namespace

void resolve_alias(Segments& path) {
  if (path.size() < 2 || path[0] != "v1") return;
  if (path[1] == "users" || (path[1] == "login" && path.size() == 2)) path.erase(path.begin());
}

bool climbs(const Segments& path) {
  return std::ranges::any_of(path, [](const std::string& s) { return s == "." || s == ".."; });
}

Destination choose_destination(Segments& path) {
  if (path.size() < 2 || path[0] != "v1") return {};
  const std::string& family = path[1];
  if (family == "scene") return choose_in_scene(path);
  if (is_object_family(family)) return {Target::kObjects, {}};
  if (is_registration(family) || family == "device") return {Target::kScenes, {}};
  if (family == "project") return {Target::kProjects, {}};
  if (is_asset_family(family)) return {Target::kAssets, {}};
  if (family == "bulk" && path.size() == 3 && has_bulk_form(path[2])) return {Target::kAssets, {}};
  if (family == "asset-history") {
    path[1] = "history";
    return {Target::kAssets, {}};
  }
  return {};
}

}  // namespace aesel::gateway
