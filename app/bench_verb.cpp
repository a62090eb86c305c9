#include "app/bench_verb.hpp"
#include "app/process_cpu.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <string>

#include "app/bench_load.hpp"
#include "app/bench_report.hpp"
#include "app/signals.hpp"
#include "app/terminal.hpp"

namespace aesel::app {
namespace {

struct Arguments {
  std::string server = "http://127.0.0.1:8080";
  std::string scenes_server;
  std::string udp;
  LoadOptions load;
  int pid = 0;
  bool json = false;
  bool keep = false;
};

int fail(const CallError& error) {
  fmt::print(stderr, "aesel bench: {}\n", error.text);
  return 1;
}

/// Measures and prints. Whatever was created is cleaned up by the caller.
int measure(BenchLoad& load, const Arguments& arguments, const StopSignal& stop) {
  Terminal terminal(stderr);
  const auto show = [&](const std::string& step) {
    if (terminal.interactive()) terminal.redraw(step + "\n");
  };
  const auto ready = load.set_up(show);
  if (!ready) return fail(ready.error());
  double printed_s = 0;
  const auto report = load.run([&](const LoadProgress& progress) {
    const bool due = progress.seconds - printed_s >= (terminal.interactive() ? 0.2 : 1.0);
    if (due) {
      printed_s = progress.seconds;
      const std::string line = progress_text(progress) + "\n";
      terminal.interactive() ? terminal.redraw(line) : terminal.print(line);
    }
    return !stop.raised();
  });
  if (terminal.interactive()) terminal.redraw("");
  if (!report) return fail(report.error());
  fmt::print("{}{}",
             arguments.json ? report_json(arguments.load, *report) : report_text(arguments.load, *report),
             arguments.json ? "\n" : "");
  if (report->deliveries.unique > 0 || report->expected == 0) return 0;
  fmt::print(stderr,
             "aesel bench: nothing arrived. Do events reach the server (--udp), and do devices have the "
             "right address (--host)?\n");
  return 1;
}

int run(Arguments& arguments) {
  if (!arguments.udp.empty()) {
    arguments.load.events = parse_host_port(arguments.udp);
    if (!arguments.load.events) {
      return fail({fmt::format("--udp {}: host:port was expected, like 127.0.0.1:8762", arguments.udp)});
    }
  }
  if (arguments.pid > 0) {
    arguments.load.server_pid = arguments.pid;
    if (!cpu_seconds_of(arguments.pid))
      return fail({fmt::format("--pid {}: there is no such process", arguments.pid)});
  }
  const std::string& scenes = arguments.scenes_server.empty() ? arguments.server : arguments.scenes_server;
  auto server = ServerApi::open(arguments.server, scenes);
  if (!server) return fail(server.error());
  const StopSignal stop;
  BenchLoad load(*server, arguments.load);
  const int code = measure(load, arguments, stop);
  if (arguments.keep) {
    for (const std::string& scene : load.scenes()) fmt::print(stderr, "kept scene {}\n", scene);
    load.keep();
    return code;
  }
  const auto cleaned = load.clean_up();
  if (!cleaned) return fail({"cleaning up: " + cleaned.error().text});
  return code;
}

}  // namespace

std::function<int()> add_bench_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("bench", "Measure a running server under load");
  const auto a = std::make_shared<Arguments>();
  verb->add_option("--server", a->server, "where it is")->type_name("URL")->capture_default_str();
  verb->add_option("--scenes-server", a->scenes_server, "where scenes are, when they are served apart")
      ->type_name("URL");
  verb->add_option("--udp", a->udp, "where events go; the server says it otherwise")->type_name("HOST:PORT");
  verb->add_option("--host", a->load.device_host, "where the server reaches this machine")
      ->type_name("HOST")
      ->capture_default_str();
  const auto count = [&](const char* name, int& into, const char* help) {
    verb->add_option(name, into, help)
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
  };
  count("--scenes", a->load.scenes, "scenes");
  count("--objects", a->load.objects, "objects in each scene");
  count("--devices", a->load.devices, "devices in each scene");
  count("--receivers", a->load.receivers, "receiving threads");
  verb->add_option("--rate", a->load.rate, "events per second, all together")
      ->type_name("N")
      ->check(CLI::Range(0.1, 10e6))
      ->capture_default_str();
  verb->add_option("--duration", a->load.duration_s, "how long to send")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 86'400.0))
      ->capture_default_str();
  verb->add_option("--pid", a->pid, "process of the server, to measure its CPU time")->type_name("PID");
  verb->add_flag("--json", a->json, "one JSON object");
  verb->add_flag("--keep", a->keep, "leave scenes, objects and registrations on the server");
  verb->footer(
      "Creates its own scenes, objects and devices, and removes them at the end.\n\n"
      "Example:\n  aesel bench --objects 100 --devices 10 --rate 5000 --duration 10\n"
      "  aesel bench --rate 2000 --devices 50 --pid $(pidof aesel) --json");
  return [a] { return run(*a); };
}

}  // namespace aesel::app
