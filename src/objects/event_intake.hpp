// EventIntake: what happens to a datagram of a device: decode, apply to the live tables, send on. This is the
// product's fastest path: for an object or property that moves it does not allocate, log, wait or throw.
#pragma once

#include <array>
#include <string>

#include "net/udp.hpp"
#include "objects/event_applier.hpp"
#include "objects/object_table.hpp"
#include "stream/stream.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "wire/event_decoder.hpp"
#include "wire/padding.hpp"

namespace aesel::objects {

/// Thread: that of the tables and of the publisher. The tables and the publisher outlive it.
class EventIntake final : public net::DatagramSink {
 public:
  EventIntake(ObjectTable& objects, PropertyTable& properties, stream::Publisher& publisher,
              telemetry::Metrics& metrics, wire::Padding padding = wire::Padding::kBase64);

  void on_datagram(const net::Datagram& datagram) override;
  void on_batch_end() override;

 private:
  bool move_object(const wire::MoveEvent& event, std::int64_t received_ns);
  bool move_property(const wire::MoveEvent& event, std::int64_t received_ns);
  void apply_general(const net::Datagram& datagram);
  void publish(std::string_view scene, std::string_view body, std::int64_t received_ns);
  void count(EventOutcome outcome);
  std::string& next_body();

  ObjectTable& objects_;
  PropertyTable& properties_;
  stream::Publisher& publisher_;
  wire::Padding padding_;
  wire::EventDecoder decoder_;
  EventApplier applier_;
  wire::MoveEvent move_;
  std::array<std::string, net::UdpBatch::kMessages> bodies_;  // of this batch; they keep their capacity
  std::size_t bodies_used_ = 0;
  std::string scene_;
  telemetry::RateLimited drop_log_;
  telemetry::Counter& received_;
  telemetry::Counter& applied_;
  telemetry::Counter& no_scene_;
  telemetry::Counter& unknown_key_;
  telemetry::Counter& unknown_type_;
  telemetry::Counter& malformed_;
  telemetry::Counter& empty_;
  telemetry::Counter& too_large_;
};

}  // namespace aesel::objects
