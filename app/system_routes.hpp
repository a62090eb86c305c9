// SystemRoutes: what every process answers beside its services: is it alive, is it ready, how is it doing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/router.hpp"
#include "http/service.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::app {

/// One thing that must work before the process can do its job.
struct ReadinessCheck {
  std::string name;  // "store"
  std::function<Task<Result<void>>()> run;
};

/// GET /health: {"status":"up"}. GET /ready: 200, or 503 with what is missing. GET /metrics: Prometheus text.
/// `more` are further routes of the process itself. Everything else goes to `service`. Thread: the core. The
/// metrics and the service outlive it.
class SystemRoutes final : public http::Service {
 public:
  SystemRoutes(telemetry::Metrics& metrics, std::vector<ReadinessCheck> checks, std::vector<http::Route> more,
               http::Service& service);
  Task<http::Response> handle(http::Request& request) override;
  http::BodyMode body_mode(const http::Request& head) const override;

 private:
  std::vector<http::Route> routes(std::vector<http::Route> more);
  Task<http::Response> ready();

  telemetry::Metrics& metrics_;
  std::vector<ReadinessCheck> checks_;
  http::Service& service_;
  http::Router router_;
};

/// Memory, processor time, open files and the age of this process.
void add_process_metrics(telemetry::Metrics& metrics);

}  // namespace aesel::app
