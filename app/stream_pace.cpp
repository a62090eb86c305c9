// The arithmetic of ticks and groups.
#include "app/stream_pace.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace aesel::app {
namespace {

constexpr double kSecond_ns = 1e9;
constexpr std::int64_t kGapMax_ns = 1'000'000;

}  // namespace

Pace::Pace(const PaceOptions& options, std::int64_t start_ns)
    : ticks_per_s_(options.ticks_per_s),
      start_ns_(start_ns),
      groups_(std::max<std::size_t>(1, (options.events_per_tick + kGroupEventsMax - 1) / kGroupEventsMax)) {
  CHECK(options.ticks_per_s > 0);
  const double half_tick_ns = kSecond_ns / ticks_per_s_ / 2;
  gap_ns_ = std::min(kGapMax_ns, static_cast<std::int64_t>(half_tick_ns / static_cast<double>(groups_)));
}

std::int64_t Pace::tick_ns(std::uint64_t tick) const {
  return start_ns_ + std::llround(static_cast<double>(tick) * kSecond_ns / ticks_per_s_);
}

std::int64_t Pace::due_ns(std::uint64_t tick, std::size_t group) const {
  return tick_ns(tick) + static_cast<std::int64_t>(group) * gap_ns_;
}

std::uint64_t Pace::not_too_late(std::uint64_t tick, std::int64_t now_ns) const {
  if (now_ns - tick_ns(tick) <= kLateMax_ns) return tick;
  const double current = std::floor(static_cast<double>(now_ns - start_ns_) * ticks_per_s_ / kSecond_ns);
  return std::max(tick, static_cast<std::uint64_t>(current));
}

}  // namespace aesel::app
