#include "app/statistics.hpp"

#include <gtest/gtest.h>

namespace aesel::app {
namespace {

TEST(LatencyHistogram, EmptyIsZero) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.quantile_ns(0.5), 0);
  EXPECT_EQ(histogram.max_ns(), 0);
  EXPECT_EQ(histogram.min_ns(), 0);
}

TEST(LatencyHistogram, SmallValuesAreExact) {
  LatencyHistogram histogram;
  for (int ns = 1; ns <= 101; ++ns) histogram.record(ns);
  EXPECT_EQ(histogram.quantile_ns(0), 1);
  EXPECT_EQ(histogram.quantile_ns(0.5), 51);
  EXPECT_EQ(histogram.quantile_ns(1), 101);
  EXPECT_DOUBLE_EQ(histogram.mean_ns(), 51);
}

TEST(LatencyHistogram, AnyValueIsRightToOnePercent) {
  for (double ns = 1; ns < 1e13; ns *= 1.37) {
    LatencyHistogram histogram;
    const auto value = static_cast<std::int64_t>(ns);
    histogram.record(value / 2);  // so that minimum and maximum do not hide the bucket's error
    histogram.record(value);
    histogram.record(value * 2);
    EXPECT_NEAR(histogram.quantile_ns(0.5), static_cast<double>(value), 0.01 * static_cast<double>(value));
  }
}

TEST(LatencyHistogram, QuantilesOfAKnownDistribution) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100'000; ++i) histogram.record(i * 1'000);
  EXPECT_NEAR(histogram.quantile_ns(0.5), 50e6, 0.5e6);
  EXPECT_NEAR(histogram.quantile_ns(0.99), 99e6, 1e6);
  EXPECT_NEAR(histogram.quantile_ns(0.999), 99.9e6, 1e6);
  EXPECT_EQ(histogram.max_ns(), 100'000'000);
}

TEST(LatencyHistogram, OutOfRangeIsClamped) {
  LatencyHistogram histogram;
  histogram.record(-5);
  histogram.record(INT64_MAX);
  EXPECT_EQ(histogram.min_ns(), 0);
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_GT(histogram.max_ns(), std::int64_t{1} << 47);
}

TEST(LatencyHistogram, MergeAddsUp) {
  LatencyHistogram a, b, empty;
  a.record(10);
  b.record(30);
  b.record(50);
  a.merge(b);
  a.merge(empty);
  EXPECT_EQ(a.count(), 3u);
  EXPECT_EQ(a.min_ns(), 10);
  EXPECT_EQ(a.max_ns(), 50);
  EXPECT_EQ(a.quantile_ns(0.5), 30);
  empty.merge(b);
  EXPECT_EQ(empty.min_ns(), 30);
  a.reset();
  EXPECT_EQ(a.count(), 0u);
  EXPECT_EQ(a.quantile_ns(1), 0);
}

TEST(DeliveryTracker, EverythingInOrder) {
  DeliveryTracker tracker(3, 100);
  for (std::uint64_t n = 0; n < 9; ++n) EXPECT_EQ(tracker.record(n), Arrival::kFirst);
  EXPECT_EQ(tracker.counts().unique, 9u);
  EXPECT_EQ(tracker.counts().reordered, 0u);
  EXPECT_EQ(tracker.counts().lost(9), 0u);
  EXPECT_EQ(tracker.counts().lost(12), 3u);
}

TEST(DeliveryTracker, OvertakingBetweenObjectsIsNoReorder) {
  DeliveryTracker tracker(2, 100);
  for (const std::uint64_t n : {1, 3, 0, 2}) tracker.record(n);
  EXPECT_EQ(tracker.counts().reordered, 0u);
}

TEST(DeliveryTracker, OvertakingWithinAnObjectIs) {
  DeliveryTracker tracker(2, 100);
  for (const std::uint64_t n : {0, 4, 2, 6}) tracker.record(n);
  EXPECT_EQ(tracker.counts().reordered, 1u);
  EXPECT_EQ(tracker.counts().unique, 4u);
}

TEST(DeliveryTracker, DuplicatesCountOnceAndAreNoReorders) {
  DeliveryTracker tracker(1, 100);
  tracker.record(0);
  tracker.record(1);
  EXPECT_EQ(tracker.record(0), Arrival::kDuplicate);
  EXPECT_EQ(tracker.record(1), Arrival::kDuplicate);
  EXPECT_EQ(tracker.counts().received, 4u);
  EXPECT_EQ(tracker.counts().unique, 2u);
  EXPECT_EQ(tracker.counts().duplicates, 2u);
  EXPECT_EQ(tracker.counts().reordered, 0u);
  EXPECT_EQ(tracker.counts().lost(2), 0u);
}

TEST(DeliveryTracker, WhatWasNotSentIsForeign) {
  DeliveryTracker tracker(1, 10);
  EXPECT_EQ(tracker.record(10), Arrival::kForeign);
  tracker.record_foreign();
  EXPECT_EQ(tracker.counts().foreign, 2u);
  EXPECT_EQ(tracker.counts().received, 0u);
}

TEST(DeliveryCounts, AddUp) {
  DeliveryCounts sum{1, 1, 0, 0, 0};
  sum += DeliveryCounts{10, 8, 2, 3, 4};
  EXPECT_EQ(sum.received, 11u);
  EXPECT_EQ(sum.unique, 9u);
  EXPECT_EQ(sum.duplicates, 2u);
  EXPECT_EQ(sum.reordered, 3u);
  EXPECT_EQ(sum.foreign, 4u);
}

}  // namespace
}  // namespace aesel::app
