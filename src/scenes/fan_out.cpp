#include "scenes/fan_out.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "net/resolver.hpp"
#include "net/udp.hpp"
#include "telemetry/log.hpp"

namespace aesel::scenes {
namespace {

namespace asio = boost::asio;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// What is known about a host name. Shared by every device that uses it.
struct Host {
  net::Endpoint address;           // port 0; not valid: does not resolve
  std::int64_t resolve_at_ns = 0;  // when to ask (again)
  bool asking = false;
  std::size_t users = 0;
};

struct SceneDevices {
  TextMap<DeviceAddress> devices;
  std::vector<net::Endpoint> endpoints;  // of those devices that can be reached: what the event path reads
};

class FanOutToSockets final : public FanOut {
 public:
  FanOutToSockets(asio::io_context& context, const FanOutOptions& options, net::UdpSender sender,
                  telemetry::Metrics& metrics)
      : options_(options),
        sender_(std::move(sender)),
        resolver_(context),
        wake_(context),
        fanned_out_(metrics.counter("aesel_events_fanned_out_total", "Events sent to at least one device.")),
        no_listener_(metrics.counter("aesel_events_without_listener_total",
                                     "Events of scenes without a reachable device.")),
        sent_(metrics.counter("aesel_deliveries_total", "Datagrams sent to devices.")),
        refused_(
            metrics.counter("aesel_deliveries_refused_total", "Datagrams that the system refused to send.")),
        resolve_failures_(
            metrics.counter("aesel_resolve_failures_total", "Host names of devices that did not resolve.")),
        delay_(metrics.histogram("aesel_event_receive_to_sent_seconds",
                                 "From the kernel's receipt of an event to its last send.")) {
    received_ns_.reserve(net::UdpBatch::kMessages);
  }

  void on_event(const stream::Event& event) override {
    const auto found = scenes_.find(event.scene);
    if (found == scenes_.end() || found->second.endpoints.empty()) {
      no_listener_.add();
      return;
    }
    fanned_out_.add();
    sender_.queue(found->second.endpoints, event.body);
    if (event.received_ns != 0) received_ns_.push_back(event.received_ns);
  }

  void on_batch_end() override {
    const std::uint64_t sent_before = sender_.sent();
    const std::uint64_t refused_before = sender_.dropped();
    sender_.flush();
    sent_.add(sender_.sent() - sent_before);
    if (sender_.dropped() != refused_before) refused_.add(sender_.dropped() - refused_before);
    if (received_ns_.empty()) return;
    const std::int64_t now_ns = system_clock().wall_ns();
    for (const std::int64_t received_ns : received_ns_) delay_.record(now_ns - received_ns);
    received_ns_.clear();
  }

  void put_device(std::string_view scene, std::string_view device, const DeviceAddress& address) override {
    SceneDevices& entry = scenes_.try_emplace(std::string(scene)).first->second;
    const auto [known, fresh] = entry.devices.try_emplace(std::string(device));
    if (!fresh && known->second == address) return;
    if (!fresh) release_host(known->second);
    known->second = address;
    acquire_host(address);
    rebuild(entry);
  }

  void remove_device(std::string_view scene, std::string_view device) override {
    const auto found = scenes_.find(scene);
    if (found == scenes_.end()) return;
    const auto known = found->second.devices.find(device);
    if (known == found->second.devices.end()) return;
    release_host(known->second);
    found->second.devices.erase(known);
    rebuild(found->second);
    if (found->second.devices.empty()) scenes_.erase(found);
  }

  void remove_scene(std::string_view scene) override {
    const auto found = scenes_.find(scene);
    if (found == scenes_.end()) return;
    for (const auto& [device, address] : found->second.devices) release_host(address);
    scenes_.erase(found);
  }

  Task<void> run() override {
    while (!stopped_) {
      ask_for_due_names();
      wake_.expires_after(std::chrono::milliseconds(std::min(options_.resolve_retry_ms, 1000)));
      co_await wake_.async_wait(kTuple);
    }
  }

