// DemoAccount: what the demo sent and what came back. An update is recognised by its matrix, which is
// different in every one, so nothing needs to be added to it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/device_receiver.hpp"
#include "app/event_text.hpp"
#include "app/statistics.hpp"

namespace aesel::app {

struct DemoNumbers {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;  // by all devices
  std::uint64_t settled = 0;   // deliveries that are either received or lost by now
  std::uint64_t lost = 0;
  double sent_per_second = 0;      // lately
  double received_per_second = 0;  // lately
  double p50_ns = 0;               // lately
  double p99_ns = 0;               // lately
};

/// Safe from every thread.
class DemoAccount final : public DeviceListener {
 public:
  /// The objects' keys in their order. REQUIRES: devices <= 32.
  DemoAccount(const std::vector<std::string>& keys, int devices);
  void on_send(std::size_t object, const EventMatrix& matrix, std::int64_t steady_ns);
  void on_event(std::size_t device, std::string_view event, std::int64_t steady_ns) override;
  /// Rates and latencies are those of about the last second.
  DemoNumbers numbers(std::int64_t steady_ns);
  /// Everything that has not arrived by now is lost.
  DemoNumbers final_numbers(std::int64_t steady_ns);
  /// Of the whole time.
  LatencyHistogram latency() const;
  /// What the first device received last, by object; nullopt: nothing yet.
  std::vector<std::optional<EventMatrix>> picture() const;

 private:
  struct Update {
    EventMatrix matrix;
    std::int64_t sent_ns = 0;
    std::uint32_t received_by = 0;  // one bit per device
  };
  void settle(std::int64_t sent_before_ns);
  void begin_window(std::int64_t steady_ns);

  mutable std::mutex mutex_;
  int devices_;
  std::map<std::string, std::size_t, std::less<>> objects_;
  std::vector<std::deque<Update>> under_way_;
  std::vector<std::optional<EventMatrix>> picture_;
  DemoNumbers totals_;
  LatencyHistogram all_, window_;
  std::int64_t window_ns_ = 0;
  std::uint64_t window_sent_ = 0, window_received_ = 0;
};

}  // namespace aesel::app
