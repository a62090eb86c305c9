// EventChange: what an outgoing event tells about one record, and its rendering. One vocabulary for changes
// that came by HTTP and for those that came by UDP.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "objects/message_type.hpp"
#include "objects/object.hpp"
#include "objects/property.hpp"
#include "wire/padding.hpp"

namespace aesel::objects {

/// An action as an event carries it: often just the keyframe that changed.
template <class Keyframe>
struct ActionContent {
  std::string name;
  std::string description;
  std::string key;  // only echoed; not stored anywhere
  std::map<std::int32_t, Keyframe> keyframes;
};
using ObjectActionContent = ActionContent<ObjectKeyframe>;
using PropertyActionContent = ActionContent<PropertyKeyframe>;

struct ObjectChange {
  MessageType type;
  const Object& object;                 // as it is after the change
  std::optional<std::string_view> key;  // instead of the object's own; "": none
  std::span<const std::string> assets;
  std::span<const ObjectActionContent> actions;
};

struct PropertyChange {
  MessageType type;
  const Property& property;  // as it is after the change
  std::optional<std::string_view> key;
  std::span<const PropertyActionContent> actions;
};

/// Existing listeners read 8192 bytes of a datagram. Above this, events of creates and updates leave out
/// their actions, and events of actions their keyframes.
inline constexpr std::size_t kEventBodyBytesMax = 8000;

/// Replaces `body` with one line of JSON, padded for listeners that decode base64.
void render_event(const ObjectChange& change, std::string& body,
                  wire::Padding padding = wire::Padding::kBase64);
void render_event(const PropertyChange& change, std::string& body,
                  wire::Padding padding = wire::Padding::kBase64);

/// Appends the members of an object event between msg_type and the first number of the transform:
///   "key":"...","name":"...", ... ,"parent":"...","transform":[
/// An event is {"msg_type":1,<prefix><16 numbers>],"assets":[],"actions":[]} (plus padding).
void append_event_prefix(const Object& object, std::string& out);
/// The same for a property, up to the first of its values: {"msg_type":9,<prefix><1 to 4
/// numbers>],"actions":[]}.
void append_event_prefix(const Property& property, std::string& out);

}  // namespace aesel::objects
