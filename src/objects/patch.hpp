// Patches: what a request or an event wants to change. An absent member leaves the stored one alone; an empty
// text counts as absent, because clients send "" and null for what they do not know.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "objects/object.hpp"
#include "objects/property.hpp"

namespace aesel::objects {

struct HandlePatch {
  std::optional<std::string> left_type;
  std::optional<double> left_x;
  std::optional<double> left_y;
  std::optional<std::string> right_type;
  std::optional<double> right_x;
  std::optional<double> right_y;

  friend bool operator==(const HandlePatch&, const HandlePatch&) = default;
};

/// Handles by their position in ObjectHandles or in the values of a property; only those that say something.
using HandlePatches = std::vector<std::pair<std::uint8_t, HandlePatch>>;

struct ObjectKeyframePatch {
  std::optional<Matrix> transform;
  std::optional<std::string> owner;
  HandlePatches handles;
};

struct PropertyKeyframePatch {
  std::array<std::optional<double>, kPropertyValuesMax> values;
  std::uint8_t count = 0;  // 0: leaves the values alone; otherwise there are this many afterwards
  HandlePatches handles;
};

template <class KeyframePatch>
struct ActionPatch {
  std::optional<std::string> description;
  std::optional<std::string> owner;
  std::string key;    // only echoed in the event
  std::string scene;  // only says where the event goes
  std::map<std::int32_t, KeyframePatch> keyframes;
};
using ObjectActionPatch = ActionPatch<ObjectKeyframePatch>;
using PropertyActionPatch = ActionPatch<PropertyKeyframePatch>;

struct ObjectPatch {
  std::string key;  // as the client sent it; "": none
  std::optional<std::string> name, scene, type, subtype, owner, parent, asset_sub_id;
  std::vector<std::string> assets;
  std::optional<Matrix> transform;
  std::optional<Matrix> pose;  // composed of translation, rotation and scale; for a create without transform
  std::map<std::string, ObjectActionPatch> actions;
};

struct PropertyPatch {
  std::string key;
  std::optional<std::string> name, scene, parent, asset_sub_id;
  std::array<double, kPropertyValuesMax> values{};
  std::uint8_t count = 0;  // 0: leaves the values alone
  std::map<std::string, PropertyActionPatch> actions;
};

/// What applying a patch changed, by the part of the document that holds it.
struct Changed {
  bool state = false;
  bool body = false;
};

/// Updates: everything but the actions. Assets are appended, those that are there already are not repeated;
/// beyond kAssetsMax they are dropped (check_fits() says so beforehand).
Changed apply(const ObjectPatch& patch, Object& object);
Changed apply(const PropertyPatch& patch, Property& property);
/// Does the patch change nothing but the transform or the values?
bool only_state(const ObjectPatch& patch);
bool only_state(const PropertyPatch& patch);

void apply(const ObjectKeyframePatch& patch, ObjectKeyframe& keyframe);
void apply(const PropertyKeyframePatch& patch, PropertyKeyframe& keyframe);

/// Creates: everything.
Object make_record(const ObjectPatch& patch, ObjectId id);
Property make_record(const PropertyPatch& patch, PropertyId id);

template <class Keyframe, class KeyframePatch>
Action<Keyframe> make_action(const ActionPatch<KeyframePatch>& patch) {
  Action<Keyframe> action{patch.description.value_or(""), patch.owner.value_or(""), {}};
  for (const auto& [frame, keyframe] : patch.keyframes) apply(keyframe, action.keyframes[frame]);
  return action;
}

/// Updates an action's own members; its keyframes stay as they are.
template <class Keyframe, class KeyframePatch>
void apply(const ActionPatch<KeyframePatch>& patch, Action<Keyframe>& action) {
  if (patch.description) action.description = *patch.description;
  if (patch.owner) action.owner = *patch.owner;
}

}  // namespace aesel::objects
