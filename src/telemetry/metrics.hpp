// Metrics: counters, gauges and histograms, printed in the Prometheus text format.
// Names start with aesel_ and use base units. Metrics owns them all; the references it hands out live as
// long. Thread: creation and print() on any thread; counters and gauges are relaxed atomics; a histogram
// belongs to one thread at a time for record(), and print() tolerates being concurrent with it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace aesel::telemetry {

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Durations in nanoseconds, in buckets that grow by a quarter octave: any quantile is right to 10 %.
/// Fixed size, no allocation.
class Histogram {
 public:
  static constexpr int kBuckets = 160;
  static constexpr std::int64_t kLongestNs = std::int64_t{1} << 40;  // about 18 minutes
  /// What is below 0 counts as 0, what is longer than kLongestNs as that.
  void record(std::int64_t ns);
  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  /// q in [0, 1]; nanoseconds; 0 when empty.
  double quantile(double q) const;
  std::int64_t max() const { return max_.load(std::memory_order_relaxed); }
  double sum_seconds() const { return static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) * 1e-9; }
  std::uint64_t bucket(int i) const {
    return buckets_[static_cast<std::size_t>(i)].load(std::memory_order_relaxed);
  }
  /// The largest duration that belongs to bucket i, in nanoseconds.
  static double upper_bound_ns(int i);
  void reset();

 private:
  std::array<std::atomic<std::uint64_t>, kBuckets> buckets_{};
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::int64_t> sum_ns_{0};
  std::atomic<std::int64_t> max_{0};
};

class Metrics {
 public:
  /// `labels` is empty or like `reason="malformed"`. The same name and labels give the same metric.
  Counter& counter(std::string_view name, std::string_view help, std::string_view labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = {});
  /// `read` is called by print(), on its thread.
  void gauge(std::string_view name, std::string_view help, std::function<double()> read,
             std::string_view labels = {});
  /// The Prometheus text exposition format, version 0.0.4.
  std::string print() const;

 private:
  struct Entry {
    std::string name, help, labels;
    std::function<double()> read;  // gauge
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Histogram> histogram;
  };
  Entry& entry(std::string_view name, std::string_view help, std::string_view labels);
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;
};

}  // namespace aesel::telemetry
