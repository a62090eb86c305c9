#include "objects/event_applier.hpp"

#include "objects/event_content.hpp"
#include "objects/request.hpp"

namespace aesel::objects {
namespace {

bool is_keyframe_update(MessageType type) {
  return type == MessageType::kObjectKeyframeUpdate || type == MessageType::kPropertyKeyframeUpdate;
}
bool is_action_update(MessageType type) {
  return type == MessageType::kObjectActionUpdate || type == MessageType::kPropertyActionUpdate;
}

/// What became of the actions or frames that an event named.
struct Found {
  bool all = true;   // every one exists
  bool any = false;  // something was applied
};

template <class Record, class Patch>
Found apply_keyframes(const Patch& patch, Record& record) {
  Found result;
  for (const auto& [name, action] : patch.actions) {
    const auto found = record.actions.find(name);
    auto* keyframes = found == record.actions.end() ? nullptr : &found->second.keyframes;
    if (keyframes == nullptr) result.all = false;
    for (const auto& [frame, keyframe] : action.keyframes) {
      if (keyframes == nullptr || !keyframes->contains(frame)) {
        result.all = false;
        continue;
      }
      apply(keyframe, keyframes->at(frame));
      result.any = true;
    }
  }
  return result;
}

template <class Record, class Patch>
Found apply_actions(const Patch& patch, Record& record) {
  Found result;
  for (const auto& [name, action] : patch.actions) {
    const auto found = record.actions.find(name);
    if (found == record.actions.end()) {
      result.all = false;
      continue;
    }
    apply(action, found->second);
    result.any = true;
  }
  return result;
}

/// Type 1 and 9: the record's own members.
template <class Record, class Patch>
void apply_update(LiveTable<Record>& table, typename LiveTable<Record>::Entry& entry, const Patch& patch) {
  Changed changed;
  if (only_state(patch)) {
    changed = apply(patch, entry.record);
  } else {
    table.edit(entry, [&](Record& record) { changed = apply(patch, record); });
  }
  if (changed.state) table.mark_state_dirty(entry);
  if (changed.body) table.mark_body_dirty(entry);
}

/// False if a named action or frame does not exist.
template <class Record, class Patch>
bool apply_known(LiveTable<Record>& table, typename LiveTable<Record>::Entry& entry, MessageType type,
                 const Patch& patch) {
  if (!is_keyframe_update(type) && !is_action_update(type)) {
    apply_update(table, entry, patch);
    return true;
  }
  const Found found =
      is_keyframe_update(type) ? apply_keyframes(patch, entry.record) : apply_actions(patch, entry.record);
  if (found.any) table.mark_body_dirty(entry);
  return found.all;
}

void render(MessageType type, const Object& object, const ObjectPatch& patch,
            std::optional<std::string_view> key, std::string& body, wire::Padding padding) {
  const auto actions = contents_of(patch.actions, object.actions);
  const std::span<const std::string> assets = type == MessageType::kObjectUpdate
                                                  ? std::span<const std::string>(patch.assets)
                                                  : std::span<const std::string>();
  render_event(ObjectChange{type, object, key, assets, actions}, body, padding);
}
void render(MessageType type, const Property& property, const PropertyPatch& patch,
            std::optional<std::string_view> key, std::string& body, wire::Padding padding) {
  const auto actions = contents_of(patch.actions, property.actions);
  render_event(PropertyChange{type, property, key, actions}, body, padding);
}

template <class Record, class Patch>
EventOutcome apply_to(LiveTable<Record>& table, MessageType type, const Patch& patch, std::string& scene,
                      std::string& body, wire::Padding padding) {
  const auto id = decltype(Record::id)::parse(patch.key);
  auto* const entry = id ? table.find(*id) : nullptr;
  if (entry != nullptr) {
    const bool all = apply_known(table, *entry, type, patch);
    scene = patch.scene.value_or(entry->record.scene);
    if (!scene.empty()) render(type, entry->record, patch, std::nullopt, body, padding);
    if (!all) return EventOutcome::kUnknownKey;
    return scene.empty() ? EventOutcome::kNoScene : EventOutcome::kApplied;
  }
  if (!patch.scene) return EventOutcome::kUnknownKey;
  Record shown;  // what the event itself says
  apply(patch, shown);
  scene = *patch.scene;
  render(type, shown, patch, patch.key, body, padding);
  return EventOutcome::kUnknownKey;
}

}  // namespace

EventOutcome EventApplier::apply_event(std::string_view json, std::string& scene, std::string& body) {
  scene.clear();
  body.clear();
  const auto event = parse_event(json);
  if (!event) {
    return event.error() == EventError::kUnknownType ? EventOutcome::kUnknownType : EventOutcome::kMalformed;
  }
  if (const auto* patch = std::get_if<ObjectPatch>(&event->patch)) {
    return apply_to(objects_, event->type, *patch, scene, body, padding_);
  }
  return apply_to(properties_, event->type, std::get<PropertyPatch>(event->patch), scene, body, padding_);
}

}  // namespace aesel::objects
