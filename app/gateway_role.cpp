#include "app/gateway_role.hpp"

#include <array>
#include <utility>

#include "app/secret_value.hpp"
#include "base/clock.hpp"
#include "gateway/token_secret.hpp"
#include "gateway/users_admin.hpp"
#include "json/writer.hpp"
#include "telemetry/log.hpp"

namespace aesel::app {

Outcome GatewayRole::open(const LocalServices& local) {
  Outcome found = find_services(local);
  if (!found) return found;
  gateway::GatewayOptions options;
  Outcome read = read_options(options);
  if (!read) return read;
  const gateway::Pair pair{parts_.config.text("directory.static.cluster"), *found_.objects, *found_.scenes,
                           local.scenes != nullptr ? gateway::Place::kHere : gateway::Place::kElsewhere};
  gateway_ = std::make_unique<gateway::Gateway>(gateway::Gateway::Parts{
      gateway::Services{{pair}, *found_.assets, *found_.projects}, *parts_.store.documents, parts_.keys,
      system_clock(), parts_.metrics, std::move(options)});
  const Result<void> loaded = gateway_->load();
  if (!loaded) return "cannot load the users from " + parts_.store.place + ": " + loaded.error().message();
  return {};
}

Outcome GatewayRole::find_services(const LocalServices& local) {
  struct Wanted {
    std::string_view name;
    http::Service* local;
    http::Service** found;
  };
  const std::array<Wanted, 4> wanted{{{"objects", local.objects, &found_.objects},
                                      {"scenes", local.scenes, &found_.scenes},
                                      {"assets", local.assets, &found_.assets},
                                      {"projects", local.projects, &found_.projects}}};
  for (const Wanted& one : wanted) {
    const auto service = neighbours_.find(one.name, one.local);
    if (!service) return service.error();
    *one.found = *service;
  }
  return {};
}

Outcome GatewayRole::read_options(gateway::GatewayOptions& options) {
  const Config& config = parts_.config;
  options.token_ttl_s = config.integer("auth.token.ttl_s");
  options.rename_owner = [this](std::string from, std::string to) {
    return rename_owner(std::move(from), std::move(to));
  };
  options.services.username = config.text("http.basic.username");
  auto password = secret_value(config, "http.basic.password");
  if (!password) return password.error();
  options.services.password = std::move(*password);
  if (!config.boolean("auth.active")) return {};
  options.authentication = gateway::Authentication::kOn;
  auto secret = gateway::load_token_secret(config.text("auth.secret.path"));
  if (!secret) return std::move(secret.error().message);
  options.token_secret = std::move(secret->bytes);
  return {};
}

Outcome GatewayRole::seed_admin() {
  if (!parts_.config.boolean("auth.active")) return {};
  gateway::UsersAdmin admin({*parts_.store.documents, parts_.keys, system_clock(), {}});
  const auto opened = admin.open();
  if (!opened) return "cannot open the users in " + parts_.store.place + ": " + opened.error().message;
  const std::string& username = parts_.config.text("auth.admin.username");
  const auto password = admin.seed_admin(username);
  if (!password) return "cannot make the first administrator: " + password.error().message;
  if (*password) new_admin_ = NewAdmin{username, **password};
  return {};
}

/// Each service that keeps owned things is told; the first failure ends it, and the same again does no harm.
Task<Result<void>> GatewayRole::rename_owner(std::string from, std::string to) {
  for (http::Service* const service : {found_.scenes, found_.assets, found_.projects}) {
    http::Request request;
    request.method = http::Method::kPost;
    request.segments = {"v1", "owner"};
    json::Writer writer(request.body);
    writer.begin_object();
    writer.member("from", from);
    writer.member("to", to);
    writer.end_object();
    const http::Response response = co_await service->handle(request);
    if (response.status == 200) continue;
    telemetry::log(telemetry::Level::kError, "a service did not follow the new name of a user",
                   {{"status", std::to_string(response.status)}, {"answer", response.body}});
    co_return make_error_code(boost::system::errc::host_unreachable);
  }
  co_return Result<void>();
}

}  // namespace aesel::app
