#include "objects/record_json.hpp"

#include <span>

namespace aesel::objects {
namespace {

void write_handle_members(json::Writer& writer, const Handle& handle) {
  writer.member("left_type", handle.left_type);
  writer.member("left_x", handle.left_x);
  writer.member("left_y", handle.left_y);
  writer.member("right_type", handle.right_type);
  writer.member("right_x", handle.right_x);
  writer.member("right_y", handle.right_y);
}

void write_handles(json::Writer& writer, std::string_view name, std::span<const Handle> handles) {
  writer.name(name);
  writer.begin_array();
  for (const Handle& handle : handles) {
    writer.begin_object();
    write_handle_members(writer, handle);
    writer.end_object();
  }
  writer.end_array();
}

void write_keyframe(json::Writer& writer, std::int32_t frame, const ObjectKeyframe& keyframe) {
  static const ObjectHandles kDefault{};
  const std::span<const Handle> handles = keyframe.handles ? *keyframe.handles : kDefault;
  writer.begin_object();
  writer.member("frame", std::int64_t{frame});
  writer.reals("transform", keyframe.transform);
  write_handles(writer, "translation_handle", handles.subspan(0, 3));
  write_handles(writer, "rotation_handle", handles.subspan(3, 4));
  write_handles(writer, "scale_handle", handles.subspan(7, 3));
  writer.end_object();
}

void write_keyframe(json::Writer& writer, std::int32_t frame, const PropertyKeyframe& keyframe) {
  static const Handle kDefault{};
  writer.begin_object();
  writer.member("frame", std::int64_t{frame});
  if (keyframe.count > 0) {
    writer.name("values");
    writer.begin_array();
    for (std::size_t i = 0; i < keyframe.count; ++i) {
      writer.begin_object();
      writer.member("value", keyframe.values[i]);
      write_handle_members(writer, keyframe.handles ? (*keyframe.handles)[i] : kDefault);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
}

template <class Keyframe>
void write_any_action(json::Writer& writer, std::string_view name, std::string_view description,
                      std::string_view key, const std::map<std::int32_t, Keyframe>& keyframes) {
  writer.begin_object();
  writer.member("name", name);
  writer.member_if("description", description);
  writer.member_if("key", key);
  writer.name("keyframes");
  writer.begin_array();
  for (const auto& [frame, keyframe] : keyframes) write_keyframe(writer, frame, keyframe);
  writer.end_array();
  writer.end_object();
}

template <class Record>
void write_actions(json::Writer& writer, const Record& record) {
  writer.name("actions");
  writer.begin_array();
  for (const auto& [name, action] : record.actions) {
    write_any_action(writer, name, action.description, {}, action.keyframes);
  }
  writer.end_array();
}

void write_empty(json::Writer& writer, std::string_view name) {
  writer.name(name);
  writer.begin_array();
  writer.end_array();
}

}  // namespace

void write_action(json::Writer& writer, std::string_view name, std::string_view description,
                  std::string_view key, const std::map<std::int32_t, ObjectKeyframe>& keyframes) {
  write_any_action(writer, name, description, key, keyframes);
}
void write_action(json::Writer& writer, std::string_view name, std::string_view description,
                  std::string_view key, const std::map<std::int32_t, PropertyKeyframe>& keyframes) {
  write_any_action(writer, name, description, key, keyframes);
}

void write_record(json::Writer& writer, MessageType type, const Object& object) {
  writer.begin_object();
  writer.member("msg_type", static_cast<int>(type));
  writer.member("key", object.id.text());
  writer.member_if("name", object.name);
  writer.member_if("scene", object.scene);
  writer.member_if("type", object.type);
  writer.member_if("subtype", object.subtype);
  writer.member_if("owner", object.owner);
  writer.member("parent", object.parent);
  writer.member_if("asset_sub_id", object.asset_sub_id);
  writer.reals("transform", object.transform);
  writer.name("assets");
  writer.begin_array();
  for (const std::string& asset : object.assets) writer.text(asset);
  writer.end_array();
  write_actions(writer, object);
  writer.end_object();
}

void write_record(json::Writer& writer, MessageType /*type*/, const Property& property) {
  writer.begin_object();
  writer.member("msg_type", static_cast<int>(MessageType::kPropertyUpdate));
  writer.member("key", property.id.text());
  writer.member_if("name", property.name);
  writer.member_if("parent", property.parent);
  writer.member_if("asset_sub_id", property.asset_sub_id);
  writer.member_if("scene", property.scene);
  writer.reals("values", property.used());
  write_actions(writer, property);
  writer.end_object();
}

void write_receipt(json::Writer& writer, MessageType type, const Object& object) {
  writer.begin_object();
  writer.member("msg_type", static_cast<int>(type));
  writer.member("key", object.id.text());
  writer.reals("transform", object.transform);
  write_empty(writer, "assets");
  write_empty(writer, "actions");
  writer.end_object();
}

void write_receipt(json::Writer& writer, MessageType /*type*/, const Property& property) {
  writer.begin_object();
  writer.member("msg_type", static_cast<int>(MessageType::kPropertyUpdate));
  writer.member("key", property.id.text());
  write_empty(writer, "actions");
  writer.end_object();
}

void begin_answer(json::Writer& writer, const Envelope& envelope) {
  writer.begin_object();
  writer.member("msg_type", static_cast<int>(envelope.type));
  writer.member("err_code", envelope.err_code);
  writer.member("num_records", static_cast<std::int64_t>(envelope.num_records));
  writer.member_if("err_msg", envelope.err_msg);
  writer.member_if("transaction_id", envelope.transaction_id);
  writer.name(envelope.list);
  writer.begin_array();
}

void end_answer(json::Writer& writer) {
  writer.end_array();
  writer.end_object();
}

}  // namespace aesel::objects
