#include "app/statistics.hpp"

#include <algorithm>
#include <bit>

#include "base/check.hpp"

namespace aesel::app {
namespace {

// Each power of two is cut into 64 equal buckets; below 64 ns every nanosecond has its own.
constexpr int kSubBits = 6;
constexpr int kOctaves = 42;
constexpr std::size_t kSub = std::size_t{1} << kSubBits;
constexpr std::size_t kBuckets = kSub * kOctaves;
constexpr std::int64_t kLongest = (std::int64_t{1} << (kSubBits + kOctaves)) - 1;

std::size_t bucket_of(std::uint64_t ns) {
  if (ns < kSub) return ns;
  const int shift = std::bit_width(ns) - 1 - kSubBits;
  return std::min(kBuckets - 1,
                  (static_cast<std::size_t>(shift) << kSubBits) + static_cast<std::size_t>(ns >> shift));
}

double middle_of(std::size_t bucket) {
  if (bucket < 2 * kSub) return static_cast<double>(bucket);
  const std::size_t shift = (bucket >> kSubBits) - 1;
  const std::size_t low = (bucket - (shift << kSubBits)) << shift;
  return static_cast<double>(low) + static_cast<double>(std::size_t{1} << shift) / 2;
}

}  // namespace

LatencyHistogram::LatencyHistogram() : buckets_(kBuckets) {}

void LatencyHistogram::record(std::int64_t ns) {
  ns = std::clamp<std::int64_t>(ns, 0, kLongest);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(ns))];
  min_ = count_ == 0 ? ns : std::min(min_, ns);
  max_ = std::max(max_, ns);
  sum_ += static_cast<double>(ns);
  ++count_;
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  if (other.count_ == 0) return;
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
  count_ += other.count_;
}

void LatencyHistogram::reset() {
  *this = LatencyHistogram();
}

double LatencyHistogram::quantile_ns(double q) const {
  if (count_ == 0) return 0;
  const double wanted = std::clamp(q, 0.0, 1.0) * static_cast<double>(count_ - 1);
  const auto rank = static_cast<std::uint64_t>(wanted + 0.5);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    below += buckets_[i];
    if (below > rank) {
      return std::clamp(middle_of(i), static_cast<double>(min_), static_cast<double>(max_));
    }
  }
  return static_cast<double>(max_);
}

DeliveryCounts& DeliveryCounts::operator+=(const DeliveryCounts& other) {
  received += other.received;
  unique += other.unique;
  duplicates += other.duplicates;
  reordered += other.reordered;
  foreign += other.foreign;
  return *this;
}

DeliveryTracker::DeliveryTracker(std::uint64_t streams, std::uint64_t numbers_max)
    : numbers_max_(numbers_max), seen_(numbers_max), next_(streams) {
  CHECK(streams > 0);
}

Arrival DeliveryTracker::record(std::uint64_t number) {
  if (number >= numbers_max_) {
    record_foreign();
    return Arrival::kForeign;
  }
  ++counts_.received;
  if (seen_[number]) {
    ++counts_.duplicates;
    return Arrival::kDuplicate;
  }
  seen_[number] = true;
  ++counts_.unique;
  std::uint64_t& next = next_[number % next_.size()];
  if (number < next) {
    ++counts_.reordered;
  } else {
    next = number + 1;
  }
  return Arrival::kFirst;
}

void DeliveryTracker::record_foreign() {
  ++counts_.foreign;
}

}  // namespace aesel::app
