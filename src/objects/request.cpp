#include "objects/request.hpp"

#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "json/value.hpp"
#include "objects/limits.hpp"
#include "objects/pose.hpp"

namespace aesel::objects {
namespace {

using json::Value;

/// Reads members of JSON values and remembers the first limit that was exceeded.
class Reader {
 public:
  const std::string& refusal() const { return refusal_; }

  /// A text that is there and not empty.
  std::optional<std::string> text(const Value& from, std::string_view member,
                                  std::size_t bytes_max = kTextBytesMax) {
    const Value* value = json::find(from, member);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    const auto& text = value->get_ref<const std::string&>();
    if (text.empty()) return std::nullopt;
    if (text.size() > bytes_max) {
      refuse(member, "is longer than " + std::to_string(bytes_max) + " bytes");
      return std::nullopt;
    }
    return text;
  }

  std::optional<std::string> scene(const Value& from) {
    auto scene = text(from, "scene");
    if (scene && scene->find('\n') != std::string::npos) refuse("scene", "holds a line feed");
    return scene;
  }

  std::vector<std::string> assets(const Value& from) {
    const Value* value = json::find(from, "assets");
    if (value != nullptr && value->is_array() && value->size() > kAssetsMax) {
      refuse("assets", "holds more than " + std::to_string(kAssetsMax));
      return {};
    }
    std::vector<std::string> assets = json::texts(from, "assets");
    for (const std::string& asset : assets) {
      if (asset.size() > kTextBytesMax) {
        refuse("assets", "holds an id longer than " + std::to_string(kTextBytesMax) + " bytes");
      }
    }
    return assets;
  }

  /// Up to 16 numbers; anything else in the array keeps the identity's number in its place. Nothing if there
  /// is no number at all.
  std::optional<Matrix> matrix(const Value& from, std::string_view member) {
    const Value* value = json::find(from, member);
    if (value == nullptr || !value->is_array()) return std::nullopt;
    Matrix matrix = kIdentity;
    bool any = false;
    for (std::size_t i = 0; i < value->size() && i < matrix.size(); ++i) {
      const auto number = finite((*value)[i]);
      if (!number) continue;
      matrix[i] = *number;
      any = true;
    }
    if (!any) return std::nullopt;
    return matrix;
  }

  std::optional<Matrix> pose(const Value& from) {
    const auto translation = vector<3>(from, "translation");
    const auto scale = vector<3>(from, "scale");
    Pose pose;
    pose.euler = vector<3>(from, "euler_rotation");
    pose.quaternion = vector<4>(from, "quaternion_rotation");
    if (!translation && !scale && !pose.euler && !pose.quaternion) return std::nullopt;
    if (translation) pose.translation = *translation;
    if (scale) pose.scale = *scale;
    return compose(pose);
  }

  HandlePatch handle(const Value& from) {
    return {text(from, "left_type"),  json::number(from, "left_x"),  json::number(from, "left_y"),
            text(from, "right_type"), json::number(from, "right_x"), json::number(from, "right_y")};
  }

  void keyframe(const Value& from, ObjectKeyframePatch& patch) {
    if (const auto transform = matrix(from, "transform")) patch.transform = transform;
    if (auto owner = text(from, "owner")) patch.owner = std::move(owner);
    handles(from, "translation_handle", 0, 3, patch.handles);
    handles(from, "rotation_handle", 3, 4, patch.handles);
    handles(from, "scale_handle", 7, 3, patch.handles);
  }

  void keyframe(const Value& from, PropertyKeyframePatch& patch) {
    const Value* values = json::find(from, "values");
    if (values == nullptr || !values->is_array()) return;
    std::uint8_t slot = 0;
    for (const Value& element : *values) {
      if (slot == kPropertyValuesMax) break;
      if (element.is_object()) {
        patch.values[slot] = json::number(element, "value");
        add_handle(element, slot, patch.handles);
      } else if (const auto number = finite(element)) {
        patch.values[slot] = number;
      } else {
        continue;
      }
      ++slot;
    }
    if (slot > 0) patch.count = slot;
  }

  template <class KeyframePatch>
  void action(const Value& from, ActionPatch<KeyframePatch>& patch) {
    if (auto description = text(from, "description", kDescriptionBytesMax)) {
      patch.description = std::move(description);
    }
    if (auto owner = text(from, "owner")) patch.owner = std::move(owner);
    if (auto key = text(from, "key")) patch.key = std::move(*key);
    if (auto routed = scene(from)) patch.scene = std::move(*routed);
    const Value* frames = json::find(from, "keyframes");
    if (frames == nullptr || !frames->is_array()) return;
    for (const Value& element : *frames) {
      const auto frame = json::int32(element, "frame");
      if (!frame) continue;
      keyframe(element, patch.keyframes[*frame]);
      if (patch.keyframes.size() > kKeyframesMax || ++keyframes_ > kRequestKeyframesMax) {
        refuse("keyframes", "holds too many");
        return;
      }
    }
  }

