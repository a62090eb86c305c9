#include "telemetry/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace aesel::telemetry {
namespace {

/// Bucket i holds durations up to 2^(i/4) ns: four buckets per octave.
int bucket_of(std::int64_t ns) {
  if (ns <= 1) return 0;
  const auto value = static_cast<std::uint64_t>(ns);
  const int octave = 63 - std::countl_zero(value);
  // Within the octave, compare with the quarter points 2^(k/4); fixed-point to 8 bits.
  const std::uint64_t fraction = octave >= 8 ? value >> (octave - 8) : value << (8 - octave);  // 256..511
  static constexpr std::uint64_t kQuarter[] = {256, 304, 362, 430};
  int quarter = 0;
  while (quarter < 4 && fraction > kQuarter[quarter]) ++quarter;
  const int index = octave * 4 + quarter;
  return index < Histogram::kBuckets ? index : Histogram::kBuckets - 1;
}

std::string series(std::string_view name, std::string_view labels) {
  return labels.empty() ? std::string(name) : fmt::format("{}{{{}}}", name, labels);
}

void print_histogram(std::string& out, const std::string& name, const std::string& labels,
                     const Histogram& h) {
  // Prometheus buckets are cumulative; one per octave from 1 us on keeps the page short.
  const std::string comma = labels.empty() ? "" : labels + ",";
  std::uint64_t below = 0;
  int next = 0;
  for (int octave = 10; octave <= 34; ++octave) {
    const int last = octave * 4;
    for (; next <= last && next < Histogram::kBuckets; ++next) below += h.bucket(next);
    out += fmt::format("{}_bucket{{{}le=\"{:.9g}\"}} {}\n", name, comma,
                       Histogram::upper_bound_ns(last) * 1e-9, below);
  }
  for (; next < Histogram::kBuckets; ++next) below += h.bucket(next);
  out += fmt::format("{}_bucket{{{}le=\"+Inf\"}} {}\n", name, comma, below);
  out += fmt::format("{} {:.9f}\n", series(name + "_sum", labels), h.sum_seconds());
  out += fmt::format("{} {}\n", series(name + "_count", labels), below);
}

}  // namespace

void Histogram::record(std::int64_t ns) {
  // A wall clock that was set makes durations of decades, a few of which would overflow the sum.
  ns = std::clamp<std::int64_t>(ns, 0, kLongestNs);
  // One writer: plain load and store are enough, and cheaper than a locked add.
  const auto bump = [](auto& value, auto by) {
    value.store(value.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  };
  bump(buckets_[static_cast<std::size_t>(bucket_of(ns))], 1u);
  bump(count_, 1u);
  bump(sum_ns_, ns);
  if (ns > max_.load(std::memory_order_relaxed)) max_.store(ns, std::memory_order_relaxed);
}

double Histogram::upper_bound_ns(int i) {
  return std::exp2(i / 4.0);
}

double Histogram::quantile(double q) const {
  const std::uint64_t total = count();
  if (total == 0) return 0;
  const double rank = q * static_cast<double>(total);
  std::uint64_t below = 0;
  for (int i = 0; i < kBuckets; ++i) {
    const std::uint64_t here = bucket(i);
    if (here > 0 && static_cast<double>(below + here) >= rank) {
      const double low = i == 0 ? 0 : upper_bound_ns(i - 1);
      const double inside = std::max(0.0, rank - static_cast<double>(below)) / static_cast<double>(here);
      const double value = low + (upper_bound_ns(i) - low) * inside;
      return std::min(value, static_cast<double>(max()));
    }
    below += here;
  }
  return static_cast<double>(max());
}

void Histogram::reset() {
  for (auto& b : buckets_) b.store(0, std::memory_order_relaxed);
  count_.store(0, std::memory_order_relaxed);
  sum_ns_.store(0, std::memory_order_relaxed);
  max_.store(0, std::memory_order_relaxed);
}

Metrics::Entry& Metrics::entry(std::string_view name, std::string_view help, std::string_view labels) {
  for (Entry& e : entries_) {
    if (e.name == name && e.labels == labels) return e;
  }
  Entry& fresh = entries_.emplace_back();
  fresh.name = name;
  fresh.help = help;
  fresh.labels = labels;
  return fresh;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, std::string_view labels) {
  const std::lock_guard lock(mutex_);
  Entry& e = entry(name, help, labels);
  if (!e.counter) e.counter = std::make_unique<Counter>();
  return *e.counter;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::string_view labels) {
  const std::lock_guard lock(mutex_);
  Entry& e = entry(name, help, labels);
  if (!e.histogram) e.histogram = std::make_unique<Histogram>();
  return *e.histogram;
}

void Metrics::gauge(std::string_view name, std::string_view help, std::function<double()> read,
                    std::string_view labels) {
  const std::lock_guard lock(mutex_);
  entry(name, help, labels).read = std::move(read);
}

std::string Metrics::print() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  std::vector<bool> done(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (done[i]) continue;
    const Entry& first = entries_[i];
    const char* type = first.histogram ? "histogram" : first.counter ? "counter" : "gauge";
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", first.name, first.help, first.name, type);
    for (std::size_t k = i; k < entries_.size(); ++k) {  // a metric's series stand together
      const Entry& e = entries_[k];
      if (e.name != first.name) continue;
      done[k] = true;
      if (e.histogram) print_histogram(out, e.name, e.labels, *e.histogram);
      if (e.counter) out += fmt::format("{} {}\n", series(e.name, e.labels), e.counter->value());
      if (e.read) out += fmt::format("{} {}\n", series(e.name, e.labels), e.read());
    }
  }
  return out;
}

}  // namespace aesel::telemetry
