#include "app/demo_verb.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/child_server.hpp"
#include "app/demo_account.hpp"
#include "app/demo_figure.hpp"
#include "app/demo_motion.hpp"
#include "app/demo_view.hpp"
#include "app/device.hpp"
#include "app/pacer.hpp"
#include "app/signals.hpp"
#include "app/temporary_directory.hpp"
#include "app/terminal.hpp"
#include "base/clock.hpp"

namespace aesel::app {
namespace {

constexpr int kDevices = 2;
constexpr std::int64_t kTickMs = 200;
constexpr std::int64_t kLastArrivalsMs = 200;
constexpr int kPictureColumns = 36;
constexpr int kPictureRows = 16;
constexpr const char* kLocal = "127.0.0.1";

struct Arguments {
  int port = 0;
  double duration_s = 0;
  double fps = 60;
  int figures = 1;
  std::string scene = "demo";
};

double seconds_since(std::int64_t start_ns) {
  return static_cast<double>(system_clock().steady_ns() - start_ns) * 1e-9;
}

/// Plays the figure: every part, every tick, on a thread of its own.
class Player {
 public:
  Player(const DemoFigure& figure, std::vector<std::string> keys, std::string scene,
         const Arguments& arguments, const net::Endpoint& target, DemoAccount& account)
      : figure_(figure),
        keys_(std::move(keys)),
        scene_(std::move(scene)),
        fps_(arguments.fps),
        target_(target),
        account_(account),
        socket_(::socket(target.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    thread_ = std::thread([this] { run(); });
  }
  ~Player() { stop(); }
  void stop() {
    stopping_.store(true);
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    sharpen_sleeps();
    const std::int64_t start = system_clock().steady_ns();
    const Pacer pacer(fps_, start);
    std::vector<EventMatrix> world(figure_.parts().size());
    std::string text;
    for (std::uint64_t tick = 0; !stopping_.load(); ++tick) {
      sleep_until_ns(pacer.due_ns(tick));
      figure_.pose(static_cast<double>(tick) / fps_, world);
      for (std::size_t i = 0; i < world.size(); ++i) {
        text.clear();
        append_object_event(text, {keys_[i], figure_.parts()[i].name, scene_, &world[i]});
        account_.on_send(i, world[i], system_clock().steady_ns());
        // What this machine refuses is counted as lost, like anything else that does not arrive.
        ::sendto(socket_.get(), text.data(), text.size(), 0,
                 reinterpret_cast<const sockaddr*>(&target_.storage), target_.length);
      }
    }
  }

  const DemoFigure& figure_;
  std::vector<std::string> keys_;
  std::string scene_;
  double fps_;
  net::Endpoint target_;
  DemoAccount& account_;
  net::Fd socket_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

/// The scene, its objects and the devices, on the server.
struct Stage {
  std::vector<std::string> keys;
  std::vector<Device> devices;
  net::Endpoint target;
};

CallResult<Stage> set_the_stage(ServerApi& server, const DemoFigure& figure, const std::string& scene) {
  Stage stage;
  const auto created = server.put_scene(scene, "Aesel demo");
  if (!created) return created.error();
  std::vector<NewObject> objects;
  for (const DemoFigure::Part& part : figure.parts()) {
    objects.push_back({part.name, "joint", part.parent ? figure.parts()[*part.parent].name : "", {}});
  }
  auto keys = server.create_objects(scene, objects);
  if (!keys) return keys.error();
  stage.keys = std::move(*keys);
  for (int i = 0; i < kDevices; ++i) {
    auto device = Device::join(server, {scene, fmt::format("{}-device-{}", scene, i + 1), kLocal, 0});
    if (!device) return device.error();
    stage.devices.push_back(std::move(*device));
  }
  const auto target = resolve(events_address(stage.devices.front().registration(), server.scenes_url()));
  if (!target) return CallError{"the server's address for events: " + target.error()};
  stage.target = *target;
  return stage;
}

/// Shows numbers and picture until told to stop. False: the server ended by itself.
bool show(const DemoFacts& facts, const DemoFigure& figure, DemoAccount& account, ChildServer& child,
          const Arguments& arguments, const StopSignal& stop) {
  Terminal terminal(stdout);
  const HiddenCursor hidden(terminal);
  const std::int64_t start = system_clock().steady_ns();
  double next_line_s = 1;
  while (!stop.raised() && (arguments.duration_s <= 0 || seconds_since(start) < arguments.duration_s)) {
    const double left_ms =
        arguments.duration_s <= 0 ? 1e9 : (arguments.duration_s - seconds_since(start)) * 1e3 + 1;
    stop.wait_ms(std::min(kTickMs, static_cast<std::int64_t>(left_ms)));
    if (!child.running()) return false;
    const DemoNumbers numbers = account.numbers(system_clock().steady_ns());
    const double seconds = seconds_since(start);
    if (terminal.interactive()) {
      const auto picture = draw_figure(figure, account.picture(), kPictureColumns, kPictureRows);
      terminal.redraw(render_demo(facts, numbers, seconds, picture));
    } else if (seconds >= next_line_s) {
      terminal.print(demo_line(numbers, seconds));
      next_line_s += 1;
    }
  }
  return true;
}

int fail(const std::string& text) {
  fmt::print(stderr, "aesel demo: {}\n", text);
  return 1;
}

int play(const Arguments& arguments, const DemoFigure& figure, ChildServer& child, const StopSignal& stop) {
  const std::string url = fmt::format("http://{}:{}", kLocal, child.ports().http);
  auto server = ServerApi::open(url, url);
  if (!server) return fail(server.error().text);
  auto stage = set_the_stage(*server, figure, arguments.scene);
  if (!stage) return fail(stage.error().text);

  const DemoFacts facts{url, arguments.scene, figure.parts().size(), arguments.fps, kDevices};
  DemoAccount account(stage->keys, kDevices);
  std::vector<const net::Fd*> sockets;
  for (const Device& device : stage->devices) sockets.push_back(&device.socket());
  DeviceReceiver receiver(std::move(sockets), account);
  const std::int64_t start = system_clock().steady_ns();
  Player player(figure, stage->keys, arguments.scene, arguments, stage->target, account);
  const bool ended_well = show(facts, figure, account, child, arguments, stop);
  const double seconds = seconds_since(start);
  player.stop();
  if (!ended_well) return fail("the server ended by itself\n" + child.log_tail());
  sleep_until_ns(system_clock().steady_ns() + kLastArrivalsMs * 1'000'000);
  receiver.stop();
  fmt::print("\n{}", demo_summary(facts, account.final_numbers(system_clock().steady_ns()), account.latency(),
                                  seconds));
  return 0;
}

int run(const Arguments& arguments) {
  const auto figure = DemoFigure::read(demo_motion_bvh(), arguments.figures);
  if (!figure) return fail("the built-in motion: " + figure.error());
  const StopSignal stop;
  const TemporaryDirectory directory("aesel-demo");
  fmt::print("Starting a server on a temporary store in {}\n", directory.path().string());
  std::fflush(stdout);
  auto child = ChildServer::start({directory.path(), static_cast<std::uint16_t>(arguments.port)}, stop);
  if (!child) {
    if (stop.raised()) return 0;
    return fail(child.error());
  }
  const int code = play(arguments, *figure, *child, stop);
  if (!child->stop() && code == 0) return fail("the server did not end as it should\n" + child->log_tail());
  return code;
}

}  // namespace

std::function<int()> add_demo_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("demo", "See it work: a server, a scene that moves, two devices");
  const auto a = std::make_shared<Arguments>();
  verb->add_option("--port", a->port, "HTTP port of the server; 0 takes a free one")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  verb->add_option("--duration", a->duration_s, "stop after so long; 0: at Ctrl-C")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_option("--figures", a->figures, "how many figures")
      ->type_name("N")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  verb->add_option("--fps", a->fps, "updates per second of each object")
      ->type_name("N")
      ->check(CLI::Range(1.0, 1000.0))
      ->capture_default_str();
  verb->add_option("--scene", a->scene, "key of the scene")->type_name("KEY")->capture_default_str();
  verb->footer(
      "Needs nothing and leaves nothing behind.\n\nExample:\n  aesel demo\n  aesel demo --port 8080 "
      "--duration 10");
  return [a] { return run(*a); };
}

}  // namespace aesel::app
