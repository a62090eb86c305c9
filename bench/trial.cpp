#include "bench/trial.hpp"

#include <sys/epoll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <cstring>
#include <ctime>
#include <memory>
#include <thread>

#include "app/process_cpu.hpp"

namespace aesel::bench {
namespace {

constexpr std::string_view kMark = "\"transform\":[";
constexpr double kWarmUpSeconds = 0.25;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

std::int64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * kNsPerSecond + t.tv_nsec;
}

void sleep_until(std::int64_t ns) {
  const timespec t{ns / kNsPerSecond, ns % kNsPerSecond};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

/// What arrived. Written by the receiving thread, read by the other one when that has ended; only `count` and
/// `sent_ns` are used by both at the same time.
struct Tally {
  Tally(std::int64_t first_sequence, std::size_t event_count, std::size_t devices)
      : first(first_sequence),
        events(event_count),
        sent_ns(std::make_unique<std::atomic<std::int64_t>[]>(event_count)),
        seen(event_count * devices),
        newest(devices, -1) {
    latency_ns.reserve(event_count * devices);
  }

  void receive(std::size_t device, std::int64_t sequence, std::int64_t at_ns) {
    const std::int64_t index = sequence - first;
    if (index < 0 || index >= static_cast<std::int64_t>(events)) return;  // an earlier trial's, or warm-up
    const std::size_t place = device * events + static_cast<std::size_t>(index);
    if (seen[place]) {
      ++duplicates;
      return;
    }
    seen[place] = true;
    if (index < newest[device]) ++reordered;
    newest[device] = std::max(newest[device], index);
    latency_ns.push_back(at_ns - sent_ns[static_cast<std::size_t>(index)].load(std::memory_order_acquire));
    last_ns = at_ns;
    count.fetch_add(1, std::memory_order_relaxed);
  }

  std::int64_t first;
  std::size_t events;
  std::unique_ptr<std::atomic<std::int64_t>[]> sent_ns;
  std::vector<bool> seen;
  std::vector<std::int64_t> newest;
  std::vector<std::int64_t> latency_ns;
  std::int64_t duplicates = 0;
  std::int64_t reordered = 0;
  std::int64_t last_ns = 0;
  std::atomic<std::int64_t> count{0};
};

/// Reads all subscribers on a thread of its own, from construction to stop().
class Receiver {
 public:
  Receiver(std::vector<Subscriber>& subscribers, Protocol protocol, Tally& tally)
      : subscribers_(subscribers), protocol_(protocol), tally_(tally), poll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < subscribers_.size(); ++i) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      epoll_ctl(poll_.get(), EPOLL_CTL_ADD, subscribers_[i].fd.get(), &event);
    }
    for (int i = 0; i < kBatch; ++i) {
      vectors_[i] = {&bytes_[static_cast<std::size_t>(i) * kStride], kStride};
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
    thread_ = std::thread([this] { run(); });
  }
  ~Receiver() {
    if (thread_.joinable()) stop();
  }
  void stop() {
    stopped_ = true;
    thread_.join();
  }

 private:
  static constexpr int kBatch = 64;
  static constexpr std::size_t kStride = 2048;