  void stop() override {
    stopped_ = true;
    wake_.cancel();
  }

 private:
  static bool reachable(const DeviceAddress& address) {
    return !address.hostname.empty() && address.port != 0;
  }

  /// Numeric addresses need no resolving; names are looked up by run().
  void acquire_host(const DeviceAddress& address) {
    if (!reachable(address) || net::Endpoint::parse(address.hostname, 0).valid()) return;
    Host& host = hosts_[address.hostname];
    ++host.users;
    if (host.users == 1) wake_.cancel();
  }

  void release_host(const DeviceAddress& address) {
    const auto host = hosts_.find(address.hostname);
    if (host != hosts_.end() && reachable(address) && --host->second.users == 0) hosts_.erase(host);
  }

  net::Endpoint endpoint_of(const DeviceAddress& address) const {
    if (!reachable(address)) return {};
    net::Endpoint endpoint = net::Endpoint::parse(address.hostname, address.port);
    if (endpoint.valid()) return endpoint;
    const auto host = hosts_.find(address.hostname);
    if (host == hosts_.end() || !host->second.address.valid()) return {};
    endpoint = host->second.address;
    endpoint.set_port(address.port);
    return endpoint;
  }

  void rebuild(SceneDevices& entry) {
    entry.endpoints.clear();
    for (const auto& [device, address] : entry.devices) {
      const net::Endpoint endpoint = endpoint_of(address);
      if (endpoint.valid()) entry.endpoints.push_back(endpoint);
    }
  }

  void ask_for_due_names() {
    const std::int64_t now_ns = system_clock().steady_ns();
    for (auto& [name, host] : hosts_) {
      if (host.asking || host.resolve_at_ns > now_ns) continue;
      host.asking = true;
      resolver_.resolve(
          name, [this, asked = name](const Result<net::Endpoint>& answer) { resolved(asked, answer); });
    }
  }

  void resolved(const std::string& name, const Result<net::Endpoint>& answer) {
    const auto host = hosts_.find(name);
    if (host == hosts_.end()) return;  // the last device with that name has gone
    const int wait_ms = answer ? options_.resolve_interval_ms : options_.resolve_retry_ms;
    host->second.asking = false;
    host->second.resolve_at_ns = system_clock().steady_ns() + wait_ms * std::int64_t{1'000'000};
    if (!answer) {
      resolve_failures_.add();
      if (resolve_log_.allow(system_clock().steady_ns())) {
        telemetry::log(telemetry::Level::kWarning,
                       "a device's host name does not resolve; it receives nothing",
                       {{"host", name}, {"error", answer.error().message()}});
      }
      return;  // an address that worked before is kept
    }
    if (*answer == host->second.address) return;
    host->second.address = *answer;
    for (auto& [scene, entry] : scenes_) {
      for (const auto& [device, address] : entry.devices) {
        if (address.hostname != name) continue;
        rebuild(entry);
        break;
      }
    }
  }

  FanOutOptions options_;
  net::UdpSender sender_;
  TextMap<SceneDevices> scenes_;
  std::map<std::string, Host, std::less<>> hosts_;
  net::Resolver resolver_;
  asio::steady_timer wake_;
  bool stopped_ = false;
  std::vector<std::int64_t> received_ns_;
  telemetry::RateLimited resolve_log_;
  telemetry::Counter& fanned_out_;
  telemetry::Counter& no_listener_;
  telemetry::Counter& sent_;
  telemetry::Counter& refused_;
  telemetry::Counter& resolve_failures_;
  telemetry::Histogram& delay_;
};

}  // namespace

Result<std::unique_ptr<FanOut>> open_fan_out(asio::io_context& context, const FanOutOptions& options,
                                             telemetry::Metrics& metrics) {
  auto sender =
      net::UdpSender::open(options.send_buffer_bytes, net::UdpSender::Filler::kSpaces);  // events are JSON
  if (!sender) return sender.error();
  return std::unique_ptr<FanOut>(
      std::make_unique<FanOutToSockets>(context, options, std::move(*sender), metrics));
}

}  // namespace aesel::scenes
