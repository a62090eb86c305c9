// Request bodies and events in JSON, read into patches. What a client may send wrongly without harm (other
// types, null, unknown members, too many numbers) is ignored, as the contract asks; what is refused is broken
// JSON and what exceeds limits.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "objects/message_type.hpp"
#include "objects/patch.hpp"

namespace aesel::objects {

struct RequestError {
  enum class Kind {
    kBadJson,  // not JSON
    kRefused,  // understood, but something is missing or exceeds a limit
  };
  Kind kind;
  std::string message;
};

/// The list form. A single object outside a list is taken as a list of one, if it has any member that an
/// element would have. Elements that are not objects are skipped.
template <class Patch>
struct ListRequest {
  std::vector<Patch> elements;
  std::int32_t num_records = 10;  // the limit of a query, per element
  std::string transaction_id;
};
Result<ListRequest<ObjectPatch>, RequestError> parse_object_list(std::string_view body);
Result<ListRequest<PropertyPatch>, RequestError> parse_property_list(std::string_view body);

template <class KeyframePatch>
struct ActionRequest {
  std::string name;  // "" if absent or not text
  ActionPatch<KeyframePatch> patch;
  std::string transaction_id;
};
Result<ActionRequest<ObjectKeyframePatch>, RequestError> parse_object_action(std::string_view body);
Result<ActionRequest<PropertyKeyframePatch>, RequestError> parse_property_action(std::string_view body);

template <class KeyframePatch>
struct KeyframeRequest {
  std::optional<std::int32_t> frame;
  KeyframePatch patch;
  std::string scene;  // only says where the event goes
  std::string transaction_id;
};
Result<KeyframeRequest<ObjectKeyframePatch>, RequestError> parse_object_keyframe(std::string_view body);
Result<KeyframeRequest<PropertyKeyframePatch>, RequestError> parse_property_keyframe(std::string_view body);

/// An event as a client sends it: one bare object or property.
struct EventRequest {
  MessageType type;
  std::variant<ObjectPatch, PropertyPatch> patch;
};
enum class EventError { kMalformed, kUnknownType };
Result<EventRequest, EventError> parse_event(std::string_view json);

}  // namespace aesel::objects