  template <class KeyframePatch>
  void actions(const Value& from, std::map<std::string, ActionPatch<KeyframePatch>>& patches) {
    const Value* list = json::find(from, "actions");
    if (list == nullptr || !list->is_array()) return;
    for (const Value& element : *list) {
      const auto name = text(element, "name");
      if (!name) continue;
      action(element, patches[*name]);
      if (patches.size() > kActionsMax) refuse("actions", "holds more than " + std::to_string(kActionsMax));
      if (!refusal_.empty()) return;
    }
  }

  void element(const Value& from, ObjectPatch& patch) {
    patch.key = text(from, "key").value_or("");
    patch.name = text(from, "name");
    patch.scene = scene(from);
    patch.type = text(from, "type");
    patch.subtype = text(from, "subtype");
    patch.owner = text(from, "owner");
    patch.parent = text(from, "parent");
    patch.asset_sub_id = text(from, "asset_sub_id");
    patch.assets = assets(from);
    patch.transform = matrix(from, "transform");
    if (!patch.transform) patch.pose = pose(from);
    actions(from, patch.actions);
  }

  void element(const Value& from, PropertyPatch& patch) {
    patch.key = text(from, "key").value_or("");
    patch.name = text(from, "name");
    patch.scene = scene(from);
    patch.parent = text(from, "parent");
    patch.asset_sub_id = text(from, "asset_sub_id");
    actions(from, patch.actions);
    const Value* values = json::find(from, "values");
    if (values == nullptr || !values->is_array()) return;
    for (const Value& value : *values) {
      if (patch.count == kPropertyValuesMax) break;
      const auto number = value.is_object() ? json::number(value, "value") : finite(value);
      if (number) patch.values[patch.count++] = *number;
    }
  }

  void refuse(std::string_view member, std::string_view why) {
    if (refusal_.empty()) refusal_.append(member).append(" ").append(why);
  }

 private:
  static std::optional<double> finite(const Value& value) {
    if (!value.is_number()) return std::nullopt;
    const double number = value.get<double>();
    if (!std::isfinite(number)) return std::nullopt;
    return number;
  }

  /// The first N elements, if all are numbers.
  template <std::size_t N>
  static std::optional<std::array<double, N>> vector(const Value& from, std::string_view member) {
    const Value* value = json::find(from, member);
    if (value == nullptr || !value->is_array() || value->size() < N) return std::nullopt;
    std::array<double, N> numbers{};
    for (std::size_t i = 0; i < N; ++i) {
      const auto number = finite((*value)[i]);
      if (!number) return std::nullopt;
      numbers[i] = *number;
    }
    return numbers;
  }

  /// Handles in the order of their axes: those beyond `count` and those that are not objects are ignored.
  void handles(const Value& from, std::string_view member, std::uint8_t first, std::uint8_t count,
               HandlePatches& patches) {
    const Value* list = json::find(from, member);
    if (list == nullptr || !list->is_array()) return;
    for (std::uint8_t i = 0; i < count && i < list->size(); ++i) {
      add_handle((*list)[i], static_cast<std::uint8_t>(first + i), patches);
    }
  }

  void add_handle(const Value& from, std::uint8_t index, HandlePatches& patches) {
    HandlePatch patch = handle(from);
    if (!(patch == HandlePatch{})) patches.emplace_back(index, std::move(patch));
  }

