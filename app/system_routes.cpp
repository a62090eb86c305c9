#include "app/system_routes.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "base/clock.hpp"
#include "json/writer.hpp"

namespace aesel::app {
namespace {

double resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  long total = 0;
  long resident = 0;
  const int read = std::fscanf(file, "%ld %ld", &total, &resident);
  std::fclose(file);
  return read == 2 ? static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) : 0;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double open_files() {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  double count = -3;  // ".", ".." and the directory itself
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

http::Response json_response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace

void add_process_metrics(telemetry::Metrics& metrics) {
  metrics.gauge("aesel_process_resident_memory_bytes", "Resident memory.", resident_bytes);
  metrics.gauge("aesel_process_cpu_seconds_total", "Processor time, user and system.", cpu_seconds);
  metrics.gauge("aesel_process_open_fds", "Open file descriptors.", open_files);
  const std::int64_t started_ns = system_clock().steady_ns();
  metrics.gauge("aesel_uptime_seconds", "Since this process started.",
                [started_ns] { return static_cast<double>(system_clock().steady_ns() - started_ns) * 1e-9; });
}

SystemRoutes::SystemRoutes(telemetry::Metrics& metrics, std::vector<ReadinessCheck> checks,
                           std::vector<http::Route> more, http::Service& service)
    : metrics_(metrics), checks_(std::move(checks)), service_(service), router_(routes(std::move(more))) {}

std::vector<http::Route> SystemRoutes::routes(std::vector<http::Route> more) {
  more.push_back(
      {http::Method::kGet, "/health", [](http::Request&, const http::Params&) -> Task<http::Response> {
         co_return json_response(200, R"({"status": "up"})");
       }});
  more.push_back({http::Method::kGet, "/ready",
                  [this](http::Request&, const http::Params&) -> Task<http::Response> { return ready(); }});
  more.push_back(
      {http::Method::kGet, "/metrics", [this](http::Request&, const http::Params&) -> Task<http::Response> {
         http::Response response = json_response(200, metrics_.print());
         response.content_type = "text/plain; version=0.0.4; charset=utf-8";
         co_return response;
       }});
  return more;
}

/// No coroutine of its own: this is on the way of every request.
Task<http::Response> SystemRoutes::handle(http::Request& request) {
  if (router_.knows(request)) return router_.handle(request);
  return service_.handle(request);
}

http::BodyMode SystemRoutes::body_mode(const http::Request& head) const {
  return router_.knows(head) ? http::BodyMode::kWhole : service_.body_mode(head);
}

Task<http::Response> SystemRoutes::ready() {
  int status = 200;
  std::string checks;
  json::Writer writer(checks);
  writer.begin_object();
  for (const ReadinessCheck& check : checks_) {
    const Result<void> outcome = co_await check.run();
    const std::string text = outcome ? "ok" : outcome.error().message();
    writer.member(check.name, std::string_view(text));
    if (!outcome) status = 503;
  }
  writer.end_object();
  std::string body;
  json::Writer answer(body);
  answer.begin_object();
  answer.member("status", status == 200 ? "ready" : "not ready");
  answer.name("checks");
  answer.raw(checks);
  answer.end_object();
  co_return json_response(status, std::move(body));
}

}  // namespace aesel::app
