// Pacer: when the n-th of evenly spaced events is due, and waiting for it.
#pragma once

#include <cstdint>

namespace aesel::app {

class Pacer {
 public:
  /// REQUIRES: per_second > 0.
  Pacer(double per_second, std::int64_t start_steady_ns)
      : interval_ns_(1e9 / per_second), start_ns_(start_steady_ns) {}
  std::int64_t due_ns(std::uint64_t n) const {
    return start_ns_ + static_cast<std::int64_t>(interval_ns_ * static_cast<double>(n));
  }

 private:
  double interval_ns_;
  std::int64_t start_ns_;
};

/// Sleeps until the steady clock shows that; returns at once when it already does.
void sleep_until_ns(std::int64_t steady_ns);
/// Makes the calling thread's sleeps end within microseconds of their time.
void sharpen_sleeps();

}  // namespace aesel::app