  void run() {
    std::vector<epoll_event> events(subscribers_.size());
    while (!stopped_) {
      const int ready = epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), 20);
      for (int i = 0; i < ready; ++i) {
        const std::size_t device = events[static_cast<std::size_t>(i)].data.u64;
        if (protocol_ == Protocol::kUdp)
          read_datagrams(device);
        else
          read_stream(device);
      }
    }
  }

  void read_datagrams(std::size_t device) {
    const int received = recvmmsg(subscribers_[device].fd.get(), headers_, kBatch, MSG_DONTWAIT, nullptr);
    const std::int64_t at_ns = now_ns();
    for (int i = 0; i < received; ++i) {
      read_payloads(device, {static_cast<char*>(vectors_[i].iov_base), headers_[i].msg_len}, at_ns);
    }
  }

  void read_stream(std::size_t device) {
    Subscriber& subscriber = subscribers_[device];
    const ssize_t received = ::recv(subscriber.fd.get(), bytes_.data(), bytes_.size(), MSG_DONTWAIT);
    if (received == 0) epoll_ctl(poll_.get(), EPOLL_CTL_DEL, subscriber.fd.get(), nullptr);  // hung up
    if (received <= 0) return;
    const std::int64_t at_ns = now_ns();
    subscriber.unread.append(bytes_.data(), static_cast<std::size_t>(received));
    const std::size_t end = subscriber.unread.rfind(']');
    if (end == std::string::npos) return;
    read_payloads(device, std::string_view(subscriber.unread).substr(0, end), at_ns);
    subscriber.unread.erase(0, end + 1);
  }

  /// Every sequence number in the text.
  void read_payloads(std::size_t device, std::string_view text, std::int64_t at_ns) {
    while (true) {
      const void* found = memmem(text.data(), text.size(), kMark.data(), kMark.size());
      if (found == nullptr) return;
      text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) +
                         kMark.size());
      double sequence = -1;
      std::from_chars(text.data(), text.data() + text.size(), sequence);
      tally_.receive(device, static_cast<std::int64_t>(sequence), at_ns);
    }
  }

  std::vector<Subscriber>& subscribers_;
  Protocol protocol_;
  Tally& tally_;
  net::Fd poll_;
  std::vector<char> bytes_ = std::vector<char>(kBatch * kStride);
  mmsghdr headers_[kBatch]{};
  iovec vectors_[kBatch]{};
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

/// What a client sends: numbers in full precision, so that events differ in length from one to the next.
class Messages {
 public:
  explicit Messages(const TrialOptions& options) {
    for (const std::string& key : options.keys) {
      starts_.push_back("{\"msg_type\":1,\"key\":\"" + key + "\",\"scene\":\"" + options.scene +
                        "\",\"transform\":[");
    }
    for (int i = 0; i < kPoses; ++i) ends_.push_back(turned(0.0631 * i));
  }
  std::string_view make(std::int64_t sequence) {
    const auto i = static_cast<std::size_t>(sequence);
    text_ = starts_[i % starts_.size()];
    text_ += std::to_string(sequence);
    return text_ += ends_[i % ends_.size()];
  }

 private:
  static constexpr int kPoses = 97;

  /// A rotation about z and a place on a circle, without the first number.
  static std::string turned(double angle) {
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    std::string text = ".0";
    for (const double value :
         {-s, 0.0, 12.5 * c, s, c, 0.0, 12.5 * s, 0.0, 0.0, 1.0, 1.75, 0.0, 0.0, 0.0, 1.0}) {
      std::array<char, 32> digits;
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
      const std::string_view number(digits.data(), static_cast<std::size_t>(end - digits.data()));
      text += ',';
      text += number;
      if (number.find_first_of(".e") == number.npos) text += ".0";
    }
    return text += "]}";
  }

  std::vector<std::string> starts_;
  std::vector<std::string> ends_;
  std::string text_;
};

/// Sends `count` events, evenly. Those that are due already leave at once. `note(i)` comes before each.
template <class Note>
void publish(Publisher& publisher, Messages& messages, double rate, std::int64_t first, std::size_t count,
             Note note) {
  const std::int64_t start_ns = now_ns();
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t due_ns = start_ns + static_cast<std::int64_t>(static_cast<double>(i) * 1e9 / rate);
    if (now_ns() < due_ns) sleep_until(due_ns);
    const std::string_view message = messages.make(first + static_cast<std::int64_t>(i));
    note(i);
    publisher.send(message);
  }
}

/// Until everything has arrived, or nothing new for a while.
void await_rest(const Tally& tally, std::int64_t expected, int late_ms) {
  std::int64_t before = -1;
  for (int i = 0; i < 10; ++i) {
    const std::int64_t count = tally.count.load();
    if (count >= expected) return;
    if (count == before && i > 1) return;
    before = count;
    sleep_until(now_ns() + late_ms * std::int64_t{1'000'000});
  }
}

