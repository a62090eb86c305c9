// The verb's arguments, and what it does in which order: read the file, place the objects, play or record,
// leave.
#include "app/stream_verb.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/signals.hpp"
#include "app/stream_joints.hpp"
#include "app/stream_player.hpp"
#include "app/stream_scene.hpp"
#include "app/stream_target.hpp"
#include "app/terminal.hpp"
#include "http/client.hpp"
#include "motion/bvh_reader.hpp"
#include "motion/utf8.hpp"
#include "net/udp.hpp"

namespace aesel::app {
namespace {

constexpr int kUsage = 2;
constexpr std::size_t kTextBytesMax = 256;
constexpr std::int64_t kProgressEvery_ns = 200'000'000;

struct Arguments {
  std::string file;
  std::string scene;
  std::string server = "http://127.0.0.1:8080";
  std::string udp;
  std::string prefix;
  std::string action;
  double fps = 60;
  double scale = 1;
  std::optional<double> duration_s;
  bool loop = false;
  bool record = false;
  bool remove = false;
};

/// Sleeps on the machine's steady clock, until a signal comes.
class SignalSleeper final : public Sleeper {
 public:
  explicit SignalSleeper(const StopSignal& stop) : stop_(stop) {}

  bool sleep_until(std::int64_t steady_ns) override {
    // In pieces: a signal between the check and the sleep would otherwise be noticed only after it.
    constexpr std::int64_t kPiece_ns = 100'000'000;
    while (!stop_.raised()) {
      const std::int64_t now_ns = clock().steady_ns();
      if (now_ns >= steady_ns) return true;
      const std::int64_t until_ns = std::min(steady_ns, now_ns + kPiece_ns);
      timespec until{};
      until.tv_sec = static_cast<std::time_t>(until_ns / 1'000'000'000);
      until.tv_nsec = static_cast<long>(until_ns % 1'000'000'000);
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
    }
    return false;
  }
  const Clock& clock() const override { return system_clock(); }

 private:
  const StopSignal& stop_;
};

/// Events to one address, a group in one system call.
class UdpSink final : public EventSink {
 public:
  UdpSink(net::UdpSender sender, const net::Endpoint& to) : sender_(std::move(sender)), to_(to) {}

  void send(std::span<const std::string_view> events) override {
    for (const std::string_view event : events) sender_.queue(to_, event);
    sender_.flush();
  }
  std::uint64_t refused() const { return sender_.dropped(); }

 private:
  net::UdpSender sender_;
  net::Endpoint to_;
};

/// One run of the verb, when its arguments make sense.
class StreamRun {
 public:
  StreamRun(const Arguments& arguments, motion::Motion motion, const http::ClientOptions& client)
      : arguments_(arguments),
        motion_(std::move(motion)),
        joints_(describe_joints(motion_, {.prefix = arguments.prefix, .scale = arguments.scale})),
        scene_(
            {.server = client.server.text(), .scene = arguments.scene},
            [client](const http::ClientRequest& request) { return http::send_blocking(client, request); }) {}

  int play(const net::Endpoint& to);
  int record();

 private:
  bool place();
  void finish_play(const PlayStatistics& statistics, std::uint64_t refused);
  void warn_if_nothing_arrived(std::span<const motion::Matrix> sent, const net::Endpoint& to);
  int remove_created();
  void show(std::string_view what, std::size_t done);
  void fail(const StreamError& error) { complain(error.text); }
  void complain(std::string_view text);

  const Arguments& arguments_;
  motion::Motion motion_;
  std::vector<JointObject> joints_;
  StreamScene scene_;
  std::vector<PlacedJoint> placed_;
  StopSignal stop_;
  SignalSleeper sleeper_{stop_};
  Terminal terminal_{stderr};
};

void StreamRun::complain(std::string_view text) {
  terminal_.keep();
  terminal_.print(fmt::format("aesel stream: {}\n", text));
}

void StreamRun::show(std::string_view what, std::size_t done) {
  if (terminal_.interactive()) terminal_.redraw(fmt::format("{} {}/{}\n", what, done, joints_.size()));
}

bool StreamRun::place() {
  const auto placed = scene_.place(joints_, placed_, [&](std::size_t done) {
    show("Objects", done);
    return !stop_.raised();
  });
  if (!placed) fail(placed.error());
  return placed.has_value();
}

int StreamRun::remove_created() {
  if (!arguments_.remove) return 0;
  std::size_t done = 0;
  for (const PlacedJoint& joint : placed_) {
    ++done;
    if (!joint.created) continue;
    if (auto removed = scene_.remove(joint); !removed) {
      fail(removed.error());
      complain(
          fmt::format("the objects that this run created in scene {} are still there", arguments_.scene));
      return 1;
    }
    if (done % 10 == 0 || done == placed_.size()) show("Deleting objects", done);
  }
  return 0;
}

/// A datagram that reaches nobody is no error of sending it; the server's own word is the only proof. Asks
/// for the object that has moved most, for up to a second.
void StreamRun::warn_if_nothing_arrived(std::span<const motion::Matrix> sent, const net::Endpoint& to) {
  constexpr double kMoved = 1e-3;
  constexpr int kTries = 10;
  const auto distance = [](const motion::Matrix& a, const motion::Matrix& b) {
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
  };
  std::size_t moved = 0;
  double most = 0;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const double far = placed_[i].stored ? distance(*placed_[i].stored, sent[i]) : 0;
    if (far <= most) continue;
    most = far;
    moved = i;
  }
  if (most < kMoved) return;
  for (int i = 0; i < kTries; ++i) {
    const auto now = scene_.stored(placed_[moved]);
    if (!now) return fail(now.error());
    if (distance(*placed_[moved].stored, *now) > kMoved / 2) return;
    if (stop_.wait_ms(100)) return;
  }
  complain(fmt::format("warning: {} has not moved on the server: is its event port at {}? (--udp)",
                       joints_[moved].name, to.text()));
}

void StreamRun::finish_play(const PlayStatistics& statistics, std::uint64_t refused) {
  const double rate =
      statistics.elapsed_s > 0 ? static_cast<double>(statistics.events) / statistics.elapsed_s : 0;
  fmt::print("Sent {} events ({} ticks of {} joints) in {:.2f} s: {:.0f} events/s\n", statistics.events,
             statistics.ticks, joints_.size(), statistics.elapsed_s, rate);
  std::fflush(stdout);
  if (statistics.ticks_skipped > 0) {
    complain(fmt::format("{} ticks were skipped: this machine was too busy for --fps {}",
                         statistics.ticks_skipped, arguments_.fps));
  }
  if (refused > 0)
    complain(fmt::format("{} events could not be sent: no route, or a full send buffer", refused));
}

int StreamRun::play(const net::Endpoint& to) {
  auto sender = net::UdpSender::open(4 << 20);
  if (!sender) {
    complain(fmt::format("cannot open a UDP socket: {}", sender.error().message()));
    return 1;
  }
  if (!place()) {
    remove_created();
    return 1;
  }
  if (stop_.raised()) return remove_created();
  UdpSink sink(std::move(*sender), to);
  PlayOptions options{.ticks_per_s = arguments_.fps, .scale = arguments_.scale};
  if (arguments_.loop) options.ends = motion::Ends::kLoop;
  if (arguments_.duration_s) {
    options.ticks_max =
        static_cast<std::uint64_t>(std::max(1.0, std::ceil(*arguments_.duration_s * arguments_.fps - 1e-6)));
  }
  std::vector<EventText> texts;
  texts.reserve(joints_.size());
  for (std::size_t i = 0; i < joints_.size(); ++i) {
    texts.emplace_back(
        EventAddress{.key = placed_[i].key, .name = joints_[i].name, .scene = arguments_.scene});
  }
  std::int64_t shown_ns = 0;
  const auto on_tick = [&](const PlayStatistics& so_far, double time_s) {
    const std::int64_t now_ns = system_clock().steady_ns();
    if (!terminal_.interactive() || now_ns - shown_ns < kProgressEvery_ns) return;
    shown_ns = now_ns;
    const double frames = static_cast<double>(motion_.frame_count);
    const double frame = std::fmod(std::round(time_s / motion_.frame_time_s), frames);
    const double rate = static_cast<double>(so_far.events) / std::max(so_far.elapsed_s, 1e-3);
    terminal_.redraw(fmt::format("Frame {:.0f}/{}   {:.1f} s   {} events/s   Ctrl-C ends\n", frame + 1,
                                 motion_.frame_count, time_s, format_count(rate)));
  };
  Player player({motion_, options, std::move(texts), sink, sleeper_, on_tick});
  const PlayStatistics statistics = player.play();
  terminal_.keep();
  finish_play(statistics, sink.refused());
  if (statistics.ticks > 0) warn_if_nothing_arrived(player.world(), to);
  return remove_created();
}

int StreamRun::record() {
  const std::int64_t start_ns = system_clock().steady_ns();
  if (!place()) return 1;
  ActionPlan plan;
  plan.name = arguments_.action;
  plan.description =
      fmt::format("{} at {:.6g} frames/s", std::filesystem::path(arguments_.file).filename().string(),
                  1 / motion_.frame_time_s);
  plan.scene = arguments_.scene;
  // All frames once, by joint: what one joint needs is then one piece.
  std::vector<std::vector<motion::Matrix>> frames(joints_.size(),
                                                  std::vector<motion::Matrix>(motion_.frame_count));
  std::vector<motion::Matrix> world(joints_.size());
  for (std::size_t frame = 0; frame < motion_.frame_count; ++frame) {
    motion::sample_frame(motion_, frame, world);
    scale_lengths(world, arguments_.scale);
    for (std::size_t i = 0; i < world.size(); ++i) frames[i][frame] = world[i];
  }
  for (std::size_t i = 0; i < joints_.size(); ++i) {
    if (stop_.raised()) {
      complain(fmt::format("stopped: {} of {} objects have the action", i, joints_.size()));
      return 1;
    }
    if (auto recorded = scene_.record(placed_[i], plan, frames[i]); !recorded) {
      fail(recorded.error());
      complain(
          fmt::format("{} of {} objects have the action; running this again replaces it", i, joints_.size()));
      return 1;
    }
    show("Recording", i + 1);
  }
  const double elapsed_s = static_cast<double>(system_clock().steady_ns() - start_ns) * 1e-9;
  fmt::print("Recorded action {} with {} keyframes for each of {} objects in {:.2f} s\n", plan.name,
             motion_.frame_count, joints_.size(), elapsed_s);
  return 0;
}

int usage(std::string_view text) {
  fmt::print(stderr, "aesel stream: {}\nHelp: aesel stream --help\n", text);
  return kUsage;
}

int run(Arguments arguments) {
  const auto url = http::parse_url(arguments.server);
  if (!url)
    return usage(fmt::format("--server {}: expected a URL like http://127.0.0.1:8080", arguments.server));
  const auto target =
      arguments.udp.empty() ? EventTarget{url->host, kEventPort} : parse_event_target(arguments.udp);
  if (!target) return usage(fmt::format("--udp {}: expected host:port, like 127.0.0.1:8762", arguments.udp));
  if (arguments.action.empty()) arguments.action = std::filesystem::path(arguments.file).stem().string();
  if (!motion::is_printable_utf8(arguments.action)) return usage("--action: expected UTF-8 text");
  auto motion = motion::read_bvh_file(arguments.file);
  if (!motion) {
    fmt::print(stderr, "aesel stream: {}: {}\n", arguments.file, motion.error().text());
    return 1;
  }
  http::ClientOptions client;
  client.server = *url;
  if (arguments.record) return StreamRun(arguments, std::move(*motion), client).record();
  const auto to = resolve(*target);
  if (!to) {
    fmt::print(stderr, "aesel stream: cannot resolve {}: {}. Name the event server with --udp\n",
               target->host, to.error());
    return 1;
  }
  return StreamRun(arguments, std::move(*motion), client).play(*to);
}

std::string check_text(const std::string& text) {
  if (text.empty()) return "is empty";
  if (text.size() > kTextBytesMax) return fmt::format("has more than {} bytes", kTextBytesMax);
  return motion::is_printable_utf8(text) ? "" : "is not UTF-8 text without control characters";
}

}  // namespace

std::function<int()> add_stream_verb(CLI::App& program) {
  CLI::App* verb =
      program.add_subcommand("stream", "Play a motion capture file (BVH) into a scene, or record it there");
  const auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  const auto text = CLI::Validator(check_text, "");
  verb->add_option("file", a.file, "a motion in the BVH format")->type_name("FILE.bvh")->required();
  verb->add_option("--scene", a.scene, "whose objects the joints become")
      ->type_name("SCENE")
      ->required()
      ->check(text);
  verb->add_option("--server", a.server, "where objects are created")
      ->type_name("URL")
      ->capture_default_str();
  auto* udp = verb->add_option("--udp", a.udp, "where events go (default: the server's host, port 8762)")
                  ->type_name("HOST:PORT");
  auto* fps = verb->add_option("--fps", a.fps, "updates of every joint per second")
                  ->check(CLI::Range(0.1, 1000.0))
                  ->type_name("RATE")
                  ->capture_default_str();
  auto* loop = verb->add_flag("--loop", a.loop, "start over at the end, until Ctrl-C or --duration");
  auto* duration = verb->add_option("--duration", a.duration_s, "stop after so many seconds")
                       ->check(CLI::Range(1e-3, 1e9))
                       ->type_name("SECONDS");
  auto* remove =
      verb->add_flag("--remove", a.remove, "delete the objects that this run created when it ends");
  auto* record =
      verb->add_flag("--record", a.record, "store the frames as an action of each object; stream nothing");
  verb->add_option("--action", a.action, "the action's name (default: the file's)")
      ->type_name("NAME")
      ->check(text)
      ->needs(record);
  verb->add_option("--prefix", a.prefix, "put before each joint's name")->type_name("NAME")->check(text);
  verb->add_option("--scale", a.scale, "factor for all lengths, 0.01 for a file in centimetres")
      ->check(CLI::Range(1e-6, 1e6))
      ->type_name("FACTOR")
      ->capture_default_str();
  for (CLI::Option* option : {udp, fps, loop, duration, remove}) record->excludes(option);
  verb->footer(
      "Each joint becomes an object of type \"joint\" that names its parent's object. Objects of the same "
      "name,\n"
      "scene and type that exist already are used again.\n\n"
      "Examples:\n"
      "  aesel stream share/motion/walker.bvh --scene stage --loop\n"
      "  aesel stream dancer.bvh --scene stage --scale 0.01 --fps 120 --server http://10.0.0.5:8080\n"
      "  aesel stream dancer.bvh --scene stage --record --action dance");
  return [arguments] { return run(*arguments); };
}

}  // namespace aesel::app
