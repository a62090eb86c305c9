// EventApplier: the events that are not the common case: keyframes, actions, properties, renames, escaped
// text. Parses one datagram, applies it to the tables and renders what goes out.
#pragma once

#include <string>
#include <string_view>

#include "objects/object_table.hpp"
#include "wire/padding.hpp"

namespace aesel::objects {

enum class EventOutcome {
  kApplied,      // applied; `scene` and `body` are to be sent on
  kNoScene,      // applied if the key is known, but no scene is known: nothing to send
  kUnknownKey,   // no such record, action or frame: not applied, but `scene` and `body`, if not empty, are to
                 // be sent on
  kUnknownType,  // msg_type is none of 1, 9, 16, 20, 24, 28: dropped
  kMalformed,    // not a JSON object, no msg_type, or over a limit: dropped
};

/// Thread: that of the tables. The tables outlive it.
class EventApplier {
 public:
  EventApplier(ObjectTable& objects, PropertyTable& properties,
               wire::Padding padding = wire::Padding::kBase64)
      : objects_(objects), properties_(properties), padding_(padding) {}

  /// Takes any of the six input types in any shape. `scene` and `body` belong to the caller, are replaced,
  /// and are empty when nothing is to be sent.
  EventOutcome apply_event(std::string_view json, std::string& scene, std::string& body);

 private:
  ObjectTable& objects_;
  PropertyTable& properties_;
  wire::Padding padding_;
};

}  // namespace aesel::objects