double quantile_us(const std::vector<std::int64_t>& sorted, double q) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(q * static_cast<double>(sorted.size()));
  return static_cast<double>(sorted[std::min(sorted.size() - 1, at)]) * 1e-3;
}

void summarise(Tally& tally, const TrialOptions& options, TrialResult& result) {
  std::sort(tally.latency_ns.begin(), tally.latency_ns.end());
  const std::int64_t late_ns = options.late_ms * std::int64_t{1'000'000};
  const auto in_time = std::upper_bound(tally.latency_ns.begin(), tally.latency_ns.end(), late_ns);
  result.delivered = in_time - tally.latency_ns.begin();
  result.late = tally.latency_ns.end() - in_time;
  result.duplicates = tally.duplicates;
  result.reordered = tally.reordered;
  result.loss = 1.0 - static_cast<double>(result.delivered) / static_cast<double>(result.expected);
  result.p50_us = quantile_us(tally.latency_ns, 0.5);
  result.p99_us = quantile_us(tally.latency_ns, 0.99);
  result.p999_us = quantile_us(tally.latency_ns, 0.999);
  result.max_us = quantile_us(tally.latency_ns, 1);
}

}  // namespace

void drain(std::vector<Subscriber>& subscribers) {
  std::vector<char> bytes(1 << 16);
  std::int64_t quiet_since_ns = now_ns();
  const std::int64_t give_up_ns = quiet_since_ns + 10 * kNsPerSecond;
  while (now_ns() - quiet_since_ns < 300'000'000 && now_ns() < give_up_ns) {
    bool any = false;
    for (Subscriber& subscriber : subscribers) {
      while (::recv(subscriber.fd.get(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) any = true;
      subscriber.unread.clear();
    }
    if (any)
      quiet_since_ns = now_ns();
    else
      sleep_until(now_ns() + 5'000'000);
  }
}

TrialResult run_trial(Publisher& publisher, std::vector<Subscriber>& subscribers,
                      const TrialOptions& options) {
  prctl(PR_SET_TIMERSLACK, 1);
  const auto events = static_cast<std::size_t>(std::max(1.0, options.rate * options.seconds));
  const auto warm_up = static_cast<std::size_t>(std::min(options.rate * kWarmUpSeconds, 2000.0));
  TrialResult result;
  result.rate = options.rate;
  result.expected = static_cast<std::int64_t>(events * subscribers.size());
  Tally tally(options.first_sequence + static_cast<std::int64_t>(warm_up), events, subscribers.size());
  Receiver receiver(subscribers, publisher.protocol(), tally);
  Messages messages(options);

  publish(publisher, messages, options.rate, options.first_sequence, warm_up, [](std::size_t) {});
  const double cpu_before = app::cpu_seconds_of(options.pid).value_or(0);
  const std::int64_t start_ns = now_ns();
  publish(publisher, messages, options.rate, tally.first, events,
          [&](std::size_t i) { tally.sent_ns[i].store(now_ns(), std::memory_order_release); });
  const std::int64_t end_ns = now_ns();
  await_rest(tally, result.expected, options.late_ms);
  const double cpu_after = app::cpu_seconds_of(options.pid).value_or(0);
  receiver.stop();

  summarise(tally, options, result);
  result.sent_per_s = static_cast<double>(events) * 1e9 / static_cast<double>(end_ns - start_ns);
  if (tally.last_ns > start_ns) {
    const double span_s = static_cast<double>(std::max(tally.last_ns, end_ns) - start_ns) * 1e-9;
    result.delivered_per_s = static_cast<double>(result.delivered) / span_s;
  }
  const auto arrived = static_cast<double>(tally.latency_ns.size());
  if (options.pid > 0 && arrived > 0) result.cpu_us_per_delivery = (cpu_after - cpu_before) * 1e6 / arrived;
  return result;
}

}  // namespace aesel::bench
