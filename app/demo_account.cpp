#include "app/demo_account.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/check.hpp"

namespace aesel::app {
namespace {

constexpr std::int64_t kLostAfterNs = 1'000'000'000;
constexpr std::int64_t kWindowNs = 1'000'000'000;

}  // namespace

DemoAccount::DemoAccount(const std::vector<std::string>& keys, int devices)
    : devices_(devices), under_way_(keys.size()), picture_(keys.size()) {
  CHECK(devices > 0 && devices <= 32);
  for (std::size_t i = 0; i < keys.size(); ++i) objects_.emplace(keys[i], i);
}

void DemoAccount::on_send(std::size_t object, const EventMatrix& matrix, std::int64_t steady_ns) {
  const std::lock_guard lock(mutex_);
  if (window_ns_ == 0) begin_window(steady_ns);
  under_way_[object].push_back({matrix, steady_ns, 0});
  ++totals_.sent;
}

void DemoAccount::on_event(std::size_t device, std::string_view event, std::int64_t steady_ns) {
  const auto matrix = find_transform(event);
  if (!matrix) return;
  const std::lock_guard lock(mutex_);
  const auto object = objects_.find(find_key_text(event));
  if (object == objects_.end()) return;
  if (device == 0) picture_[object->second] = *matrix;
  const std::uint32_t bit = 1u << device;
  auto& updates = under_way_[object->second];
  const auto update = std::find_if(updates.rbegin(), updates.rend(), [&](const Update& sent) {
    return (sent.received_by & bit) == 0 && sent.matrix == *matrix;
  });
  if (update == updates.rend()) return;
  update->received_by |= bit;
  ++totals_.received;
  all_.record(steady_ns - update->sent_ns);
  window_.record(steady_ns - update->sent_ns);
}

/// Closes the account of what was sent before that time.
void DemoAccount::settle(std::int64_t sent_before_ns) {
  for (auto& updates : under_way_) {
    while (!updates.empty() && updates.front().sent_ns < sent_before_ns) {
      totals_.settled += static_cast<std::uint64_t>(devices_);
      totals_.lost += static_cast<std::uint64_t>(devices_ - std::popcount(updates.front().received_by));
      updates.pop_front();
    }
  }
}

void DemoAccount::begin_window(std::int64_t steady_ns) {
  window_ns_ = steady_ns;
  window_sent_ = totals_.sent;
  window_received_ = totals_.received;
  window_.reset();
}

DemoNumbers DemoAccount::numbers(std::int64_t steady_ns) {
  const std::lock_guard lock(mutex_);
  settle(steady_ns - kLostAfterNs);
  const std::int64_t window = steady_ns - window_ns_;
  const bool complete = window >= kWindowNs;
  if (window_ns_ != 0 && window > 0 && (complete || totals_.sent_per_second == 0)) {
    const double seconds = static_cast<double>(window) * 1e-9;
    totals_.sent_per_second = static_cast<double>(totals_.sent - window_sent_) / seconds;
    totals_.received_per_second = static_cast<double>(totals_.received - window_received_) / seconds;
    totals_.p50_ns = window_.quantile_ns(0.5);
    totals_.p99_ns = window_.quantile_ns(0.99);
    if (complete) begin_window(steady_ns);
  }
  return totals_;
}

DemoNumbers DemoAccount::final_numbers(std::int64_t steady_ns) {
  DemoNumbers last = numbers(steady_ns);
  const std::lock_guard lock(mutex_);
  settle(std::numeric_limits<std::int64_t>::max());
  last.settled = totals_.settled;
  last.lost = totals_.lost;
  return last;
}

LatencyHistogram DemoAccount::latency() const {
  const std::lock_guard lock(mutex_);
  return all_;
}

std::vector<std::optional<EventMatrix>> DemoAccount::picture() const {
  const std::lock_guard lock(mutex_);
  return picture_;
}

}  // namespace aesel::app
