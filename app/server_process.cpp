#include "app/server_process.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <thread>

#include "app/server_parts.hpp"
#include "app/system_routes.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "gateway/gateway.hpp"
#include "http/remote_service.hpp"
#include "http/server.hpp"
#include "net/task_group.hpp"
#include "net/udp.hpp"
#include "objects/event_intake.hpp"
#include "objects/object_api.hpp"
#include "objects/objects.hpp"
#include "scenes/fan_out.hpp"
#include "scenes/scene_api.hpp"
#include "scenes/scenes.hpp"
#include "stream/inproc/inproc_stream.hpp"
#include "stream/udp/udp_stream.hpp"
#include "telemetry/log.hpp"

namespace aesel::app {
namespace {

namespace asio = boost::asio;
using Outcome = Result<void, std::string>;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr int kFlushAllowanceMs = 500;  // beside shutdown.grace_ms, before the process leaves without storing

/// The objects service with what belongs to it.
struct ObjectsRole {
  std::unique_ptr<objects::Objects> service;
  std::unique_ptr<objects::EventIntake> intake;
  std::unique_ptr<net::UdpReceiver> receiver;
  std::unique_ptr<http::Router> router;
};

/// The scenes service with what belongs to it.
struct ScenesRole {
  std::unique_ptr<scenes::FanOut> fan_out;
  std::unique_ptr<scenes::Scenes> service;
  std::vector<std::unique_ptr<stream::Subscriber>> subscribers;
  std::unique_ptr<http::Router> router;
  std::uint16_t stream_port = 0;
};

class Process final : public ServerProcess {
 public:
  explicit Process(const Config& config)
      : config_(config), roles_(config.roles()), signals_(context_), tasks_(context_) {}

  Outcome open() {
    using Step = Outcome (Process::*)();
    for (const Step step : {&Process::open_store, &Process::open_objects_port, &Process::open_scenes,
                            &Process::open_objects, &Process::open_door}) {
      Outcome outcome = (this->*step)();
      if (!outcome) return outcome;
    }
    error_code ignored;  // caught from here on: whoever reads the ready line may ask us to stop
    signals_.add(SIGINT, ignored);
    signals_.add(SIGTERM, ignored);
    return {};
  }

  ServerPorts ports() const override {
    ServerPorts ports;
    ports.http = server_->port();
    if (objects_.receiver) ports.udp = objects_.receiver->port();
    ports.stream = scenes_.stream_port;
    return ports;
  }

  int run() override {
    if (objects_.service) {
      tasks_.spawn("flusher", objects_.service->flusher().run());
      tasks_.spawn("event intake", objects_.receiver->run(*objects_.intake));
    }
    if (scenes_.service) {
      tasks_.spawn("resolver", scenes_.fan_out->run());
      for (auto& subscriber : scenes_.subscribers)
        tasks_.spawn("change stream", subscriber->run(*scenes_.fan_out));
    }
    tasks_.spawn("http", server_->run());
    tasks_.spawn("stop", stop_on_signal());
    context_.run();
    if (!tasks_.empty()) return 1;  // a part failed; it was logged
    return exit_code_;
  }

 private:
  // ---- opening, in this order

  Outcome open_store() {
    auto store = open_configured_store(config_);
    if (!store) return store.error();
    store_ = std::move(*store);
    return {};
  }

  /// The port comes first, because the scenes service tells it to devices.
  Outcome open_objects_port() {
    if (!roles_.objects) return {};
    net::UdpOptions options;
    options.host = config_.text("udp.host");
    options.port = static_cast<std::uint16_t>(config_.integer("udp.port"));
    auto receiver = net::open_udp_receiver(context_, options);
    if (!receiver) return cannot_listen("events", "udp", receiver.error());
    objects_.receiver = std::move(*receiver);
    return {};
  }

