// What the live verbs compute and show: watch, bench and demo.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/bench_report.hpp"
#include "app/demo_account.hpp"
#include "app/demo_figure.hpp"
#include "app/demo_motion.hpp"
#include "app/demo_view.hpp"
#include "app/watch_view.hpp"

namespace aesel::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr const char* kUpdate =
    R"({"msg_type":1,"key":"k1","name":"hip","scene":"s","transform":[1,0,0,1.5,0,1,0,2.5,0,0,1,-3.5,0,0,0,1]})";

EventMatrix matrix_at(double x) {
  return {1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
}

std::string event_text(const std::string& key, const EventMatrix& matrix) {
  std::string text;
  append_object_event(text, {key, "n", "s", &matrix});
  return text;
}

TEST(WatchedEvent, ReadsWhatIsShown) {
  const WatchedEvent event = read_watched_event(kUpdate);
  EXPECT_EQ(event.msg_type, 1);
  EXPECT_EQ(event.key, "k1");
  EXPECT_EQ(event.name, "hip");
  EXPECT_EQ(event.position, (std::array<double, 3>{1.5, 2.5, -3.5}));
}

TEST(WatchedEvent, ToleratesAnything) {
  for (const char* text : {"", "x", "[]", "{}", "{\"msg_type\":null}", "{\"msg_type\":\"1\"}"}) {
    EXPECT_EQ(read_watched_event(text).msg_type, -1) << text;
  }
  EXPECT_FALSE(read_watched_event(R"({"msg_type":1,"transform":[1,2]})").position);
  EXPECT_FALSE(
      read_watched_event(R"({"msg_type":1,"transform":[0,0,0,"x",0,0,0,0,0,0,0,0,0,0,0,0]})").position);
}

TEST(WatchLine, NamesTypeObjectAndPosition) {
  EXPECT_EQ(event_line(read_watched_event(kUpdate), 12.3456),
            "   12.346 s  object update     hip  k1  (1.500, 2.500, -3.500)");
  EXPECT_THAT(event_line(WatchedEvent{}, 0), HasSubstr("not an event"));
}

TEST(WatchTable, ShowsRatesSinceTheLastCall) {
  WatchTable table;
  const WatchedEvent hip = read_watched_event(kUpdate);
  WatchedEvent arm = hip;
  arm.key = "k2";
  arm.name = "arm";
  for (int i = 0; i < 60; ++i) table.add(hip, kSecond);
  table.add(arm, kSecond);
  const std::string first = table.render("scene s", 2 * kSecond, 10);
  EXPECT_THAT(first, StartsWith("scene s   2 objects   61 events   61/s\n"));
  EXPECT_THAT(first, HasSubstr("60/s  (1.500, 2.500, -3.500)"));
  EXPECT_LT(first.find("arm"), first.find("hip"));
  EXPECT_THAT(table.render("scene s", 3 * kSecond, 10), HasSubstr("61 events   0/s"));
}

TEST(WatchTable, CutsWhatDoesNotFit) {
  WatchTable table;
  for (int i = 0; i < 10; ++i)
    table.add({1, "k" + std::to_string(i), "object " + std::to_string(i), std::nullopt}, 1);
  const std::string text = table.render("t", kSecond, 4);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 1 + 4 + 1);
  EXPECT_THAT(text, HasSubstr("... and 6 more"));
  EXPECT_EQ(table.objects(), 10u);
}

TEST(WatchTable, CountsWhatIsNoEventWithoutARow) {
  WatchTable table;
  table.add(WatchedEvent{}, 1);
  EXPECT_EQ(table.events(), 1u);
  EXPECT_EQ(table.objects(), 0u);
}

LoadReport some_report() {
  LoadReport report;
  report.seconds = 2;
  report.sent = 1'000;
  report.expected = 10'000;
  report.deliveries = {9'995, 9'990, 5, 3, 1};
  report.delivering_seconds = 2;
  for (int i = 1; i <= 1'000; ++i) report.latency.record(i * 1'000);
  report.datagram_bytes = 300;
  return report;
}

