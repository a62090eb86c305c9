// ChangeEvents: tells the change stream what an HTTP request changed, after the store confirmed it.
#pragma once

#include <string>
#include <string_view>

#include "objects/event_change.hpp"
#include "stream/stream.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::objects {

/// Thread: that of the publisher. Never blocks and never fails: what the stream does not take is counted.
class ChangeEvents {
 public:
  ChangeEvents(stream::Publisher& publisher, telemetry::Metrics& metrics, wire::Padding padding);

  /// Publishes to `scene`, or to the record's scene if that is empty. Without either nobody listens, and
  /// nothing is sent. The event has left when this returns.
  void publish(const ObjectChange& change, std::string_view scene = {});
  void publish(const PropertyChange& change, std::string_view scene = {});

 private:
  void send(std::string_view scene);

  stream::Publisher& publisher_;
  wire::Padding padding_;
  telemetry::Counter& published_;
  telemetry::Counter& dropped_;
  std::string body_;
};

}  // namespace aesel::objects
