#include "app/neighbours.hpp"

#include <fmt/core.h>

#include "app/secret_value.hpp"
#include "http/client.hpp"
#include "http/remote_service.hpp"

namespace aesel::app {
namespace {

/// For /ready: does a service in another process answer?
Task<Result<void>> answers(http::Service& service) {
  http::Request request;
  request.segments = {"health"};
  http::Response response = co_await service.handle(request);
  if (response.status == 200) co_return Result<void>();
  co_return make_error_code(boost::system::errc::host_unreachable);
}

}  // namespace

Result<http::Service*, std::string> Neighbours::find(std::string_view name, http::Service* local) {
  if (local != nullptr) return local;
  const std::string key = fmt::format("directory.static.{}", name);
  const Config& config = parts_.config;
  const auto url = http::parse_url(config.text(key));
  if (!url) return fmt::format("{} is not a URL: {} (from {})", key, config.text(key), config.source(key));
  http::RemoteOptions options;
  options.client.server = *url;
  options.username = config.text(key + ".username");
  auto password = secret_value(config, key + ".password");
  if (!password) return password.error();
  options.password = std::move(*password);
  if (options.username.empty() != options.password.empty())
    return fmt::format("{0}.username and {0}.password belong together: set both or none", key);
  if (url->secure && trust_ == nullptr) {
    auto trust = net::open_tls_trust(config.text("tls.ca.path"));
    if (!trust) return trust.error();
    trust_ = std::move(*trust);
  }
  options.client.trust = trust_.get();
  remotes_.push_back(http::make_remote_service(parts_.context, options));
  http::Service* const remote = remotes_.back().get();
  parts_.checks.push_back({"service at " + url->text(), [remote] { return answers(*remote); }});
  return remote;
}

}  // namespace aesel::app
