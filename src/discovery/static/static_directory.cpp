#include "discovery/static/static_directory.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "http/client.hpp"

namespace aesel::discovery {
namespace {

class StaticDirectory final : public Directory {
 public:
  StaticDirectory(std::map<std::string, Instance> configured, LivenessProbe probe)
      : configured_(std::move(configured)), probe_(std::move(probe)) {}

  Task<Result<std::vector<Instance>>> find(Role role) override {
    std::vector<Instance> found;
    for (const auto* instances : {&configured_, &announced_}) {
      for (const auto& [id, instance] : *instances) {
        if (instance.role == role) found.push_back(instance);
      }
    }
    std::sort(found.begin(), found.end(), [](const Instance& a, const Instance& b) { return a.id < b.id; });
    co_return found;
  }

  Task<Result<bool>> alive(std::string id) override {
    const auto it = configured_.find(id);
    if (it == configured_.end()) co_return announced_.contains(id);
    if (!probe_) co_return true;
    Instance instance = it->second;
    const bool answered = co_await probe_(std::move(instance));
    co_return answered;
  }

  Task<Result<void>> announce(Instance self) override {
    if (self.id.empty() || self.host.empty() || configured_.contains(self.id)) {
      const error_code bad = make_error_code(boost::system::errc::invalid_argument);
      co_return bad;
    }
    std::string id = self.id;
    announced_.insert_or_assign(std::move(id), std::move(self));
    co_return Result<void>();
  }

  Task<Result<void>> withdraw(std::string id) override {
    announced_.erase(id);
    co_return Result<void>();
  }

 private:
  std::map<std::string, Instance> configured_;
  LivenessProbe probe_;
  std::map<std::string, Instance> announced_;
};

Task<bool> ask_health(boost::asio::io_context& context, int timeout_ms, Instance instance) {
  http::ClientOptions options;
  options.server.host = instance.host;
  options.server.port = instance.http_port;
  options.connect_timeout_ms = timeout_ms;
  options.request_timeout_ms = timeout_ms;
  const auto client = http::make_client(context, options);
  http::ClientRequest request;
  request.target = "/health";
  const auto response = co_await client->send(std::move(request));
  const bool answered = response.has_value() && response->status == 200;
  co_return answered;
}

}  // namespace

Result<std::unique_ptr<Directory>> make_static_directory(StaticDirectoryOptions options) {
  std::map<std::string, Instance> configured;
  for (const StaticEntry& entry : options.entries) {
    if (entry.url.empty()) continue;
    const auto url = http::parse_url(entry.url);
    if (!url) return url.error();
    std::string id = std::string(to_text(entry.role)) + "-static";
    for (int n = 2; configured.contains(id); ++n) {
      id = std::string(to_text(entry.role)) + "-static-" + std::to_string(n);
    }
    configured.emplace(id, Instance{id, entry.role, url->host, url->port, entry.udp_port, options.cluster});
  }
  return std::unique_ptr<Directory>(
      std::make_unique<StaticDirectory>(std::move(configured), std::move(options.probe)));
}

LivenessProbe make_health_probe(boost::asio::io_context& context, int timeout_ms) {
  return [&context, timeout_ms](Instance instance) {
    return ask_health(context, timeout_ms, std::move(instance));
  };
}

}  // namespace aesel::discovery
