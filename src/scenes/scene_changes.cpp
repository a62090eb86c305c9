#include "scenes/scene_changes.hpp"

#include <algorithm>

namespace aesel::scenes {
namespace {

void append(std::vector<std::string>& values, const std::vector<std::string>& more) {
  for (const std::string& value : more) {
    if (std::ranges::find(values, value) == values.end()) values.push_back(value);
  }
}

void remove(std::vector<std::string>& values, const std::vector<std::string>& unwanted) {
  std::erase_if(
      values, [&](const std::string& value) { return std::ranges::find(unwanted, value) != unwanted.end(); });
}

void overwrite_text(std::string& value, const std::string& supplied) {
  if (!supplied.empty()) value = supplied;
}

void overwrite_list(std::vector<std::string>& values, const std::vector<std::string>& supplied) {
  if (supplied.empty()) return;
  values.clear();
  append(values, supplied);
}

void overwrite_all_but_lists(Scene& scene, const SceneInput& input) {
  overwrite_text(scene.name, input.name);
  overwrite_text(scene.description, input.description);
  overwrite_text(scene.thumbnail, input.thumbnail);
  overwrite_text(scene.region, input.region);
  if (input.latitude) scene.latitude = input.latitude;
  if (input.longitude) scene.longitude = input.longitude;
  scene.is_active = input.is_active.value_or(scene.is_active);
  scene.is_public = input.is_public.value_or(scene.is_public);
}

}  // namespace

void overwrite(Scene& scene, const SceneInput& input) {
  overwrite_all_but_lists(scene, input);
  overwrite_list(scene.tags, input.tags);
  overwrite_list(scene.assets, input.assets);
}

void update(Scene& scene, const SceneInput& input, std::int32_t operation) {
  overwrite_all_but_lists(scene, input);
  if (operation == kAppend) {
    append(scene.tags, input.tags);
    append(scene.assets, input.assets);
  } else if (operation == kRemove) {
    remove(scene.tags, input.tags);
    remove(scene.assets, input.assets);
  }
}

bool is_within_limits(const Scene& scene) {
  return scene.tags.size() <= kListEntriesMax && scene.assets.size() <= kListEntriesMax;
}

}  // namespace aesel::scenes
