// Clock: time as an argument, so that tests decide what time it is.
#pragma once

#include <cstdint>

namespace aesel {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Nanoseconds of a clock that never goes back; only differences mean anything.
  virtual std::int64_t steady_ns() const = 0;
  /// Nanoseconds since 1970 (UTC), the clock of the kernel's receive timestamps.
  virtual std::int64_t wall_ns() const = 0;
};

/// The machine's clocks. Lives as long as the process; safe from every thread.
const Clock& system_clock();

/// A clock that stands still until told otherwise.
class ManualClock final : public Clock {
 public:
  std::int64_t steady_ns() const override { return now_ns_; }
  std::int64_t wall_ns() const override { return now_ns_; }
  void advance_ns(std::int64_t by_ns) { now_ns_ += by_ns; }

 private:
  std::int64_t now_ns_ = 1'000'000'000;
};

}  // namespace aesel
