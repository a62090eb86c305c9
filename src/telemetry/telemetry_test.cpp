#include <gtest/gtest.h>

#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::telemetry {
namespace {

TEST(Histogram, QuantilesAreRightToTenPercent) {
  Histogram h;
  for (int i = 1; i <= 100'000; ++i) h.record(i * 10);
  EXPECT_NEAR(h.quantile(0.5), 500'000, 50'000);
  EXPECT_NEAR(h.quantile(0.99), 990'000, 99'000);
  EXPECT_EQ(h.quantile(1), 1'000'000);
  EXPECT_EQ(h.count(), 100'000u);
}

TEST(Histogram, EveryDurationFallsIntoTheBucketThatBoundsIt) {
  for (std::int64_t ns = 1; ns < std::int64_t{1} << 38; ns = ns * 9 / 8 + 1) {
    Histogram h;
    h.record(ns);
    for (int i = 0; i < Histogram::kBuckets; ++i) {
      if (h.bucket(i) == 0) continue;
      EXPECT_LE(static_cast<double>(ns), Histogram::upper_bound_ns(i) * 1.01 + 1) << ns;
      if (i > 4) {
        EXPECT_GT(static_cast<double>(ns) * 1.01 + 1, Histogram::upper_bound_ns(i - 1)) << ns;
      }
    }
  }
}

TEST(Histogram, TakesNegativeAndHugeDurations) {
  Histogram h;
  h.record(-5);
  h.record(INT64_MAX / 2);
  EXPECT_EQ(h.count(), 2u);
}

TEST(Histogram, DecadesNeverOverflowTheSum) {
  Histogram h;
  for (int i = 0; i < 100; ++i) h.record(INT64_MAX / 2);
  EXPECT_EQ(h.max(), Histogram::kLongestNs);
  EXPECT_NEAR(h.sum_seconds(), 100 * 1099.511, 1);
}

TEST(Metrics, PrintsEachNameOnceWithAllItsSeries) {
  Metrics metrics;
  metrics.counter("aesel_events_total", "Events.", "reason=\"a\"").add(2);
  metrics.gauge("aesel_up", "Up.", [] { return 1.0; });
  metrics.counter("aesel_events_total", "Events.", "reason=\"b\"").add(3);
  metrics.histogram("aesel_delay_seconds", "Delay.").record(1'500);
  const std::string page = metrics.print();
  EXPECT_NE(page.find("# TYPE aesel_events_total counter\naesel_events_total{reason=\"a\"} 2\n"
                      "aesel_events_total{reason=\"b\"} 3\n"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("aesel_up 1\n"), std::string::npos);
  EXPECT_NE(page.find("aesel_delay_seconds_bucket{le=\"+Inf\"} 1\n"), std::string::npos);
  EXPECT_NE(page.find("aesel_delay_seconds_bucket{le=\"1.024e-06\"} 0\n"), std::string::npos) << page;
  EXPECT_NE(page.find("aesel_delay_seconds_bucket{le=\"2.048e-06\"} 1\n"), std::string::npos);
}

TEST(RateLimited, LetsOneThroughPerInterval) {
  RateLimited limit(100);
  EXPECT_TRUE(limit.allow(1000));
  EXPECT_FALSE(limit.allow(1050));
  EXPECT_TRUE(limit.allow(1100));
  EXPECT_EQ(limit.take_suppressed(), 1u);
}

}  // namespace
}  // namespace aesel::telemetry
