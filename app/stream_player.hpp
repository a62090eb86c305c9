// Plays a motion: samples it tick by tick and hands every joint's event to a sink at the right time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "app/stream_joints.hpp"
#include "app/stream_pace.hpp"
#include "motion/motion.hpp"

namespace aesel::app {

struct PlayOptions {
  double ticks_per_s = 60;
  double scale = 1;
  motion::Ends ends = motion::Ends::kHold;
  std::optional<std::uint64_t> ticks_max;  // none: kHold plays to the last frame, kLoop until it is stopped
};

struct PlayStatistics {
  std::uint64_t ticks = 0;
  std::uint64_t events = 0;
  std::uint64_t ticks_skipped = 0;  // the machine was too busy
  double elapsed_s = 0;
};

/// Where the events go.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// The texts stay valid until the next call.
  virtual void send(std::span<const std::string_view> events) = 0;
};

/// How many ticks there are: tick k is at k / ticks_per_s seconds of the motion. None: no end.
std::optional<std::uint64_t> tick_count(const motion::Motion& motion, const PlayOptions& options);

struct PlayParts {
  const motion::Motion& motion;
  PlayOptions options;
  std::vector<EventText> texts;  // one per joint
  EventSink& sink;
  Sleeper& sleeper;
  std::function<void(const PlayStatistics&, double motion_time_s)> on_tick;  // may be empty
};

class Player {
 public:
  /// REQUIRES: a text for each joint; what is referred to outlives the player.
  explicit Player(PlayParts parts);

  /// Until the last tick has had its time, or the sleeper says stop. Once. Takes no memory per tick.
  PlayStatistics play();
  /// The matrices of the tick that was played last, as they were sent.
  std::span<const motion::Matrix> world() const { return world_; }

 private:
  bool play_tick(const Pace& pace, std::uint64_t tick);
  std::uint64_t tick_after(const Pace& pace, std::uint64_t tick);

  PlayParts parts_;
  std::optional<std::uint64_t> count_;
  std::vector<motion::Matrix> world_;
  std::vector<std::string_view> group_;
  std::int64_t left_ns_ = 0;  // when the last group left
  PlayStatistics statistics_;
};

}  // namespace aesel::app
