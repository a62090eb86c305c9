// The loop of `aesel stream`.
#include "app/stream_player.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.hpp"

namespace aesel::app {
namespace {

// In ticks: 23.92 s at 60/s is tick 1435.2 and the end of a motion of 2 s at 60/s is tick 120, whatever the
// last bits of its length say.
constexpr double kTickTolerance = 1e-6;

}  // namespace

std::optional<std::uint64_t> tick_count(const motion::Motion& motion, const PlayOptions& options) {
  if (options.ends == motion::Ends::kLoop) return options.ticks_max;
  const double last = motion::length_s(motion, options.ends) * options.ticks_per_s;
  const auto count = static_cast<std::uint64_t>(std::floor(last + kTickTolerance)) + 1;
  return options.ticks_max ? std::min(count, *options.ticks_max) : count;
}

Player::Player(PlayParts parts)
    : parts_(std::move(parts)),
      count_(tick_count(parts_.motion, parts_.options)),
      world_(parts_.motion.joints.size()) {
  CHECK(parts_.texts.size() == world_.size());
  group_.reserve(Pace::kGroupEventsMax);
}

PlayStatistics Player::play() {
  const Clock& clock = parts_.sleeper.clock();
  const std::int64_t start_ns = clock.steady_ns();
  const double ticks_per_s = parts_.options.ticks_per_s;
  const Pace pace({.ticks_per_s = ticks_per_s, .events_per_tick = parts_.texts.size()}, start_ns);
  const auto elapsed_s = [&] { return static_cast<double>(clock.steady_ns() - start_ns) * 1e-9; };
  left_ns_ = start_ns - pace.gap_min_ns();
  std::uint64_t tick = 0;
  while (!count_ || tick < *count_) {
    const bool running = play_tick(pace, tick);
    statistics_.elapsed_s = elapsed_s();
    if (!running) return statistics_;
    if (parts_.on_tick) parts_.on_tick(statistics_, static_cast<double>(tick) / ticks_per_s);
    tick = tick_after(pace, tick);
  }
  parts_.sleeper.sleep_until(pace.tick_ns(tick));
  statistics_.elapsed_s = elapsed_s();
  return statistics_;
}

/// Usually the next one. When that is long past: the current one, but never beyond the last, which everybody
/// is to see.
std::uint64_t Player::tick_after(const Pace& pace, std::uint64_t tick) {
  const std::uint64_t next = tick + 1;
  if (count_ && next >= *count_) return next;
  std::uint64_t playable = pace.not_too_late(next, parts_.sleeper.clock().steady_ns());
  if (count_) playable = std::min(playable, *count_ - 1);
  statistics_.ticks_skipped += playable - next;
  return playable;
}

/// False when it was stopped on the way.
bool Player::play_tick(const Pace& pace, std::uint64_t tick) {
  const double time_s = static_cast<double>(tick) / parts_.options.ticks_per_s;
  motion::sample(parts_.motion, time_s, parts_.options.ends, world_);
  scale_lengths(world_, parts_.options.scale);
  for (std::size_t group = 0; group < pace.groups(); ++group) {
    const std::int64_t due_ns = std::max(pace.due_ns(tick, group), left_ns_ + pace.gap_min_ns());
    if (!parts_.sleeper.sleep_until(due_ns)) return false;
    const std::size_t begin = group * Pace::kGroupEventsMax;
    const std::size_t end = std::min(begin + Pace::kGroupEventsMax, world_.size());
    group_.clear();
    for (std::size_t i = begin; i < end; ++i) group_.push_back(parts_.texts[i].moved_to(world_[i]));
    parts_.sink.send(group_);
    left_ns_ = parts_.sleeper.clock().steady_ns();
    statistics_.events += group_.size();
  }
  ++statistics_.ticks;
  return true;
}

}  // namespace aesel::app
