#include "app/bench_load.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "app/device.hpp"
#include "app/device_receiver.hpp"
#include "app/event_text.hpp"
#include "app/pacer.hpp"
#include "app/process_cpu.hpp"
#include "base/clock.hpp"

namespace aesel::app {
namespace {

constexpr std::int64_t kProgressNs = 50'000'000;
constexpr std::int64_t kQuietNs =
    500'000'000;  // nothing arrived for so long after the end: what is missing is lost
constexpr std::int64_t kTailNs = 5'000'000'000;  // the longest wait for the rest
constexpr double kNumbersMax = 200e6;

/// How numbers map to scenes: number n belongs to object n % all, which is in scene (n % all) / objects.
struct Layout {
  std::uint64_t scenes = 1, objects = 1, devices = 1;

  std::uint64_t all_objects() const { return scenes * objects; }
  std::uint64_t scene_of(std::uint64_t number) const { return number % all_objects() / objects; }
  /// The number among those of its scene.
  std::uint64_t local(std::uint64_t number) const {
    return number / all_objects() * objects + number % all_objects() % objects;
  }
};

/// When each event was sent, by number. Written by the sender before it sends, read by the receivers.
class SendTimes {
 public:
  explicit SendTimes(std::size_t count) : ns_(count) {}
  void set(std::uint64_t number, std::int64_t steady_ns) {
    ns_[number].store(steady_ns, std::memory_order_release);
  }
  std::int64_t get(std::uint64_t number) const { return ns_[number].load(std::memory_order_acquire); }
  std::size_t size() const { return ns_.size(); }

 private:
  std::vector<std::atomic<std::int64_t>> ns_;
};

/// The account of one receiving thread.
class Account final : public DeviceListener {
 public:
  Account(const Layout& layout, const SendTimes& times, std::uint32_t run)
      : layout_(layout), times_(times), run_(run) {}

  /// Before the thread starts. The devices' order is that of its sockets.
  void add_device(std::uint64_t scene) {
    const std::uint64_t rounds = times_.size() / layout_.all_objects() + 1;
    scenes_.push_back(scene);
    trackers_.emplace_back(layout_.objects, rounds * layout_.objects);
  }

  void on_event(std::size_t device, std::string_view event, std::int64_t steady_ns) override {
    const auto found = find_number(event);
    DeliveryTracker& tracker = trackers_[device];
    if (!found || found->run != run_ || found->number >= times_.size() ||
        layout_.scene_of(found->number) != scenes_[device]) {
      return tracker.record_foreign();
    }
    if (tracker.record(layout_.local(found->number)) == Arrival::kFirst) {
      latency_.record(steady_ns - times_.get(found->number));
      received_.fetch_add(1, std::memory_order_relaxed);
    }
    last_ns_.store(steady_ns, std::memory_order_relaxed);
  }

  std::uint64_t received() const { return received_.load(std::memory_order_relaxed); }
  std::int64_t last_ns() const { return last_ns_.load(std::memory_order_relaxed); }
  /// After the thread has ended.
  void add_to(LoadReport& report) const {
    for (const DeliveryTracker& tracker : trackers_) report.deliveries += tracker.counts();
    report.latency.merge(latency_);
  }

 private:
  Layout layout_;
  const SendTimes& times_;
  std::uint32_t run_;
  std::vector<std::uint64_t> scenes_;
  std::vector<DeliveryTracker> trackers_;
  LatencyHistogram latency_;
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::int64_t> last_ns_{0};
};

/// Sends at an even rate on a thread of its own.
class Sender {
 public:
  Sender(net::Fd socket, std::vector<NumberedEvent> events, const Layout& layout, SendTimes& times,
         double rate)
      : socket_(std::move(socket)), events_(std::move(events)), layout_(layout), times_(times), rate_(rate) {}
  ~Sender() { stop(); }

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void stop() {
    stopping_.store(true);
    if (thread_.joinable()) thread_.join();
  }
  bool done() const { return done_.load(); }
  std::uint64_t sent() const { return sent_.load(std::memory_order_relaxed); }
  std::uint64_t errors() const { return errors_.load(std::memory_order_relaxed); }
  std::int64_t first_ns() const { return first_ns_.load(); }
  std::int64_t last_ns() const { return last_ns_.load(); }

 private:
  void run() {
    sharpen_sleeps();
    const Pacer pacer(rate_, system_clock().steady_ns());
    first_ns_.store(pacer.due_ns(0));
    for (std::uint64_t n = 0; n < times_.size() && !stopping_.load(std::memory_order_relaxed); ++n) {
      const std::string_view event = events_[n % layout_.all_objects()].with_number(n);
      std::int64_t now = system_clock().steady_ns();
      if (now < pacer.due_ns(n)) {
        sleep_until_ns(pacer.due_ns(n));
        now = system_clock().steady_ns();
      }
      times_.set(n, now);
      const bool taken =
          ::send(socket_.get(), event.data(), event.size(), 0) == static_cast<ssize_t>(event.size());
      (taken ? sent_ : errors_).fetch_add(1, std::memory_order_relaxed);
      last_ns_.store(now);
    }
    done_.store(true);
  }

