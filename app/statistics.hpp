// Statistics of a measurement: latencies and what became of numbered messages. The metrics' histogram is
// right to 10 %, which is too coarse to compare two programs; this one is right to 1 %.
#pragma once

#include <cstdint>
#include <vector>

namespace aesel::app {

/// Durations in nanoseconds, from 0 to about 78 hours; longer ones count as that. One thread.
class LatencyHistogram {
 public:
  LatencyHistogram();
  void record(std::int64_t ns);
  void merge(const LatencyHistogram& other);
  void reset();
  std::uint64_t count() const { return count_; }
  std::int64_t min_ns() const { return count_ == 0 ? 0 : min_; }
  std::int64_t max_ns() const { return max_; }
  double mean_ns() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
  /// q in [0, 1]; the middle of the bucket that holds it; 0 when empty.
  double quantile_ns(double q) const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0;
};

struct DeliveryCounts {
  std::uint64_t received = 0;  // every one, duplicates included
  std::uint64_t unique = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;  // came after a later one of the same object
  std::uint64_t foreign = 0;    // not one of ours

  /// Of so many that should have come.
  std::uint64_t lost(std::uint64_t expected) const { return expected > unique ? expected - unique : 0; }
  DeliveryCounts& operator+=(const DeliveryCounts& other);
};

enum class Arrival { kFirst, kDuplicate, kForeign };

/// What one device received of messages numbered 0, 1, 2, ... that were sent for `streams` objects in turn:
/// number n belongs to object n % streams. Exact; one bit per number. One thread.
class DeliveryTracker {
 public:
  /// REQUIRES: streams > 0. Numbers of `numbers_max` and more are foreign.
  DeliveryTracker(std::uint64_t streams, std::uint64_t numbers_max);
  Arrival record(std::uint64_t number);
  void record_foreign();
  const DeliveryCounts& counts() const { return counts_; }

 private:
  std::uint64_t numbers_max_;
  std::vector<bool> seen_;
  std::vector<std::uint64_t> next_;  // per object: one more than the latest number seen
  DeliveryCounts counts_;
};

}  // namespace aesel::app
