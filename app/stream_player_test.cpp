// When which event leaves, with a clock of our own.
#include "app/stream_player.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "motion/bvh_reader.hpp"

namespace aesel::app {
namespace {

constexpr std::int64_t kMs = 1'000'000;

/// Time passes only in sleep_until.
class FakeSleeper final : public Sleeper {
 public:
  bool sleep_until(std::int64_t steady_ns) override {
    clock_.advance_ns(std::max<std::int64_t>(0, steady_ns - clock_.steady_ns()));
    return stop_at_ns_ == 0 || clock_.steady_ns() < stop_at_ns_;
  }
  const Clock& clock() const override { return clock_; }
  void pass_ns(std::int64_t ns) { clock_.advance_ns(ns); }
  void stop_at_ns(std::int64_t ns) { stop_at_ns_ = ns; }

 private:
  ManualClock clock_;
  std::int64_t stop_at_ns_ = 0;
};

struct Sent {
  std::int64_t at_ns = 0;
  std::vector<std::string> events;
};

class KeepingSink final : public EventSink {
 public:
  explicit KeepingSink(FakeSleeper& sleeper) : sleeper_(sleeper) {}
  void send(std::span<const std::string_view> events) override {
    sent.push_back({sleeper_.clock().steady_ns(), {events.begin(), events.end()}});
    if (sent.size() == stall_after) sleeper_.pass_ns(stall_ns);
  }
  std::vector<Sent> sent;
  std::size_t stall_after = 0;
  std::int64_t stall_ns = 0;