  std::string refusal_;
  std::size_t keyframes_ = 0;
};

RequestError bad_json(json::ParseError error) {
  return {RequestError::Kind::kBadJson, std::move(error.message)};
}
RequestError refused(std::string message) {
  return {RequestError::Kind::kRefused, std::move(message)};
}

bool has_any(const Value& object, std::initializer_list<const char*> members) {
  for (const char* member : members) {
    if (object.contains(member)) return true;
  }
  return false;
}

bool looks_like_element(const Value& root, const ObjectPatch&) {
  return has_any(root,
                 {"key", "name", "scene", "type", "subtype", "owner", "parent", "asset_sub_id", "assets",
                  "transform", "actions", "translation", "euler_rotation", "quaternion_rotation", "scale"});
}
bool looks_like_element(const Value& root, const PropertyPatch&) {
  return has_any(root, {"key", "name", "scene", "parent", "asset_sub_id", "values", "actions"});
}

const Value* element_list(const Value& root, std::string_view preferred, std::string_view other) {
  for (const std::string_view name : {preferred, other}) {
    const Value* list = json::find(root, name);
    if (list != nullptr && list->is_array()) return list;
  }
  return nullptr;
}

template <class Patch>
Result<ListRequest<Patch>, RequestError> parse_list(std::string_view body, std::string_view preferred,
                                                    std::string_view other) {
  auto parsed = json::parse(body);
  if (!parsed) return bad_json(parsed.error());
  const Value& root = *parsed;
  ListRequest<Patch> request;
  Reader reader;
  request.num_records = json::int32(root, "num_records").value_or(request.num_records);
  request.transaction_id = reader.text(root, "transaction_id").value_or("");
  if (const Value* list = element_list(root, preferred, other)) {
    if (list->size() > kElementsMax)
      reader.refuse(preferred, "holds more than " + std::to_string(kElementsMax));
    for (const Value& element : *list) {
      if (!reader.refusal().empty()) break;
      if (element.is_object()) reader.element(element, request.elements.emplace_back());
    }
  } else if (root.is_object() && looks_like_element(root, Patch{})) {
    reader.element(root, request.elements.emplace_back());
  }
  if (!reader.refusal().empty()) return refused(reader.refusal());
  return request;
}

template <class KeyframePatch>
Result<ActionRequest<KeyframePatch>, RequestError> parse_action(std::string_view body) {
  auto parsed = json::parse(body);
  if (!parsed) return bad_json(parsed.error());
  ActionRequest<KeyframePatch> request;
  Reader reader;
  request.name = reader.text(*parsed, "name").value_or("");
  request.transaction_id = reader.text(*parsed, "transaction_id").value_or("");
  reader.action(*parsed, request.patch);
  if (!reader.refusal().empty()) return refused(reader.refusal());
  return request;
}

template <class KeyframePatch>
Result<KeyframeRequest<KeyframePatch>, RequestError> parse_keyframe(std::string_view body) {
  auto parsed = json::parse(body);
  if (!parsed) return bad_json(parsed.error());
  KeyframeRequest<KeyframePatch> request;
  Reader reader;
  request.frame = json::int32(*parsed, "frame");
  request.scene = reader.scene(*parsed).value_or("");
  request.transaction_id = reader.text(*parsed, "transaction_id").value_or("");
  reader.keyframe(*parsed, request.patch);
  if (!reader.refusal().empty()) return refused(reader.refusal());
  return request;
}

/// A whole number, even if it is written with a fraction of zero.
std::optional<double> message_type(const Value& root) {
  const auto number = json::number(root, "msg_type");
  if (!number || *number != std::trunc(*number) || *number <= -9999) return std::nullopt;
  return number;
}

template <class Patch>
Result<EventRequest, EventError> finish_event(const Value& root, MessageType type) {
  Reader reader;
  Patch patch;
  reader.element(root, patch);
  if (!reader.refusal().empty()) return EventError::kMalformed;
  EventRequest event{type, std::move(patch)};
  return event;
}

}  // namespace

Result<ListRequest<ObjectPatch>, RequestError> parse_object_list(std::string_view body) {
  return parse_list<ObjectPatch>(body, "objects", "properties");
}
Result<ListRequest<PropertyPatch>, RequestError> parse_property_list(std::string_view body) {
  return parse_list<PropertyPatch>(body, "properties", "objects");
}
Result<ActionRequest<ObjectKeyframePatch>, RequestError> parse_object_action(std::string_view body) {
  return parse_action<ObjectKeyframePatch>(body);
}
Result<ActionRequest<PropertyKeyframePatch>, RequestError> parse_property_action(std::string_view body) {
  return parse_action<PropertyKeyframePatch>(body);
}
Result<KeyframeRequest<ObjectKeyframePatch>, RequestError> parse_object_keyframe(std::string_view body) {
  return parse_keyframe<ObjectKeyframePatch>(body);
}
Result<KeyframeRequest<PropertyKeyframePatch>, RequestError> parse_property_keyframe(std::string_view body) {
  return parse_keyframe<PropertyKeyframePatch>(body);
}

Result<EventRequest, EventError> parse_event(std::string_view json) {
  const auto parsed = json::parse(json);
  if (!parsed || !parsed->is_object()) return EventError::kMalformed;
  const auto type = message_type(*parsed);
  if (!type) return EventError::kMalformed;
  for (const MessageType known :
       {MessageType::kObjectUpdate, MessageType::kObjectKeyframeUpdate, MessageType::kObjectActionUpdate}) {
    if (*type == static_cast<int>(known)) return finish_event<ObjectPatch>(*parsed, known);
  }
  for (const MessageType known : {MessageType::kPropertyUpdate, MessageType::kPropertyKeyframeUpdate,
                                  MessageType::kPropertyActionUpdate}) {
    if (*type == static_cast<int>(known)) return finish_event<PropertyPatch>(*parsed, known);
  }
  return EventError::kUnknownType;
}

}  // namespace aesel::objects
