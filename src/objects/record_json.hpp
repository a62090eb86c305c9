// Records and answers in JSON, member by member in the contract's order.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "json/writer.hpp"
#include "objects/event_change.hpp"
#include "objects/message_type.hpp"
#include "objects/object.hpp"
#include "objects/property.hpp"

namespace aesel::objects {

/// A whole object or property. Elements of property answers say msg_type 9 whatever the route.
void write_record(json::Writer& writer, MessageType type, const Object& object);
void write_record(json::Writer& writer, MessageType type, const Property& property);

/// The element of a create's or update's answer: the key, and what clients index without looking.
void write_receipt(json::Writer& writer, MessageType type, const Object& object);
void write_receipt(json::Writer& writer, MessageType type, const Property& property);

/// What surrounds the elements of every answer.
struct Envelope {
  MessageType type;
  int err_code;
  std::size_t num_records;
  std::string_view err_msg;         // left out if empty
  std::string_view transaction_id;  // left out if empty
  std::string_view list;            // "objects" or "properties"
};
/// Opens the answer; the elements follow, then end_answer().
void begin_answer(json::Writer& writer, const Envelope& envelope);
void end_answer(json::Writer& writer);

void write_action(json::Writer& writer, std::string_view name, std::string_view description,
                  std::string_view key, const std::map<std::int32_t, ObjectKeyframe>& keyframes);
void write_action(json::Writer& writer, std::string_view name, std::string_view description,
                  std::string_view key, const std::map<std::int32_t, PropertyKeyframe>& keyframes);

}  // namespace aesel::objects