 private:
  FakeSleeper& sleeper_;
};

/// Joints that all stand at x = the frame's number; frames are 0.1 s apart.
motion::Motion counting_motion(std::size_t joints, std::size_t frames) {
  motion::Motion motion;
  for (std::size_t i = 0; i < joints; ++i) {
    motion::Joint joint;
    joint.name = "j" + std::to_string(i);
    joint.channels[0] = motion::Channel::kXPosition;
    joint.channel_count = 1;
    joint.channel_begin = static_cast<std::uint32_t>(i);
    motion.joints.push_back(joint);
  }
  motion.frame_count = frames;
  motion.channels_per_frame = joints;
  motion.frame_time_s = 0.1;
  for (std::size_t i = 0; i < frames * joints; ++i) motion.values.push_back(static_cast<double>(i / joints));
  return motion;
}

std::vector<EventText> texts_for(const motion::Motion& motion) {
  std::vector<EventText> texts;
  for (const motion::Joint& joint : motion.joints) texts.emplace_back(EventAddress{"k", joint.name, "s"});
  return texts;
}

/// The number behind the third comma of the transform: x.
double x_of(const std::string& event) {
  std::size_t at = event.find('[');
  for (int i = 0; i < 3; ++i) at = event.find(',', at + 1);
  return std::stod(event.substr(at + 1));
}

struct Played {
  PlayStatistics statistics;
  std::int64_t start_ns = 0;
};
Played play(const motion::Motion& motion, const PlayOptions& options, KeepingSink& sink,
            FakeSleeper& sleeper) {
  Player player({motion, options, texts_for(motion), sink, sleeper, {}});
  const std::int64_t start_ns = sleeper.clock().steady_ns();
  return {player.play(), start_ns};
}

TEST(TickCount, EndsWithTheLastFrameUnlessItLoops) {
  const motion::Motion motion = counting_motion(1, 11);  // 1 s
  EXPECT_EQ(tick_count(motion, {.ticks_per_s = 10}), 11u);
  EXPECT_EQ(tick_count(motion, {.ticks_per_s = 60}), 61u);
  EXPECT_EQ(tick_count(motion, {.ticks_per_s = 7.5}), 8u);
  EXPECT_EQ(tick_count(motion, {.ticks_per_s = 60, .ticks_max = 30}), 30u);
  EXPECT_EQ(tick_count(motion, {.ticks_per_s = 60, .ticks_max = 300}), 61u);
  EXPECT_EQ(tick_count(motion, {.ends = motion::Ends::kLoop}), std::nullopt);
  EXPECT_EQ(tick_count(motion, {.ends = motion::Ends::kLoop, .ticks_max = 300}), 300u);
}

TEST(Player, SendsEachTickAtItsTimeWithTheMotionOfThatTime) {
  const motion::Motion motion = counting_motion(2, 4);
  FakeSleeper sleeper;
  KeepingSink sink(sleeper);
  const Played played = play(motion, {.ticks_per_s = 20}, sink, sleeper);
  ASSERT_EQ(sink.sent.size(), 7u);
  for (std::size_t tick = 0; tick < 7; ++tick) {
    EXPECT_EQ(sink.sent[tick].at_ns - played.start_ns, static_cast<std::int64_t>(tick) * 50 * kMs);
    ASSERT_EQ(sink.sent[tick].events.size(), 2u);
    EXPECT_NEAR(x_of(sink.sent[tick].events[0]), static_cast<double>(tick) * 0.5, 1e-9);
    EXPECT_NE(sink.sent[tick].events[1].find("\"j1\""), std::string::npos);
  }
  EXPECT_EQ(played.statistics.ticks, 7u);
  EXPECT_EQ(played.statistics.events, 14u);
  EXPECT_EQ(played.statistics.ticks_skipped, 0u);
  EXPECT_NEAR(played.statistics.elapsed_s, 0.35, 1e-9);  // the last tick has its time too
}

TEST(Player, GoesRoundWhenLooping) {
  const motion::Motion motion = counting_motion(1, 4);
  FakeSleeper sleeper;
  KeepingSink sink(sleeper);
  play(motion, {.ticks_per_s = 10, .scale = 10, .ends = motion::Ends::kLoop, .ticks_max = 9}, sink, sleeper);
  ASSERT_EQ(sink.sent.size(), 9u);
  const double wanted[] = {0, 10, 20, 30, 0, 10, 20, 30, 0};
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(x_of(sink.sent[i].events[0]), wanted[i], 1e-7);
}

TEST(Player, SpreadsATickInGroups) {
  const motion::Motion motion = counting_motion(165, 2);
  FakeSleeper sleeper;
  KeepingSink sink(sleeper);
  const Played played = play(motion, {.ticks_per_s = 60, .ticks_max = 1}, sink, sleeper);
  ASSERT_EQ(sink.sent.size(), 6u);
  std::size_t events = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_LE(sink.sent[i].events.size(), 32u);
    events += sink.sent[i].events.size();
    EXPECT_EQ(sink.sent[i].at_ns - played.start_ns, static_cast<std::int64_t>(i) * kMs);
  }
  EXPECT_EQ(events, 165u);
}

TEST(Player, CatchesUpWithoutABurstWhenALittleLate) {
  const motion::Motion motion = counting_motion(64, 100);
  FakeSleeper sleeper;
  KeepingSink sink(sleeper);
  sink.stall_after = 2;
  sink.stall_ns = 100 * kMs;
  const Played played = play(motion, {.ticks_per_s = 100, .ticks_max = 30}, sink, sleeper);
  EXPECT_EQ(played.statistics.ticks, 30u);
  EXPECT_EQ(played.statistics.ticks_skipped, 0u);
  for (std::size_t i = 1; i < sink.sent.size(); ++i) {
    EXPECT_GE(sink.sent[i].at_ns - sink.sent[i - 1].at_ns, kMs / 4) << i;
  }
  EXPECT_EQ(sink.sent.back().at_ns - played.start_ns, 291 * kMs);  // on time again
}

TEST(Player, SkipsTicksThatAreLongPastButNotTheLast) {
  const motion::Motion motion = counting_motion(1, 11);
  FakeSleeper sleeper;
  KeepingSink sink(sleeper);
  sink.stall_after = 2;
  sink.stall_ns = 500 * kMs;
  const Played played = play(motion, {.ticks_per_s = 10}, sink, sleeper);
  EXPECT_EQ(played.statistics.ticks_skipped, 4u);
  ASSERT_EQ(sink.sent.size(), 7u);
  EXPECT_NEAR(x_of(sink.sent[2].events[0]), 6, 1e-9);
  EXPECT_NEAR(x_of(sink.sent.back().events[0]), 10, 1e-9);

  FakeSleeper slept;
  KeepingSink late(slept);
  late.stall_after = 1;
  late.stall_ns = 60'000 * kMs;
  play(motion, {.ticks_per_s = 10}, late, slept);
  ASSERT_EQ(late.sent.size(), 2u);
  EXPECT_NEAR(x_of(late.sent.back().events[0]), 10, 1e-9);
}

TEST(Player, StopsWhenTold) {
  const motion::Motion motion = counting_motion(1, 4);
  FakeSleeper sleeper;
  KeepingSink sink(sleeper);
  sleeper.stop_at_ns(sleeper.clock().steady_ns() + 450 * kMs);
  const Played played = play(motion, {.ticks_per_s = 10, .ends = motion::Ends::kLoop}, sink, sleeper);
  EXPECT_EQ(played.statistics.ticks, 5u);
}

TEST(Pace, DoesNotDrift) {
  const Pace pace({.ticks_per_s = 60, .events_per_tick = 165}, 7);
  EXPECT_EQ(pace.tick_ns(60ull * 3600 * 24), 7 + 86'400'000'000'000);
  EXPECT_EQ(pace.tick_ns(1), 7 + 16'666'667);
}

TEST(Pace, KeepsATickWithinHalfOfItsTime) {
  for (const std::size_t events : {1u, 33u, 10'000u}) {
    const Pace pace({.ticks_per_s = 120, .events_per_tick = events}, 0);
    EXPECT_LE(pace.due_ns(0, pace.groups() - 1), pace.tick_ns(1) / 2 + 1);
  }
}

}  // namespace
}  // namespace aesel::app
