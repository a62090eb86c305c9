#include "app/server_process.hpp"

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <optional>
#include <thread>

#include "app/neighbours.hpp"
#include "app/objects_role.hpp"
#include "app/role_parts.hpp"
#include "app/scenes_role.hpp"
#include "base/ids.hpp"
#include "gateway/gateway.hpp"
#include "http/server.hpp"
#include "net/task_group.hpp"
#include "telemetry/log.hpp"

namespace aesel::app {
namespace {

namespace asio = boost::asio;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr int kFlushAllowanceMs = 500;  // beside shutdown.grace_ms, before the process leaves without storing

class Process final : public ServerProcess {
 public:
  explicit Process(const Config& config)
      : config_(config), roles_(config.roles()), signals_(context_), tasks_(context_) {}

  Outcome open() {
    using Step = Outcome (Process::*)();
    for (const Step step : {&Process::open_store, &Process::open_pair, &Process::open_door}) {
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
    if (objects_) ports.udp = objects_->udp_port();
    if (scenes_) ports.stream = scenes_->stream_port();
    return ports;
  }

  int run() override {
    if (objects_) objects_->spawn(tasks_);
    if (scenes_) scenes_->spawn(tasks_);
    tasks_.spawn("http", server_->run());
    tasks_.spawn("stop", stop_on_signal());
    context_.run();
    if (!tasks_.empty()) return 1;  // a part failed; it was logged
    return exit_code_;
  }

 private:
  Outcome open_store() {
    auto store = open_configured_store(config_);
    if (!store) return store.error();
    store_ = std::move(*store);
    checks_.push_back({"store", [this] { return store_.documents->check(); }});
    return {};
  }

  /// The objects and the scenes service, each if it is configured. The event port comes first, because the
  /// scenes service tells it to devices; the scenes service second, because it is one end of the stream.
  Outcome open_pair() {
    if (roles_.objects) {
      objects_.emplace(parts_);
      Outcome opened = objects_->open_port();
      if (!opened) return opened;
    }
    if (roles_.scenes) {
      scenes_.emplace(parts_);
      Outcome opened = scenes_->open(objects_ ? objects_->udp_port() : std::uint16_t{0});
      if (!opened) return opened;
    }
    if (!objects_) return {};
    return objects_->open(scenes_ ? &scenes_->subscribers() : nullptr);
  }

  /// The HTTP side: one role answers its own paths, several are behind the gateway's routing.
  Outcome open_door() {
    http::Router* const objects = objects_ ? &objects_->router() : nullptr;
    http::Router* const scenes = scenes_ ? &scenes_->router() : nullptr;
    http::Service* door = objects != nullptr ? objects : scenes;
    const bool alone = roles_.gateway + roles_.objects + roles_.scenes == 1 && !roles_.gateway;
    if (!alone) {
      const auto objects_service = neighbours_.find("objects", objects);
      if (!objects_service) return objects_service.error();
      const auto scenes_service = neighbours_.find("scenes", scenes);
      if (!scenes_service) return scenes_service.error();
      gateway::Services services{{}, no_service_, no_service_};
      services.pairs.push_back({config_.text("directory.static.cluster"), **objects_service, **scenes_service});
      gateway_ = std::make_unique<gateway::Gateway>(gateway::Gateway::Parts{
          std::move(services), *store_.documents, keys_, system_clock(), metrics_, {}});
      if (const Result<void> loaded = gateway_->load(); !loaded)
        return "cannot load the scenes' locations: " + loaded.error().message();
      door = gateway_.get();
    }
    add_process_metrics(metrics_);
    system_ = std::make_unique<SystemRoutes>(metrics_, checks_, *door);
    auto server = http::open_server(context_, http_options(config_), *system_, metrics_);
    if (!server) return cannot_listen(config_, "HTTP", "http", server.error());
    server_ = std::move(*server);
    return {};
  }

  Task<void> stop_on_signal() {
    auto [error, signal] = co_await signals_.async_wait(kTuple);
    static_cast<void>(error);
    telemetry::log(telemetry::Level::kInfo, "stopping", {{"signal", strsignal(signal)}});
    const int grace_ms = static_cast<int>(config_.integer("shutdown.grace_ms"));
    leave_in_any_case(grace_ms + kFlushAllowanceMs);
    if (objects_) objects_->stop_intake();
    server_->stop(grace_ms);
    if (objects_) {
      const bool stored = co_await objects_->flush(grace_ms);
      if (!stored) exit_code_ = 1;
    }
    if (scenes_) scenes_->stop();
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
  std::vector<ReadinessCheck> checks_;
  const RoleParts parts_{config_, context_, metrics_, keys_, store_, checks_};
  std::optional<ScenesRole> scenes_;
  std::optional<ObjectsRole> objects_;
  Neighbours neighbours_{parts_};
  http::Router no_service_{{}};  // has no paths
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
