// Event contents: the actions that a request or an event named, as they look once the patch is applied.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "objects/event_change.hpp"
#include "objects/patch.hpp"

namespace aesel::objects {

/// Keyframes start from the record's own where it has them, from the defaults where it does not.
template <class Keyframe, class KeyframePatch>
ActionContent<Keyframe> content_of(const std::string& name, const ActionPatch<KeyframePatch>& patch,
                                   const std::map<std::string, Action<Keyframe>>& stored) {
  const auto found = stored.find(name);
  const Action<Keyframe>* action = found == stored.end() ? nullptr : &found->second;
  ActionContent<Keyframe> content{
      name, patch.description.value_or(action ? action->description : ""), patch.key, {}};
  for (const auto& [frame, keyframe] : patch.keyframes) {
    Keyframe& shown = content.keyframes[frame];
    if (action != nullptr) {
      if (const auto kept = action->keyframes.find(frame); kept != action->keyframes.end())
        shown = kept->second;
    }
    apply(keyframe, shown);
  }
  return content;
}

template <class Keyframe, class KeyframePatch>
std::vector<ActionContent<Keyframe>> contents_of(
    const std::map<std::string, ActionPatch<KeyframePatch>>& patches,
    const std::map<std::string, Action<Keyframe>>& stored) {
  std::vector<ActionContent<Keyframe>> contents;
  for (const auto& [name, patch] : patches) contents.push_back(content_of(name, patch, stored));
  return contents;
}

}  // namespace aesel::objects
