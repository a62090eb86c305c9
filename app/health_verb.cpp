#include "app/health_verb.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "http/client.hpp"

namespace aesel::app {
namespace {

struct Arguments {
  std::string server = "http://127.0.0.1:8080";
  int timeout_ms = 3'000;
};

/// Asks one path and prints the answer; is it 200?
bool ask(const http::ClientOptions& options, const char* path) {
  http::ClientRequest request;
  request.target = path;
  const auto response = http::send_blocking(options, request);
  if (!response) {
    fmt::print("{:<8} {} does not answer: {}\n", path, options.server.text(), response.error().message());
    return false;
  }
  fmt::print("{:<8} {} {}\n", path, response->status, response->body);
  return response->status == 200;
}

int run(const Arguments& arguments) {
  const auto url = http::parse_url(arguments.server);
  if (!url) {
    fmt::print(stderr, "--server {}: a URL was expected, like http://127.0.0.1:8080\n", arguments.server);
    return 2;
  }
  http::ClientOptions options;
  options.server = *url;
  options.connect_timeout_ms = arguments.timeout_ms;
  options.request_timeout_ms = arguments.timeout_ms;
  const bool alive = ask(options, "/health");
  const bool ready = ask(options, "/ready");
  return alive && ready ? 0 : 1;
}

}  // namespace

std::function<int()> add_health_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("health", "Ask a server whether it is alive and ready");
  const auto arguments = std::make_shared<Arguments>();
  verb->add_option("--server", arguments->server, "where it is")->type_name("URL")->capture_default_str();
  verb->add_option("--timeout-ms", arguments->timeout_ms, "for each answer")
      ->type_name("MS")
      ->check(CLI::Range(1, 600'000))
      ->capture_default_str();
  verb->footer(
      "The exit code is 0 when it is both, else 1.\n\nExample:\n  aesel health --server "
      "http://127.0.0.1:8080");
  return [arguments] { return run(*arguments); };
}

}  // namespace aesel::app
