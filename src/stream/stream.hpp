// The change stream: events on their way from the objects service to the scenes service.
// One publisher end and one subscriber end per transport; the bytes are the same whichever it is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::stream {

/// One change, ready for the devices. The views stay valid until the flush() or on_batch_end() that follows.
struct Event {
  std::string_view scene;        // the scene's key; never empty, never holds a line feed
  std::string_view body;         // what a device receives, one line of JSON
  std::int64_t received_ns = 0;  // wall clock, when the kernel received the cause; 0 if there was none
};

enum class PublishOutcome {
  kSent,
  kDropped,   // the transport is full or gone; counted, never retried: the sender repeats events anyway
  kTooLarge,  // scene and body do not fit into one datagram
};

/// Thread: the core that owns it. Never blocks, never throws, does not allocate in steady state.
class Publisher {
 public:
  virtual ~Publisher() = default;
  /// May hold the event back until flush(), so the views must live until then.
  virtual PublishOutcome publish(const Event& event) = 0;
  /// Ends a batch: everything published so far is on its way when this returns.
  virtual void flush() = 0;
  /// Can events leave now? For /ready.
  virtual Result<void> check() = 0;
};

/// Where a subscriber delivers. Thread: the subscriber's core.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Event& event) = 0;
  virtual void on_batch_end() = 0;
};

/// The receiving end: calls its sink until stopped.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  /// Runs until stop(). REQUIRES: the sink outlives the run.
  virtual Task<void> run(EventSink& sink) = 0;
  virtual void stop() = 0;
};

}  // namespace aesel::stream
