// FanOut: sends every event of a scene to all devices registered to it. Holds the addresses, resolved off the
// event path, and nothing else; scenes::Scenes tells it who is registered where.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/fwd.hpp"
#include "stream/stream.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::scenes {

struct DeviceAddress {
  std::string hostname;    // IPv4, IPv6 or a name; empty: the device receives nothing
  std::uint16_t port = 0;  // 0: the device receives nothing
  friend bool operator==(const DeviceAddress&, const DeviceAddress&) = default;
};

/// Thread: its core. Takes effect on the next event; a host name takes effect once it is resolved, and is
/// resolved again every `resolve_interval_ms`.
class FanOut : public stream::EventSink {
 public:
  /// Registers, or changes the address. Unknown scenes come into being.
  virtual void put_device(std::string_view scene, std::string_view device, const DeviceAddress& address) = 0;
  virtual void remove_device(std::string_view scene, std::string_view device) = 0;
  virtual void remove_scene(std::string_view scene) = 0;
  /// Resolves names until stop().
  virtual Task<void> run() = 0;
  virtual void stop() = 0;
};

struct FanOutOptions {
  int resolve_interval_ms = 30'000;
  int resolve_retry_ms = 2'000;  // for names that did not resolve
  int send_buffer_bytes = 8 << 20;
};
/// Errors: no socket to be had.
Result<std::unique_ptr<FanOut>> open_fan_out(boost::asio::io_context& context, const FanOutOptions& options,
                                             telemetry::Metrics& metrics);

}  // namespace aesel::scenes