  net::Fd socket_;
  std::vector<NumberedEvent> events_;
  Layout layout_;
  SendTimes& times_;
  double rate_;
  std::atomic<bool> stopping_{false}, done_{false};
  std::atomic<std::uint64_t> sent_{0}, errors_{0};
  std::atomic<std::int64_t> first_ns_{0}, last_ns_{0};
  std::thread thread_;
};

/// A blocking socket that sends to one address: when this machine's buffer is full, the sender waits.
CallResult<net::Fd> connect_udp(const HostPort& address) {
  const auto endpoint = resolve(address);
  if (!endpoint) return CallError{fmt::format("{}: {}", address.host, endpoint.error())};
  net::Fd fd(::socket(endpoint->storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.valid() ||
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&endpoint->storage), endpoint->length) != 0) {
    return CallError{fmt::format("UDP {}: {}", endpoint->text(),
                                 error_code(errno, boost::system::system_category()).message())};
  }
  return fd;
}

double seconds_between(std::int64_t begin_ns, std::int64_t end_ns) {
  return static_cast<double>(std::max<std::int64_t>(0, end_ns - begin_ns)) * 1e-9;
}

}  // namespace

struct BenchLoad::State {
  State(ServerApi& api, LoadOptions with)
      : server(api),
        options(std::move(with)),
        layout{static_cast<std::uint64_t>(options.scenes), static_cast<std::uint64_t>(options.objects),
               static_cast<std::uint64_t>(options.devices)},
        run(std::random_device{}() >> 8) {}

  ServerApi& server;
  LoadOptions options;
  Layout layout;
  std::uint32_t run;  // tells our events from those of another bench
  std::vector<std::string> scenes;
  std::vector<std::vector<std::string>> keys;  // by scene
  std::vector<Device> devices;                 // scene after scene

  CallResult<void> create_scene(int index);
  CallResult<void> join_devices(int index);
  /// One for each object, in the layout's order.
  std::vector<NumberedEvent> events() const;
  HostPort target() const;
};

/// The receiving side of one run: the devices, shared out among threads.
class BenchLoad::Reception {
 public:
  Reception(const State& state, const SendTimes& times) {
    const auto threads = static_cast<std::size_t>(std::max(1, state.options.receivers));
    std::vector<std::vector<const net::Fd*>> sockets(threads);
    for (std::size_t i = 0; i < threads; ++i) {
      accounts_.push_back(std::make_unique<Account>(state.layout, times, state.run));
    }
    for (std::size_t d = 0; d < state.devices.size(); ++d) {
      accounts_[d % threads]->add_device(d / state.layout.devices);
      sockets[d % threads].push_back(&state.devices[d].socket());
    }
    for (std::size_t i = 0; i < threads; ++i) {
      receivers_.push_back(std::make_unique<DeviceReceiver>(std::move(sockets[i]), *accounts_[i]));
    }
  }

  std::uint64_t received() const {
    std::uint64_t sum = 0;
    for (const auto& account : accounts_) sum += account->received();
    return sum;
  }
  std::int64_t last_ns() const {
    std::int64_t last = 0;
    for (const auto& account : accounts_) last = std::max(last, account->last_ns());
    return last;
  }

  /// Until so many arrived, or nothing more comes.
  void wait_for(std::uint64_t expected) const {
    const std::int64_t end = system_clock().steady_ns();
    while (received() < expected) {
      const std::int64_t now = system_clock().steady_ns();
      if (now - std::max(end, last_ns()) > kQuietNs || now - end > kTailNs) return;
      sleep_until_ns(now + 2'000'000);
    }
  }

  void finish(LoadReport& report) {
    for (auto& receiver : receivers_) receiver->stop();
    for (const auto& account : accounts_) account->add_to(report);
  }

 private:
  std::vector<std::unique_ptr<Account>> accounts_;
  std::vector<std::unique_ptr<DeviceReceiver>> receivers_;
};

HostPort BenchLoad::State::target() const {
  if (options.events) return *options.events;
  const Registration registration = devices.empty() ? Registration{} : devices.front().registration();
  return events_address(registration, server.scenes_url());
}

CallResult<void> BenchLoad::State::create_scene(int index) {
  const std::string scene = fmt::format("bench-{:06x}-{}", run, index);
  const auto created = server.put_scene(scene, scene);
  if (!created) return created.error();
  scenes.push_back(scene);
  std::vector<NewObject> objects;
  for (int i = 0; i < options.objects; ++i)
    objects.push_back({fmt::format("{}-object-{}", scene, i), "bench", "", {}});
  auto made = server.create_objects(scene, objects);
  if (!made) return made.error();
  keys.push_back(std::move(*made));
  return {};
}

