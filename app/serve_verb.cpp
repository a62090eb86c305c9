#include "app/serve_verb.hpp"

#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/config_options.hpp"
#include "app/server_process.hpp"
#include "telemetry/log.hpp"

namespace aesel::app {
namespace {

struct Arguments {
  std::shared_ptr<ConfigArguments> config = std::make_shared<ConfigArguments>();
  int ready_fd = -1;
};

/// A connection is a file descriptor: allow as many as this process may.
void raise_open_files_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// One line for scripts, on standard output and on the descriptor that a parent process asked for.
void announce(const ServerPorts& ports, int ready_fd) {
  const std::string https = ports.https == 0 ? "" : fmt::format(" https={}", ports.https);
  const std::string line =
      fmt::format("ready http={} udp={} stream={}{}\n", ports.http, ports.udp, ports.stream, https);
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
  if (ready_fd < 0) return;
  if (::write(ready_fd, line.data(), line.size()) < 0) {
    telemetry::log(telemetry::Level::kWarning, "cannot write to the descriptor of --ready-fd");
  }
  ::close(ready_fd);
}

int serve(const Arguments& arguments) {
  const auto config = load_process_config(*arguments.config);
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().text());
    return 1;
  }
  telemetry::set_log_level(config->text("log.level"));
  raise_open_files_limit();
  auto server = ServerProcess::open(*config);
  if (!server) {
    fmt::print(stderr, "aesel serve: {}\n", server.error());
    return 1;
  }
  if (const auto admin = (*server)->new_admin()) {
    fmt::print("admin username={} password={}    (not shown again)\n", admin->username, admin->password);
  }
  announce((*server)->ports(), arguments.ready_fd);
  return (*server)->run();
}

}  // namespace

std::function<int()> add_serve_verb(CLI::App& program) {
  CLI::App* verb =
      program.add_subcommand("serve", "Run the server: all roles in one process, or some of them");
  const auto arguments = std::make_shared<Arguments>();
  verb->add_option("--ready-fd", arguments->ready_fd, "also write the ready line to this file descriptor")
      ->check(CLI::NonNegativeNumber);
  add_config_options(*verb, arguments->config);
  verb->footer(
      "Example:\n"
      "  aesel serve\n"
      "  aesel serve --http.port 9000 --storage.sqlite.path /var/lib/aesel/aesel.db\n"
      "  aesel serve --roles objects        and, in another process,\n"
      "  aesel serve --roles scenes --storage.sqlite.path scenes.db");
  return [arguments] { return serve(*arguments); };
}

}  // namespace aesel::app
