#include "objects/patch.hpp"

#include <algorithm>

#include "objects/limits.hpp"

namespace aesel::objects {
namespace {

bool set(const std::optional<std::string>& from, std::string& into) {
  if (!from || *from == into) return false;
  into = *from;
  return true;
}

bool append_new(const std::vector<std::string>& from, std::vector<std::string>& into) {
  bool changed = false;
  for (const std::string& asset : from) {
    if (into.size() >= kAssetsMax) break;
    if (std::find(into.begin(), into.end(), asset) != into.end()) continue;
    into.push_back(asset);
    changed = true;
  }
  return changed;
}

void apply(const HandlePatch& patch, Handle& handle) {
  if (patch.left_type) handle.left_type = *patch.left_type;
  if (patch.left_x) handle.left_x = *patch.left_x;
  if (patch.left_y) handle.left_y = *patch.left_y;
  if (patch.right_type) handle.right_type = *patch.right_type;
  if (patch.right_x) handle.right_x = *patch.right_x;
  if (patch.right_y) handle.right_y = *patch.right_y;
}

/// Keeps the box empty when all its handles are default.
template <class Handles>
void apply(const HandlePatches& patches, Boxed<Handles>& box) {
  if (patches.empty()) return;
  Handles& handles = box.make();
  for (const auto& [index, patch] : patches) apply(patch, handles[index]);
  if (handles == Handles{}) box.reset();
}

}  // namespace

Changed apply(const ObjectPatch& patch, Object& object) {
  Changed changed;
  changed.body |= set(patch.name, object.name);
  changed.body |= set(patch.scene, object.scene);
  changed.body |= set(patch.type, object.type);
  changed.body |= set(patch.subtype, object.subtype);
  changed.body |= set(patch.owner, object.owner);
  changed.body |= set(patch.parent, object.parent);
  changed.body |= set(patch.asset_sub_id, object.asset_sub_id);
  changed.body |= append_new(patch.assets, object.assets);
  if (patch.transform && *patch.transform != object.transform) {
    object.transform = *patch.transform;
    changed.state = true;
  }
  return changed;
}

Changed apply(const PropertyPatch& patch, Property& property) {
  Changed changed;
  changed.body |= set(patch.name, property.name);
  changed.body |= set(patch.scene, property.scene);
  changed.body |= set(patch.parent, property.parent);
  changed.body |= set(patch.asset_sub_id, property.asset_sub_id);
  if (patch.count > 0 && (patch.count != property.count || patch.values != property.values)) {
    property.values = patch.values;
    property.count = patch.count;
    changed.state = true;
  }
  return changed;
}

bool only_state(const ObjectPatch& patch) {
  return !patch.name && !patch.scene && !patch.type && !patch.subtype && !patch.owner && !patch.parent &&
         !patch.asset_sub_id && patch.assets.empty();
}

bool only_state(const PropertyPatch& patch) {
  return !patch.name && !patch.scene && !patch.parent && !patch.asset_sub_id;
}

void apply(const ObjectKeyframePatch& patch, ObjectKeyframe& keyframe) {
  if (patch.transform) keyframe.transform = *patch.transform;
  if (patch.owner) keyframe.owner = *patch.owner;
  apply(patch.handles, keyframe.handles);
}

void apply(const PropertyKeyframePatch& patch, PropertyKeyframe& keyframe) {
  if (patch.count == 0) return;
  for (std::size_t i = 0; i < kPropertyValuesMax; ++i) {
    if (i >= patch.count) keyframe.values[i] = 0;
    if (i < patch.count && patch.values[i]) keyframe.values[i] = *patch.values[i];
  }
  if (keyframe.handles && patch.count < keyframe.count) {
    auto& handles = keyframe.handles.make();
    std::fill(handles.begin() + patch.count, handles.end(), Handle{});
  }
  keyframe.count = patch.count;
  apply(patch.handles, keyframe.handles);
}

Object make_record(const ObjectPatch& patch, ObjectId id) {
  Object object;
  object.id = id;
  apply(patch, object);
  if (!patch.transform && patch.pose) object.transform = *patch.pose;
  for (const auto& [name, action] : patch.actions) {
    object.actions.emplace(name, make_action<ObjectKeyframe>(action));
  }
  return object;
}

Property make_record(const PropertyPatch& patch, PropertyId id) {
  Property property;
  property.id = id;
  apply(patch, property);
  for (const auto& [name, action] : patch.actions) {
    property.actions.emplace(name, make_action<PropertyKeyframe>(action));
  }
  return property;
}

}  // namespace aesel::objects
