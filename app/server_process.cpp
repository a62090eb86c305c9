#include "app/server_process.hpp"

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <optional>
#include <thread>

#include "app/api_docs.hpp"
#include "app/assets_role.hpp"
#include "app/gateway_role.hpp"
#include "app/listeners.hpp"
#include "app/objects_role.hpp"
#include "app/projects_role.hpp"
#include "app/role_parts.hpp"
#include "app/scenes_role.hpp"
#include "app/secret_value.hpp"
#include "app/side_by_side.hpp"
#include "base/ids.hpp"
#include "http/basic_auth.hpp"
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
    for (const Step step :
         {&Process::open_store, &Process::open_pair, &Process::open_content, &Process::open_door}) {
      Outcome outcome = (this->*step)();
      if (!outcome) return outcome;
    }
    if (gateway_) {
      Outcome seeded = gateway_->seed_admin();
      if (!seeded) return seeded;
    }
    error_code ignored;  // caught from here on: whoever reads the ready line may ask us to stop
    signals_.add(SIGINT, ignored);
    signals_.add(SIGTERM, ignored);
    return {};
  }

  ServerPorts ports() const override {
    ServerPorts ports;
    ports.http = listeners_.http_port();
    ports.https = listeners_.https_port();
    if (objects_) ports.udp = objects_->udp_port();
    if (scenes_) ports.stream = scenes_->stream_port();
    return ports;
  }

  std::optional<NewAdmin> new_admin() const override {
    return gateway_ ? gateway_->new_admin() : std::nullopt;
  }

  int run() override {
    if (objects_) objects_->spawn(tasks_);
    if (scenes_) scenes_->spawn(tasks_);
    listeners_.spawn(tasks_);
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

  Outcome open_content() {
    if (roles_.assets) {
      assets_.emplace(parts_);
      Outcome opened = assets_->open();
      if (!opened) return opened;
    }
    if (!roles_.projects) return {};
    projects_.emplace(parts_);
    return projects_->open();
  }

  /// The HTTP side: the gateway if it is here, else the services that are, behind the credentials of those
  /// who may call them.
  Outcome open_door() {
    const LocalServices local = local_services();
    http::Service* door = nullptr;
    if (roles_.gateway) {
      gateway_.emplace(parts_);
      Outcome opened = gateway_->open(local);
      if (!opened) return opened;
      door = &gateway_->service();
    } else {
      std::vector<http::Router*> services{local.objects, local.scenes, local.assets, local.projects};
      std::erase(services, nullptr);
      side_by_side_ = std::make_unique<SideBySide>(std::move(services));
      door = side_by_side_.get();
    }
    add_process_metrics(metrics_);
    system_ = std::make_unique<SystemRoutes>(metrics_, checks_, api_routes(api_files()), *door);
    door = system_.get();
    if (!roles_.gateway && !config_.text("http.basic.username").empty()) {
      auto password = secret_value(config_, "http.basic.password");
      if (!password) return password.error();
      if (password->empty()) return "http.basic.username is set, but http.basic.password is not";
      const http::BasicAuthOptions options{config_.text("http.basic.username"), std::move(*password)};
      basic_auth_ = std::make_unique<http::BasicAuth>(*door, options);
      door = basic_auth_.get();
    }
    return listeners_.open(*door);
  }

  LocalServices local_services() {
    LocalServices local;
    if (objects_) local.objects = &objects_->router();
    if (scenes_) local.scenes = &scenes_->router();
    if (assets_) local.assets = &assets_->router();
    if (projects_) local.projects = &projects_->router();
    return local;
  }

  Task<void> stop_on_signal() {
    auto [error, signal] = co_await signals_.async_wait(kTuple);
    static_cast<void>(error);
    telemetry::log(telemetry::Level::kInfo, "stopping", {{"signal", strsignal(signal)}});
    const int grace_ms = static_cast<int>(config_.integer("shutdown.grace_ms"));
    leave_in_any_case(grace_ms + kFlushAllowanceMs);
    if (objects_) objects_->stop_intake();
    listeners_.stop(grace_ms);
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
  std::optional<AssetsRole> assets_;
  std::optional<ProjectsRole> projects_;
  std::optional<GatewayRole> gateway_;
  std::unique_ptr<SideBySide> side_by_side_;
  std::unique_ptr<SystemRoutes> system_;
  std::unique_ptr<http::BasicAuth> basic_auth_;
  Listeners listeners_{parts_};
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
