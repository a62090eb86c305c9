// Family: what objects and properties have in common under different names, so that one service serves both.
#pragma once

#include <string_view>

#include "base/ids.hpp"
#include "objects/event_change.hpp"
#include "objects/message_type.hpp"
#include "objects/request.hpp"

namespace aesel::objects {

template <class Record>
struct Family;

template <>
struct Family<Object> {
  using Patch = ObjectPatch;
  using Keyframe = ObjectKeyframe;
  using KeyframePatch = ObjectKeyframePatch;
  using Content = ActionContent<ObjectKeyframe>;
  using Change = ObjectChange;
  static constexpr std::string_view kName = "object";  // also the collection in the store
  static constexpr std::string_view kList = "objects";
  static constexpr MessageType kCreate = MessageType::kObjectCreate;
  static constexpr MessageType kUpdate = MessageType::kObjectUpdate;
  static constexpr MessageType kGet = MessageType::kObjectGet;
  static constexpr MessageType kDelete = MessageType::kObjectDelete;
  static constexpr MessageType kQuery = MessageType::kObjectQuery;
  static constexpr MessageType kActionCreate = MessageType::kObjectActionCreate;
  static constexpr MessageType kActionUpdate = MessageType::kObjectActionUpdate;
  static constexpr MessageType kActionDelete = MessageType::kObjectActionDelete;
  static constexpr MessageType kKeyframeCreate = MessageType::kObjectKeyframeCreate;
  static constexpr MessageType kKeyframeUpdate = MessageType::kObjectKeyframeUpdate;
  static constexpr MessageType kKeyframeDelete = MessageType::kObjectKeyframeDelete;

  static auto parse_list(std::string_view body) { return parse_object_list(body); }
  static auto parse_action(std::string_view body) { return parse_object_action(body); }
  static auto parse_keyframe(std::string_view body) { return parse_object_keyframe(body); }
};

template <>
struct Family<Property> {
  using Patch = PropertyPatch;
  using Keyframe = PropertyKeyframe;
  using KeyframePatch = PropertyKeyframePatch;
  using Content = ActionContent<PropertyKeyframe>;
  using Change = PropertyChange;
  static constexpr std::string_view kName = "property";
  static constexpr std::string_view kList = "properties";
  static constexpr MessageType kCreate = MessageType::kPropertyCreate;
  static constexpr MessageType kUpdate = MessageType::kPropertyUpdate;
  static constexpr MessageType kGet = MessageType::kPropertyGet;
  static constexpr MessageType kDelete = MessageType::kPropertyDelete;
  static constexpr MessageType kQuery = MessageType::kPropertyQuery;
  static constexpr MessageType kActionCreate = MessageType::kPropertyActionCreate;
  static constexpr MessageType kActionUpdate = MessageType::kPropertyActionUpdate;
  static constexpr MessageType kActionDelete = MessageType::kPropertyActionDelete;
  static constexpr MessageType kKeyframeCreate = MessageType::kPropertyKeyframeCreate;
  static constexpr MessageType kKeyframeUpdate = MessageType::kPropertyKeyframeUpdate;
  static constexpr MessageType kKeyframeDelete = MessageType::kPropertyKeyframeDelete;

  static auto parse_list(std::string_view body) { return parse_property_list(body); }
  static auto parse_action(std::string_view body) { return parse_property_action(body); }
  static auto parse_keyframe(std::string_view body) { return parse_property_keyframe(body); }
};

}  // namespace aesel::objects
