// When a tick's events leave. Ticks have absolute times, so they do not drift; a tick's events leave in small
// groups, so that a receiver with a default buffer (about 200 KB, which holds some 200 datagrams) keeps up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace aesel::app {

struct PaceOptions {
  double ticks_per_s = 60;
  std::size_t events_per_tick = 1;
};

/// Arithmetic only; a Sleeper sleeps.
class Pace {
 public:
  static constexpr std::size_t kGroupEventsMax = 32;
  /// A player that is later than this skips ticks; up to it, it catches up.
  static constexpr std::int64_t kLateMax_ns = 250'000'000;

  Pace(const PaceOptions& options, std::int64_t start_ns);

  std::size_t groups() const { return groups_; }
  /// When a tick begins.
  std::int64_t tick_ns(std::uint64_t tick) const;
  /// When a group of a tick is to leave: spread over at most half the tick, 1 ms apart at most.
  std::int64_t due_ns(std::uint64_t tick, std::size_t group) const;
  /// The least time between two groups, also when catching up.
  std::int64_t gap_min_ns() const { return gap_ns_ / 4; }
  /// The tick to play at this time: `tick` itself, or the current one if that is too late.
  std::uint64_t not_too_late(std::uint64_t tick, std::int64_t now_ns) const;

 private:
  double ticks_per_s_;
  std::int64_t start_ns_;
  std::size_t groups_;
  std::int64_t gap_ns_;
};

/// Sleeps to absolute times of the steady clock. An interface so that tests decide what time it is.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  /// False when it is time to stop.
  virtual bool sleep_until(std::int64_t steady_ns) = 0;
  virtual const Clock& clock() const = 0;
};

}  // namespace aesel::app
