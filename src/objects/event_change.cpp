#include "objects/event_change.hpp"

#include "json/writer.hpp"
#include "objects/record_json.hpp"

namespace aesel::objects {
namespace {

enum class Detail { kFull, kWithoutKeyframes, kWithoutActions };

/// What an event that is too large leaves out.
Detail reduced(MessageType type) {
  switch (type) {
    case MessageType::kObjectCreate:
    case MessageType::kObjectUpdate:
    case MessageType::kPropertyCreate:
    case MessageType::kPropertyUpdate:
      return Detail::kWithoutActions;
    case MessageType::kObjectActionCreate:
    case MessageType::kObjectActionUpdate:
    case MessageType::kPropertyActionCreate:
    case MessageType::kPropertyActionUpdate:
      return Detail::kWithoutKeyframes;
    default:
      return Detail::kFull;
  }
}

template <class Keyframe>
void write_contents(json::Writer& writer, std::span<const ActionContent<Keyframe>> actions, Detail detail) {
  static const std::map<std::int32_t, Keyframe> kNone;
  writer.name("actions");
  writer.begin_array();
  for (const auto& action : actions) {
    if (detail == Detail::kWithoutActions) break;
    write_action(writer, action.name, action.description, action.key,
                 detail == Detail::kFull ? action.keyframes : kNone);
  }
  writer.end_array();
}

void write_key(json::Writer& writer, const std::optional<std::string_view>& key, const std::string& own) {
  if (!key) return writer.member("key", own);
  writer.member_if("key", *key);
}

void write_identity(json::Writer& writer, const Object& object) {
  writer.member_if("name", object.name);
  writer.member_if("scene", object.scene);
  writer.member_if("type", object.type);
  writer.member_if("subtype", object.subtype);
  writer.member_if("owner", object.owner);
  writer.member("parent", object.parent);
  writer.member_if("asset_sub_id", object.asset_sub_id);
}

void render(const ObjectChange& change, Detail detail, std::string& body) {
  body.clear();
  json::Writer writer(body);
  writer.begin_object();
  writer.member("msg_type", static_cast<int>(change.type));
  write_key(writer, change.key, change.object.id.text());
  write_identity(writer, change.object);
  writer.reals("transform", change.object.transform);
  writer.name("assets");
  writer.begin_array();
  for (const std::string& asset : change.assets) writer.text(asset);
  writer.end_array();
  write_contents(writer, change.actions, detail);
  writer.end_object();
}

void write_identity(json::Writer& writer, const Property& property) {
  writer.member_if("name", property.name);
  writer.member_if("parent", property.parent);
  writer.member_if("asset_sub_id", property.asset_sub_id);
  writer.member_if("scene", property.scene);
}

void render(const PropertyChange& change, Detail detail, std::string& body) {
  const Property& property = change.property;
  body.clear();
  json::Writer writer(body);
  writer.begin_object();
  writer.member("msg_type", static_cast<int>(change.type));
  write_key(writer, change.key, property.id.text());
  write_identity(writer, property);
  writer.reals("values", property.used());
  write_contents(writer, change.actions, detail);
  writer.end_object();
}

template <class Change>
void render_within_limit(const Change& change, std::string& body, wire::Padding padding) {
  render(change, Detail::kFull, body);
  if (body.size() > kEventBodyBytesMax && !change.actions.empty()) render(change, reduced(change.type), body);
  if (padding == wire::Padding::kBase64) wire::pad_for_base64(body);
}

}  // namespace

void render_event(const ObjectChange& change, std::string& body, wire::Padding padding) {
  render_within_limit(change, body, padding);
}
void render_event(const PropertyChange& change, std::string& body, wire::Padding padding) {
  render_within_limit(change, body, padding);
}

void append_event_prefix(const Object& object, std::string& out) {
  json::Writer writer(out);
  writer.member("key", object.id.text());
  write_identity(writer, object);
  writer.name("transform");
  writer.begin_array();
}

void append_event_prefix(const Property& property, std::string& out) {
  json::Writer writer(out);
  writer.member("key", property.id.text());
  write_identity(writer, property);
  writer.name("values");
  writer.begin_array();
}

}  // namespace aesel::objects