CallResult<void> BenchLoad::State::join_devices(int index) {
  const std::string& scene = scenes[static_cast<std::size_t>(index)];
  for (int i = 0; i < options.devices; ++i) {
    auto device =
        Device::join(server, {scene, fmt::format("{}-device-{}", scene, i), options.device_host, 0});
    if (!device) return device.error();
    devices.push_back(std::move(*device));
  }
  return {};
}

std::vector<NumberedEvent> BenchLoad::State::events() const {
  std::vector<NumberedEvent> made;
  for (std::size_t s = 0; s < scenes.size(); ++s) {
    for (std::size_t i = 0; i < keys[s].size(); ++i) {
      const std::string name = fmt::format("{}-object-{}", scenes[s], i);
      made.emplace_back(ObjectEvent{keys[s][i], name, scenes[s], nullptr}, run);
    }
  }
  return made;
}

BenchLoad::BenchLoad(ServerApi& server, LoadOptions options)
    : state_(std::make_unique<State>(server, std::move(options))) {}
BenchLoad::~BenchLoad() = default;

const std::vector<std::string>& BenchLoad::scenes() const {
  return state_->scenes;
}

CallResult<void> BenchLoad::set_up(const std::function<void(const std::string&)>& on_step) {
  for (int i = 0; i < state_->options.scenes; ++i) {
    on_step(fmt::format("scene {} of {}: creating {} objects", i + 1, state_->options.scenes,
                        state_->options.objects));
    auto created = state_->create_scene(i);
    if (!created) return created;
    on_step(fmt::format("scene {} of {}: registering {} devices", i + 1, state_->options.scenes,
                        state_->options.devices));
    auto joined = state_->join_devices(i);
    if (!joined) return joined;
  }
  return {};
}

CallResult<LoadReport> BenchLoad::run(const std::function<bool(const LoadProgress&)>& go_on) {
  State& s = *state_;
  const double count = s.options.rate * s.options.duration_s;
  if (count > kNumbersMax) {
    return CallError{fmt::format(
        "rate x duration is {:.0f} events, but at most {:.0f} can be kept account of", count, kNumbersMax)};
  }
  auto socket = connect_udp(s.target());
  if (!socket) return socket.error();
  auto events = s.events();
  LoadReport report;
  report.datagram_bytes = events.front().with_number(0).size();

  SendTimes times(std::max<std::size_t>(1, static_cast<std::size_t>(count)));
  Reception reception(s, times);
  const auto cpu_before = s.options.server_pid ? cpu_seconds_of(*s.options.server_pid) : std::nullopt;
  Sender sender(std::move(*socket), std::move(events), s.layout, times, s.options.rate);
  const std::int64_t start = system_clock().steady_ns();
  sender.start();
  while (!sender.done()) {
    sleep_until_ns(system_clock().steady_ns() + kProgressNs);
    const double seconds = static_cast<double>(system_clock().steady_ns() - start) * 1e-9;
    if (!go_on({seconds, sender.sent(), reception.received()})) break;
  }
  sender.stop();
  report.sent = sender.sent();
  report.send_errors = sender.errors();
  report.expected = report.sent * s.layout.devices;
  report.seconds = seconds_between(sender.first_ns(), sender.last_ns());
  reception.wait_for(report.expected);
  const auto cpu_after = s.options.server_pid ? cpu_seconds_of(*s.options.server_pid) : std::nullopt;
  if (cpu_before && cpu_after) report.server_cpu_seconds = *cpu_after - *cpu_before;
  reception.finish(report);
  report.delivering_seconds = seconds_between(sender.first_ns(), reception.last_ns());
  return report;
}

CallResult<void> BenchLoad::clean_up() {
  CallResult<void> result;
  const auto note = [&](const CallResult<void>& step) {
    if (!step && result) result = step.error();
  };
  for (Device& device : state_->devices) note(device.leave());
  for (std::size_t i = 0; i < state_->scenes.size(); ++i) {
    if (i < state_->keys.size()) {
      for (const std::string& key : state_->keys[i])
        note(state_->server.delete_object(state_->scenes[i], key));
    }
    note(state_->server.delete_scene(state_->scenes[i]));
  }
  state_->scenes.clear();
  state_->keys.clear();
  return result;
}

void BenchLoad::keep() {
  for (Device& device : state_->devices) device.stay();
  state_->scenes.clear();
  state_->keys.clear();
}

double LoadReport::loss() const {
  return expected == 0 ? 0 : static_cast<double>(lost()) / static_cast<double>(expected);
}

double LoadReport::sent_per_second() const {
  return seconds > 0 ? static_cast<double>(sent) / seconds : 0;
}

double LoadReport::delivered_per_second() const {
  return delivering_seconds > 0 ? static_cast<double>(deliveries.unique) / delivering_seconds : 0;
}

}  // namespace aesel::app