TEST(BenchReport, JsonHasEveryNumber) {
  LoadReport report = some_report();
  const LoadOptions options{.scenes = 1, .objects = 20, .devices = 10, .rate = 500, .duration_s = 2};
  const auto json = nlohmann::json::parse(report_json(options, report));
  EXPECT_EQ(json["sent"], 1'000);
  EXPECT_EQ(json["sent_per_s"], 500.0);
  EXPECT_EQ(json["expected"], 10'000);
  EXPECT_EQ(json["delivered"], 9'990);
  EXPECT_EQ(json["delivered_per_s"], 4'995.0);
  EXPECT_EQ(json["lost"], 10);
  EXPECT_EQ(json["loss"], 0.001);
  EXPECT_EQ(json["duplicates"], 5);
  EXPECT_EQ(json["reordered"], 3);
  EXPECT_NEAR(json["latency_us"]["p50"].get<double>(), 500, 5);
  EXPECT_NEAR(json["latency_us"]["p99"].get<double>(), 990, 10);
  EXPECT_EQ(json["latency_us"]["max"], 1'000.0);
  EXPECT_FALSE(json.contains("server_cpu_us_per_delivery"));
  report.server_cpu_seconds = 0.00999;
  EXPECT_NEAR(nlohmann::json::parse(report_json(options, report))["server_cpu_us_per_delivery"].get<double>(),
              1.0, 1e-9);
}

TEST(BenchReport, TextForPeople) {
  LoadReport report = some_report();
  const std::string text = report_text({}, report);
  EXPECT_THAT(text, HasSubstr("delivered  9990 of 10000 (5.0k/s)"));
  EXPECT_THAT(text, HasSubstr("lost       10 (0.1 %)"));
  EXPECT_THAT(text, Not(HasSubstr("CPU")));
  EXPECT_THAT(text, Not(HasSubstr("refused")));
  report.server_cpu_seconds = 1.0;
  report.send_errors = 4;
  EXPECT_THAT(report_text({}, report), HasSubstr("server CPU 100.10 us per delivery"));
  EXPECT_THAT(report_text({}, report), HasSubstr("4 refused by this machine"));
}

TEST(BenchReport, NothingSentIsNoDivisionByZero) {
  const LoadReport report;
  EXPECT_EQ(report.loss(), 0);
  EXPECT_EQ(report.sent_per_second(), 0);
  EXPECT_EQ(nlohmann::json::parse(report_json({}, report))["delivered_per_s"], 0.0);
}

TEST(DemoAccount, CountsLatencyPerDeviceAndLossAfterASecond) {
  DemoAccount account({"a", "b"}, 2);
  account.on_send(0, matrix_at(1), kSecond);
  account.on_send(1, matrix_at(2), kSecond);
  account.on_event(0, event_text("a", matrix_at(1)), kSecond + 1'000);
  account.on_event(1, event_text("a", matrix_at(1)), kSecond + 3'000);
  account.on_event(0, event_text("b", matrix_at(2)), kSecond + 2'000);
  EXPECT_EQ(account.numbers(kSecond + 500'000'000).lost, 0u);
  const DemoNumbers numbers = account.numbers(3 * kSecond);
  EXPECT_EQ(numbers.sent, 2u);
  EXPECT_EQ(numbers.received, 3u);
  EXPECT_EQ(numbers.settled, 4u);
  EXPECT_EQ(numbers.lost, 1u);
  EXPECT_EQ(account.latency().max_ns(), 3'000);
  EXPECT_NEAR(account.latency().quantile_ns(0.5), 2'000, 20);
}

TEST(DemoAccount, DuplicatesAndStrangersCountNothing) {
  DemoAccount account({"a"}, 1);
  account.on_send(0, matrix_at(1), kSecond);
  for (int i = 0; i < 3; ++i) account.on_event(0, event_text("a", matrix_at(1)), kSecond + 10);
  account.on_event(0, event_text("a", matrix_at(7)), kSecond + 10);
  account.on_event(0, event_text("other", matrix_at(1)), kSecond + 10);
  account.on_event(0, "nonsense", kSecond + 10);
  EXPECT_EQ(account.numbers(2 * kSecond).received, 1u);
}

TEST(DemoAccount, AtTheEndWhatIsMissingIsLost) {
  DemoAccount account({"a"}, 2);
  account.on_send(0, matrix_at(1), kSecond);
  account.on_event(1, event_text("a", matrix_at(1)), kSecond + 10);
  EXPECT_EQ(account.final_numbers(kSecond + 20).lost, 1u);
}

TEST(DemoAccount, RatesAreThoseOfTheLastSecond) {
  DemoAccount account({"a"}, 1);
  for (int i = 0; i < 60; ++i) account.on_send(0, matrix_at(i), kSecond + i);
  EXPECT_NEAR(account.numbers(2 * kSecond).sent_per_second, 60, 0.1);
  EXPECT_NEAR(account.numbers(3 * kSecond).sent_per_second, 0, 0.1);
}

TEST(DemoAccount, ThePictureIsWhatTheFirstDeviceReceived) {
  DemoAccount account({"a", "b"}, 2);
  account.on_event(0, event_text("a", matrix_at(5)), 1);
  account.on_event(1, event_text("b", matrix_at(6)), 1);
  const auto picture = account.picture();
  ASSERT_TRUE(picture[0]);
  EXPECT_EQ((*picture[0])[3], 5);
  EXPECT_FALSE(picture[1]);
}

TEST(DemoFigure, TheBuiltInMotionIsReadAndMoves) {
  const auto figure = DemoFigure::read(demo_motion_bvh(), 1);
  ASSERT_TRUE(figure);
  ASSERT_GT(figure->parts().size(), 10u);
  std::vector<EventMatrix> before(figure->parts().size()), after(before.size());
  figure->pose(0, before);
  figure->pose(1.0 / 60, after);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_NE(before[i], after[i]) << figure->parts()[i].name;
    EXPECT_LE(std::hypot(before[i][3] - before[0][3], before[i][11] - before[0][11]),
              figure->bounds().radius * 1.000001);
    EXPECT_GE(before[i][7], figure->bounds().low);
    EXPECT_LE(before[i][7], figure->bounds().high);
  }
}

TEST(DemoFigure, RepeatsTheMotionButNeverAPose) {
  const auto figure = DemoFigure::read(demo_motion_bvh(), 1);
  std::vector<EventMatrix> first(figure->parts().size()), later(first.size());
  figure->pose(1, first);
  for (int tick = 1; tick < 3'000; ++tick) {
    figure->pose(1 + tick / 60.0, later);
    for (std::size_t i = 0; i < first.size(); ++i) ASSERT_NE(first[i], later[i]) << tick;
  }
}

TEST(DemoFigure, SeveralFiguresHaveNamesAndParentsOfTheirOwn) {
  const auto one = DemoFigure::read(demo_motion_bvh(), 1);
  const auto three = DemoFigure::read(demo_motion_bvh(), 3);
  ASSERT_EQ(three->parts().size(), 3 * one->parts().size());
  const std::size_t second = one->parts().size();
  EXPECT_EQ(three->parts()[second].name, one->parts()[0].name + "-2");
  EXPECT_FALSE(three->parts()[second].parent);
  EXPECT_EQ(three->parts()[second + 1].parent, second);
  EXPECT_FALSE(DemoFigure::read("nonsense", 1));
}

TEST(DemoView, DrawsTheFigureAboveTheGround) {
  const auto figure = DemoFigure::read(demo_motion_bvh(), 1);
  std::vector<EventMatrix> pose(figure->parts().size());
  figure->pose(0, pose);
  std::vector<std::optional<EventMatrix>> parts(pose.begin(), pose.end());
  const auto drawn = draw_figure(*figure, parts, 30, 12);
  const auto empty = draw_figure(*figure, std::vector<std::optional<EventMatrix>>(pose.size()), 30, 12);
  ASSERT_EQ(drawn.size(), 12u);
  EXPECT_EQ(drawn[0].size(), 90u);
  int rows_with_figure = 0;
  for (std::size_t i = 0; i < drawn.size(); ++i) rows_with_figure += drawn[i] != empty[i] ? 1 : 0;
  EXPECT_GE(rows_with_figure, 10);
  std::string ground;
  for (int i = 0; i < 30; ++i) ground += "\u28c0";
  EXPECT_EQ(empty.back(), ground);
}

TEST(DemoView, FarAwayPartsDoNoHarm) {
  const auto figure = DemoFigure::read(demo_motion_bvh(), 1);
  std::vector<std::optional<EventMatrix>> parts(figure->parts().size(), matrix_at(1e300));
  parts[1] = matrix_at(-1e300);
  EXPECT_EQ(draw_figure(*figure, parts, 10, 5).size(), 5u);
}

TEST(DemoView, ShowsTheNumbers) {
  DemoNumbers numbers;
  numbers.sent = 960;
  numbers.received = 1'919;
  numbers.settled = 1'920;
  numbers.lost = 1;
  numbers.sent_per_second = 960;
  numbers.received_per_second = 1'919;
  numbers.p50_ns = 85'000;
  numbers.p99_ns = 210'000;
  const DemoFacts facts{"http://127.0.0.1:1", "demo", 16, 60, 2};
  const std::string view = render_demo(facts, numbers, 3, {"\u2800\u2800"});
  for (const char* part : {"960/s", "1.9k/s", "85.0 us", "210.0 us", "1 (0.052 %)", "16, each at 60",
                           "aesel watch --scene demo --server http://127.0.0.1:1"}) {
    EXPECT_THAT(view, HasSubstr(part));
  }
  EXPECT_EQ(demo_line(numbers, 3),
            "   3 s   in 960/s   out 1.9k/s   p50 85.0 us   p99 210.0 us   lost 1 (0.052 %)\n");
  EXPECT_THAT(demo_summary(facts, numbers, LatencyHistogram(), 3),
              HasSubstr("2 devices received 1.9k updates, 1 (0.052 %) lost"));
}

}  // namespace
}  // namespace aesel::app