  Outcome open_scenes() {
    if (!roles_.scenes) return {};
    scenes::FanOutOptions options;
    options.resolve_interval_ms = static_cast<int>(config_.integer("fanout.resolve_ms"));
    auto fan_out = scenes::open_fan_out(context_, options, metrics_);
    if (!fan_out) return "cannot open a UDP socket to send from: " + fan_out.error().message();
    scenes_.fan_out = std::move(*fan_out);
    net::UdpOptions listen;
    listen.host = config_.text("event.stream.udp.host");
    listen.port = static_cast<std::uint16_t>(config_.integer("event.stream.udp.port"));
    auto udp = stream::open_udp_subscriber(context_, listen, metrics_);
    if (!udp) return cannot_listen("the change stream", "event.stream.udp", udp.error());
    scenes_.stream_port = udp->port;
    scenes_.subscribers.push_back(std::move(udp->subscriber));
    scenes::ScenesOptions service_options;
    service_options.event_destination = event_destination();
    scenes_.service =
        std::make_unique<scenes::Scenes>(*store_.graph, *scenes_.fan_out, service_options, system_clock());
    const Result<void> loaded = scenes_.service->load();
    if (!loaded) return "cannot load the scenes from " + store_.place + ": " + loaded.error().message();
    scenes_.router = std::make_unique<http::Router>(scenes::routes(*scenes_.service));
    checks_.push_back({"scene graph", [this] { return store_.graph->check(); }});
    return {};
  }

  Outcome open_objects() {
    if (!roles_.objects) return {};
    auto publisher = open_publisher();
    if (!publisher) return publisher.error();
    publisher_ = std::move(*publisher);
    objects::ObjectsOptions options;
    options.flush_ms = static_cast<int>(config_.integer("events.flush_ms"));
    options.records_max = static_cast<std::size_t>(config_.integer("objects.max"));
    if (!config_.boolean("event.plain.padding")) options.padding = wire::Padding::kNone;
    const objects::Objects::Parts parts{*store_.documents, *publisher_, keys_,
                                        system_clock(),    metrics_,    options};
    objects_.service = std::make_unique<objects::Objects>(parts);
    const Result<void> loaded = objects_.service->load();
    if (!loaded) return "cannot load the objects from " + store_.place + ": " + loaded.error().message();
    objects_.intake = std::make_unique<objects::EventIntake>(objects_.service->object_table(),
                                                             objects_.service->property_table(), *publisher_,
                                                             metrics_, options.padding);
    objects_.router = std::make_unique<http::Router>(objects::routes(*objects_.service));
    checks_.push_back({"store", [this] { return store_.documents->check(); }});
    checks_.push_back({"change stream", [this]() -> Task<Result<void>> { co_return publisher_->check(); }});
    return {};
  }

  Result<std::unique_ptr<stream::Publisher>, std::string> open_publisher() {
    const std::string& method = config_.text("event.stream.method");
    const bool inproc = method == "inproc" || (method == "auto" && roles_.scenes);
    if (inproc && !roles_.scenes) {
      return std::string(
          "event.stream.method is inproc, but the scenes role is not in this process: use udp or auto");
    }
    if (inproc) {
      stream::InprocStream made = stream::make_inproc_stream(context_);
      scenes_.subscribers.push_back(std::move(made.subscriber));
      return std::move(made.publisher);
    }
    const auto destination = resolve_destination(config_.text("event.stream.udp.destination"));
    if (!destination) return destination.error();
    auto made = stream::open_udp_publisher(*destination, 8 << 20, metrics_);
    if (!made)
      return "cannot open the change stream to " + destination->text() + ": " + made.error().message();
    return std::move(*made);
  }

  /// The HTTP side: one role answers its own paths, several are behind the gateway's routing.
  Outcome open_door() {
    http::Service* door =
        objects_.router ? static_cast<http::Service*>(objects_.router.get()) : scenes_.router.get();
    const bool alone = roles_.gateway + roles_.objects + roles_.scenes == 1 && !roles_.gateway;
    if (!alone) {
      auto objects_service = local_or_remote(objects_.router.get(), "directory.static.objects");
      if (!objects_service) return objects_service.error();
      auto scenes_service = local_or_remote(scenes_.router.get(), "directory.static.scenes");
      if (!scenes_service) return scenes_service.error();
      gateway_ = std::make_unique<gateway::Gateway>(gateway::Services{**objects_service, **scenes_service});
      door = gateway_.get();
    }
    add_process_metrics(metrics_);
    system_ = std::make_unique<SystemRoutes>(metrics_, checks_, *door);
    http::ServerOptions options = http_options(config_);
    auto server = http::open_server(context_, options, *system_, metrics_);
    if (!server) return cannot_listen("HTTP", "http", server.error());
    server_ = std::move(*server);
    return {};
  }

