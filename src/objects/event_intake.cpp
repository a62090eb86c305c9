#include "objects/event_intake.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "json/writer.hpp"
#include "objects/event_change.hpp"

namespace aesel::objects {
namespace {

constexpr const char* kDroppedHelp = "Events that were not applied, by reason.";

telemetry::Counter& dropped(telemetry::Metrics& metrics, const char* reason) {
  return metrics.counter("aesel_events_dropped_total", kDroppedHelp, reason);
}

/// "" in the event, or what the record has already: nothing but the pose changes.
bool same_or_absent(std::string_view in_event, std::string_view in_record) {
  return in_event.empty() || in_event == in_record;
}

void append_number(std::string& out, std::string_view text, double value) {
  if (text.empty())
    json::append_real(out, value);
  else
    out += text;
}

}  // namespace

EventIntake::EventIntake(ObjectTable& objects, PropertyTable& properties, stream::Publisher& publisher,
                         telemetry::Metrics& metrics, wire::Padding padding)
    : objects_(objects),
      properties_(properties),
      publisher_(publisher),
      padding_(padding),
      applier_(objects, properties, padding),
      received_(metrics.counter("aesel_events_received_total", "Datagrams received from devices.")),
      applied_(metrics.counter("aesel_events_applied_total", "Events applied to an object or property.")),
      no_scene_(metrics.counter("aesel_events_without_scene_total",
                                "Events that belong to no scene: applied, not sent.")),
      unknown_key_(dropped(metrics, "reason=\"unknown_key\"")),
      unknown_type_(dropped(metrics, "reason=\"unknown_type\"")),
      malformed_(dropped(metrics, "reason=\"malformed\"")),
      empty_(dropped(metrics, "reason=\"empty\"")),
      too_large_(metrics.counter("aesel_events_too_large_total", "Outgoing events that no datagram holds.")) {
  for (std::string& body : bodies_) body.reserve(1024);
}

void EventIntake::on_datagram(const net::Datagram& datagram) {
  received_.add();
  if (datagram.bytes.empty()) {
    empty_.add();
    return;
  }
  if (decoder_.decode(datagram.bytes, move_) == wire::Decoded::kMove) {
    const bool moved = move_.type == 1 ? move_object(move_, datagram.received_ns)
                                       : move_property(move_, datagram.received_ns);
    if (moved) return;
  }
  apply_general(datagram);
}

void EventIntake::on_batch_end() {
  publisher_.flush();
  bodies_used_ = 0;
}

/// False if the event is more than a move, for the general path to take.
bool EventIntake::move_object(const wire::MoveEvent& event, std::int64_t received_ns) {
  ObjectEntry* const entry = objects_.find(ObjectId{event.key});
  if (entry == nullptr) return false;
  const Object& object = entry->record;
  if (!same_or_absent(event.name, object.name) || !same_or_absent(event.scene, object.scene)) return false;
  std::copy_n(event.values.begin(), 16, entry->record.transform.begin());
  objects_.mark_state_dirty(*entry);
  applied_.add();
  if (object.scene.empty()) {
    no_scene_.add();
    return true;
  }
  if (entry->event_prefix.empty()) append_event_prefix(object, entry->event_prefix);
  std::string& body = next_body();
  body.assign("{\"msg_type\":1,");
  body += entry->event_prefix;
  append_number(body, event.texts[0], event.values[0]);
  for (std::size_t i = 1; i < 16; ++i) {
    body += ',';
    append_number(body, event.texts[i], event.values[i]);
  }
  body += "],\"assets\":[],\"actions\":[]}";
  if (padding_ == wire::Padding::kBase64) wire::pad_for_base64(body);
  publish(object.scene, body, received_ns);
  return true;
}

bool EventIntake::move_property(const wire::MoveEvent& event, std::int64_t received_ns) {
  PropertyEntry* const entry = properties_.find(PropertyId{event.key});
  if (entry == nullptr) return false;
  Property& property = entry->record;
  if (!same_or_absent(event.name, property.name) || !same_or_absent(event.scene, property.scene))
    return false;
  property.values.fill(0);
  std::copy_n(event.values.begin(), event.count, property.values.begin());
  property.count = static_cast<std::uint8_t>(event.count);
  properties_.mark_state_dirty(*entry);
  applied_.add();
  if (property.scene.empty()) {
    no_scene_.add();
    return true;
  }
  if (entry->event_prefix.empty()) append_event_prefix(property, entry->event_prefix);
  std::string& body = next_body();
  body.assign("{\"msg_type\":9,");
  body += entry->event_prefix;
  for (std::size_t i = 0; i < event.count; ++i) {
    if (i > 0) body += ',';
    append_number(body, event.texts[i], event.values[i]);
  }
  body += "],\"actions\":[]}";
  if (padding_ == wire::Padding::kBase64) wire::pad_for_base64(body);
  publish(property.scene, body, received_ns);
  return true;
}

/// Anything but a move. Rare, so it may allocate; it may also change the texts that events of this batch
/// refer to, so those leave first.
void EventIntake::apply_general(const net::Datagram& datagram) {
  on_batch_end();
  std::string& body = next_body();
  const std::string_view text(datagram.bytes.data(), datagram.bytes.size());
  const EventOutcome outcome = applier_.apply_event(text, scene_, body);
  count(outcome);
  if (scene_.empty() || body.empty()) return;
  const stream::Event event{scene_, body, datagram.received_ns};
  if (publisher_.publish(event) == stream::PublishOutcome::kTooLarge) too_large_.add();
  on_batch_end();
}

void EventIntake::publish(std::string_view scene, std::string_view body, std::int64_t received_ns) {
  const stream::Event event{scene, body, received_ns};
  if (publisher_.publish(event) == stream::PublishOutcome::kTooLarge) too_large_.add();
}

void EventIntake::count(EventOutcome outcome) {
  switch (outcome) {
    case EventOutcome::kApplied:
      applied_.add();
      return;
    case EventOutcome::kNoScene:
      no_scene_.add();
      return;
    case EventOutcome::kUnknownKey:
      unknown_key_.add();
      break;
    case EventOutcome::kUnknownType:
      unknown_type_.add();
      break;
    case EventOutcome::kMalformed:
      malformed_.add();
      break;
  }
  if (!drop_log_.allow(system_clock().steady_ns())) return;
  telemetry::log(telemetry::Level::kWarning,
                 "events from devices were not applied; /metrics tells how many and why",
                 {{"malformed", std::to_string(malformed_.value())},
                  {"unknown_key", std::to_string(unknown_key_.value())},
                  {"unknown_type", std::to_string(unknown_type_.value())}});
}

std::string& EventIntake::next_body() {
  if (bodies_used_ == bodies_.size()) on_batch_end();
  return bodies_[bodies_used_++];
}

}  // namespace aesel::objects
