#include "app/watch_verb.hpp"

#include <fmt/core.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/device.hpp"
#include "app/signals.hpp"
#include "app/terminal.hpp"
#include "app/watch_view.hpp"
#include "base/clock.hpp"
#include "json/writer.hpp"

namespace aesel::app {
namespace {

constexpr std::int64_t kRedrawNs = 250'000'000;
constexpr int kPollMs = 100;

struct Arguments {
  std::string server = "http://127.0.0.1:8080";
  std::string scene;
  std::string host;
  std::string key;
  int port = 0;
  double duration_s = 0;
  bool json = false;
};

/// Prints what arrives: JSON lines, plain lines, or a table that is drawn again and again.
class Printer final : public net::DatagramSink {
 public:
  Printer(const Arguments& arguments, std::string title)
      : json_(arguments.json),
        table_mode_(!arguments.json && terminal_.interactive()),
        title_(std::move(title)),
        start_ns_(system_clock().steady_ns()) {}

  void on_datagram(const net::Datagram& datagram) override {
    const std::string_view text(datagram.bytes.data(), datagram.bytes.size());
    if (json_) return print_json(text);
    const std::int64_t now = system_clock().steady_ns();
    const WatchedEvent event = read_watched_event(text);
    table_.add(event, now);
    if (!table_mode_) print(event_line(event, static_cast<double>(now - start_ns_) * 1e-9) + "\n");
  }
  void on_batch_end() override {
    if (!table_mode_ && std::fflush(stdout) != 0) broken_ = true;
  }

  void redraw() {
    const std::int64_t now = system_clock().steady_ns();
    if (!table_mode_ || now - drawn_ns_ < kRedrawNs) return;
    drawn_ns_ = now;
    terminal_.redraw(table_.render(title_, now, terminal_.rows() - 4));
  }
  /// The reader of our output has left.
  bool broken() const { return broken_; }
  Terminal& terminal() { return terminal_; }

 private:
  void print_json(std::string_view text) {
    if (read_watched_event(text).msg_type >= 0 && text.find('\n') == std::string_view::npos) {
      return print(std::string(text) + "\n");
    }
    std::string out = "{\"raw\":";  // encrypted, or from somebody else
    json::append_text(out, text);
    print(out + "}\n");
  }
  void print(const std::string& line) {
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) broken_ = true;
  }

  Terminal terminal_{stdout};
  bool json_;
  bool table_mode_;
  std::string title_;
  WatchTable table_;
  std::int64_t start_ns_;
  std::int64_t drawn_ns_ = 0;
  bool broken_ = false;
};

void receive_until_told(const Device& device, Printer& printer, double duration_s, const StopSignal& stop) {
  net::UdpBatch batch;
  const std::int64_t end = system_clock().steady_ns() + static_cast<std::int64_t>(duration_s * 1e9);
  while (!stop.raised() && !printer.broken() && (duration_s <= 0 || system_clock().steady_ns() < end)) {
    pollfd waiting{device.socket().get(), POLLIN, 0};
    if (poll(&waiting, 1, kPollMs) > 0) batch.receive(device.socket(), printer, MSG_DONTWAIT);
    printer.redraw();
  }
}

int run(const Arguments& arguments) {
  auto server = ServerApi::open(arguments.server, arguments.server);
  if (!server) {
    fmt::print(stderr, "aesel watch: {}\n", server.error().text);
    return 1;
  }
  const StopSignal stop;
  auto device = Device::join(
      *server, {arguments.scene, arguments.key, arguments.host, static_cast<std::uint16_t>(arguments.port)});
  if (!device) {
    fmt::print(stderr, "aesel watch: {}\n", device.error().text);
    return 1;
  }
  fmt::print(stderr, "Watching scene {} as device {} at {}:{}. Ctrl-C ends it.\n", arguments.scene,
             device->registration().device_key, device->host(), device->port());
  Printer printer(arguments, fmt::format("scene {}", arguments.scene));
  {
    const HiddenCursor hidden(printer.terminal());
    receive_until_told(*device, printer, arguments.duration_s, stop);
  }
  const auto left = device->leave();
  if (left) return 0;
  fmt::print(stderr, "aesel watch: {}\n", left.error().text);
  return 1;
}

}  // namespace

std::function<int()> add_watch_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("watch", "Show what happens in a scene");
  const auto a = std::make_shared<Arguments>();
  verb->add_option("--scene", a->scene, "its key")->type_name("KEY")->required();
  verb->add_option("--server", a->server, "where the server is")->type_name("URL")->capture_default_str();
  verb->add_option("--host", a->host, "where the server reaches this machine; found out otherwise")
      ->type_name("HOST");
  verb->add_option("--port", a->port, "UDP port to receive on; 0 takes a free one")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  verb->add_option("--device", a->key, "key to register under; the server chooses one otherwise")
      ->type_name("KEY");
  verb->add_option("--duration", a->duration_s, "stop after so long; 0: never")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  verb->add_flag("--json", a->json, "print each event as it came, one JSON object per line");
  verb->footer(
      "Registers as a device of the scene, and deregisters at the end.\n\n"
      "Example:\n  aesel watch --scene demo\n  aesel watch --scene demo --json | head -3");
  return [a] { return run(*a); };
}

}  // namespace aesel::app