  Result<http::Service*, std::string> local_or_remote(http::Router* local, std::string_view key) {
    if (local != nullptr) return static_cast<http::Service*>(local);
    const auto url = http::parse_url(config_.text(key));
    if (!url)
      return fmt::format("{} is not a URL: {} (from {})", key, config_.text(key), config_.source(key));
    http::ClientOptions options;
    options.server = *url;
    remotes_.push_back(http::make_remote_service(context_, options));
    http::Service* const remote = remotes_.back().get();
    checks_.push_back({"service at " + url->text(), [remote] { return answers(*remote); }});
    return remote;
  }

  /// For /ready: does a service in another process answer?
  static Task<Result<void>> answers(http::Service& service) {
    http::Request request;
    request.segments = {"health"};
    http::Response response = co_await service.handle(request);
    if (response.status == 200) co_return Result<void>();
    co_return make_error_code(boost::system::errc::host_unreachable);
  }

  scenes::EventDestination event_destination() const {
    scenes::EventDestination destination;
    destination.host = config_.text("udp.advertised.host");
    destination.port = static_cast<std::uint16_t>(config_.integer("udp.advertised.port"));
    if (destination.port == 0 && objects_.receiver) destination.port = objects_.receiver->port();
    if (destination.port == 0) destination.port = static_cast<std::uint16_t>(config_.integer("udp.port"));
    return destination;
  }

  std::string cannot_listen(std::string_view what, std::string_view key, const error_code& error) const {
    const std::string port_key = fmt::format("{}.port", key);
    const std::string host_key = fmt::format("{}.host", key);
    return fmt::format("cannot listen for {} on {} port {}: {}; choose another with --{} or --{}", what,
                       config_.text(host_key), config_.text(port_key), error.message(), port_key, host_key);
  }

  // ---- stopping

  Task<void> stop_on_signal() {
    auto [error, signal] = co_await signals_.async_wait(kTuple);
    static_cast<void>(error);
    telemetry::log(telemetry::Level::kInfo, "stopping", {{"signal", strsignal(signal)}});
    const int grace_ms = static_cast<int>(config_.integer("shutdown.grace_ms"));
    leave_in_any_case(grace_ms + kFlushAllowanceMs);
    if (objects_.receiver) objects_.receiver->stop();
    server_->stop(grace_ms);
    if (objects_.service) co_await flush(grace_ms);
    for (auto& subscriber : scenes_.subscribers) subscriber->stop();
    if (scenes_.fan_out) scenes_.fan_out->stop();
  }

  /// Stores what events changed. A store that refuses is asked again until the time is up.
  Task<void> flush(int grace_ms) {
    objects_.service->flusher().stop();
    const std::int64_t until_ns = system_clock().steady_ns() + grace_ms * std::int64_t{1'000'000};
    for (;;) {
      const Result<void> flushed = co_await objects_.service->flusher().flush_all();
      if (flushed) co_return;
      if (system_clock().steady_ns() > until_ns) {
        telemetry::log(telemetry::Level::kError, "the last events could not be stored",
                       {{"error", flushed.error().message()}});
        exit_code_ = 1;
        co_return;
      }
      asio::steady_timer pause(context_, std::chrono::milliseconds(100));
      co_await pause.async_wait(kTuple);
    }
  }

  /// A disk that hangs must not keep the process: the time that was promised is kept.
  static void leave_in_any_case(int after_ms) {
    std::thread([after_ms] {
      std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
      static constexpr char kText[] = "aesel: not done in time; leaving\n";
      static_cast<void>(!::write(STDERR_FILENO, kText, sizeof kText - 1));
      _exit(1);
    }).detach();
  }

  const Config config_;
  const Roles roles_;
  telemetry::Metrics metrics_;
  KeyGenerator keys_;
  asio::io_context context_{1};
  asio::signal_set signals_;
  Store store_;
  std::unique_ptr<stream::Publisher> publisher_;
  ScenesRole scenes_;
  ObjectsRole objects_;
  std::vector<ReadinessCheck> checks_;
  std::vector<std::unique_ptr<http::Service>> remotes_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<SystemRoutes> system_;
  std::unique_ptr<http::Server> server_;
  net::TaskGroup tasks_;
  int exit_code_ = 0;
};

}  // namespace

Result<std::unique_ptr<ServerProcess>, std::string> ServerProcess::open(const Config& config) {
  auto process = std::make_unique<Process>(config);
  Outcome outcome = process->open();
  if (!outcome) return std::move(outcome.error());
  return std::unique_ptr<ServerProcess>(std::move(process));
}

}  // namespace aesel::app
