#include "gateway/gateway.hpp"

#include <algorithm>
#include <utility>

#include "access/principal.hpp"
#include "crypto/random.hpp"
#include "gateway/login_page.hpp"
#include "gateway/user_api.hpp"
#include "http/headers.hpp"
#include "json/writer.hpp"

namespace aesel::gateway {
namespace {

using http::Method;
using http::Params;
using http::Request;
using http::Response;

std::string secret_of(const GatewayOptions& options) {
  if (options.authentication == Authentication::kOn) return options.token_secret;
  return crypto::random_bytes(64);
}

std::vector<std::string> clusters_of(const std::vector<Pair>& pairs) {
  std::vector<std::string> clusters;
  for (const Pair& pair : pairs) clusters.push_back(pair.cluster);
  return clusters;
}

Response no_such_path() {
  return http::error_response(404, 102, "no such path; the routes are listed in docs/http.md");
}

Response list_scenes(const SceneLocations& locations, std::string_view cluster) {
  Response response;
  json::Writer writer(response.body);
  writer.begin_array();
  for (const std::string& scene : locations.scenes_of(cluster)) writer.text(scene);
  writer.end_array();
  return response;
}

}  // namespace

Gateway::Gateway(Parts parts)
    : authentication_(parts.options.authentication),
      secret_(secret_of(parts.options)),
      assets_(parts.services.assets),
      projects_(parts.services.projects),
      records_(parts.store),
      passwords_(parts.options.passwords),
      users_(Users::Parts{records_, passwords_, parts.keys, parts.clock,
                          authentication_ == Authentication::kOn ? LastAdmin::kStays : LastAdmin::kMayGo,
                          parts.options.rename_owner}),
      login_(Login::Parts{users_, passwords_, parts.clock, parts.metrics, authentication_, secret_,
                          parts.options.token_ttl_s}),
      guard_(Guard::Parts{records_, parts.clock, parts.metrics, secret_, parts.options.services}),
      locations_(
          SceneLocations::Parts{parts.store, parts.clock, parts.metrics, clusters_of(parts.services.pairs)}),
      pairs_(std::move(parts.services.pairs), locations_, parts.clock, parts.metrics),
      own_(own_routes()) {}

Gateway::~Gateway() = default;

Result<void> Gateway::load() {
  if (const Result<void> opened = records_.open(); !opened) return opened;
  return locations_.load();
}

std::vector<http::Route> Gateway::own_routes() {
  std::vector<http::Route> table = routes(users_);
  table.push_back(
      {Method::kPost, "/login", [this](Request& request, const Params&) { return login_.handle(request); }});
  table.push_back({Method::kGet, "/login",
                   [](Request&, const Params&) -> Task<Response> { co_return lead_to_login_page(); }});
  table.push_back({Method::kGet, "/portal/login",
                   [](Request&, const Params&) -> Task<Response> { co_return login_page(); }});
  table.push_back(
      {Method::kGet, "/cluster/{cluster}", [this](Request&, const Params& params) -> Task<Response> {
         co_return list_scenes(locations_, params[0]);
       }});
  table.push_back({Method::kGet, "/actuator/health", [](Request&, const Params&) -> Task<Response> {
                     Response response;
                     response.body = R"({"status":"UP"})";
                     co_return response;
                   }});
  return table;
}

/// Takes out what only the gateway may say.
void Gateway::clean(Request& request) const {
  http::erase_connection_headers(request.headers);  // it could name what is added from here on
  http::erase_header(request.headers, kSceneHeader);
  if (authentication_ == Authentication::kOn) {
    access::erase_principal(request);
  } else {
    http::erase_header(request.headers, access::kStandingHeader);
  }
}

Task<Response> Gateway::handle(Request& request) {
  clean(request);
  resolve_alias(request.segments);
  if (authentication_ == Authentication::kOn) {
    Guard::Admission admission = co_await guard_.admit(request);
    if (admission.refusal) co_return std::move(*admission.refusal);
    http::erase_header(request.headers, "Authorization");
    if (admission.user) {
      const auto standing = admission.user->is_admin ? access::Standing::kAdmin : access::Standing::kUser;
      access::set_principal(request, access::Principal{admission.user->username, standing});
    }
  }
  if (climbs(request.segments)) co_return no_such_path();
  if (own_.knows(request)) {
    Response response = co_await own_.handle(request);
    co_return response;
  }
  Response response = co_await forward(request);
  co_return response;
}

Task<Response> Gateway::forward(Request& request) {
  http::erase_header(request.headers, "Cookie");
  const bool is_registration_by_scene = request.segments.size() == 4;
  const Destination destination = choose_destination(request.segments);
  if (is_registration_by_scene && request.segments.size() == 2 && destination.target == Target::kScenes)
    request.headers.push_back({kSceneHeader, destination.scene});
  Response response;
  switch (destination.target) {
    case Target::kNone:
      co_return no_such_path();
    case Target::kObjects:
    case Target::kScenes:
      response = co_await pairs_.handle(request, destination);
      break;
    case Target::kAssets:
      response = co_await assets_.handle(request);
      break;
    case Target::kProjects:
      response = co_await projects_.handle(request);
      break;
  }
  http::erase_header(response.headers, "Set-Cookie");
  co_return response;
}

http::BodyMode Gateway::body_mode(const Request& head) const {
  Request inner;
  inner.method = head.method;
  inner.segments = head.segments;
  resolve_alias(inner.segments);
  if (climbs(inner.segments) || own_.knows(inner)) return http::BodyMode::kWhole;
  const Destination destination = choose_destination(inner.segments);
  switch (destination.target) {
    case Target::kNone:
      return http::BodyMode::kWhole;
    case Target::kAssets:
      return assets_.body_mode(inner);
    case Target::kProjects:
      return projects_.body_mode(inner);
    case Target::kObjects:
    case Target::kScenes:
      break;
  }
  return pairs_.peek(destination).body_mode(inner);
}

}  // namespace aesel::gateway
