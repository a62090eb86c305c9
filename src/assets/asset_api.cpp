#include "assets/asset_api.hpp"

#include <string>
#include <utility>

#include "assets/asset_codec.hpp"
#include "assets/asset_delivery.hpp"
#include "catalog/catalog_api.hpp"
#include "catalog/limited_reader.hpp"
#include "json/writer.hpp"

namespace aesel::assets {
namespace {

using catalog::Outcome;
using catalog::Refusal;
using catalog::Who;
using http::Method;
using http::Params;
using http::Request;
using http::Response;

using Handler = Task<Response> (*)(Assets&, Request&, const Params&);

/// An operation on the asset in the path, on behalf of the request's principal.
struct Target {
  Who who;
  AssetId key;
};

Outcome<Target> target_of(const Request& request, const Params& params) {
  Outcome<Who> who = catalog::who_of(request);
  if (!who) return who.error();
  const std::optional<AssetId> key = AssetId::parse(params[0]);
  if (!key) return Refusal::not_found("there is no such asset");
  return Target{std::move(*who), *key};
}

Response text(std::string body) {
  Response response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

Response respond(const Outcome<AssetId>& key) {
  return key ? text(key->text()) : catalog::refuse(key.error());
}

template <class T>
Response respond(const Outcome<std::vector<T>>& list, void (*write)(json::Writer&, const T&)) {
  if (!list) return catalog::refuse(list.error());
  Response response;
  json::Writer writer(response.body);
  writer.begin_array();
  for (const T& element : *list) write(writer, element);
  writer.end_array();
  return response;
}

Task<Response> create(Assets& assets, Request& request, const Params&) {
  Outcome<Who> who = catalog::who_of(request);
  if (!who) co_return catalog::refuse(who.error());
  const Outcome<AssetId> key = co_await assets.create(std::move(*who), request);
  co_return respond(key);
}

Task<Response> update(Assets& assets, Request& request, const Params& params) {
  Outcome<Target> target = target_of(request, params);
  if (!target) co_return catalog::refuse(target.error());
  const Outcome<AssetId> key = co_await assets.update(std::move(target->who), target->key, request);
  co_return respond(key);
}

Task<Response> get(Assets& assets, Request& request, const Params& params) {
  Outcome<Target> target = target_of(request, params);
  if (!target) co_return catalog::refuse(target.error());
  const Outcome<Asset> asset = co_await assets.get(std::move(target->who), target->key);
  if (!asset) co_return catalog::refuse(asset.error());
  co_return deliver(assets, *asset, request);
}

Task<Response> erase(Assets& assets, Request& request, const Params& params) {
  Outcome<Target> target = target_of(request, params);
  if (!target) co_return catalog::refuse(target.error());
  const Outcome<void> erased = co_await assets.erase(std::move(target->who), target->key);
  if (!erased) co_return catalog::refuse(erased.error());
  co_return text("Success");
}

/// The first value of each name that is not empty.
Outcome<AssetFilter> filter_of(const Request& request) {
  AssetFilter filter;
  for (const auto& [name, value] : request.query) {
    if (!catalog::is_utf8(value)) return Refusal::unreadable("'" + name + "' is not UTF-8");
    if (value.empty()) continue;
    if (name == "key" && !filter.key) filter.key = value;
    if (name == "name" && filter.name.empty()) filter.name = value;
    if (name == "content-type" && filter.content_type.empty()) filter.content_type = value;
    if (name == "file-type" && filter.file_type.empty()) filter.file_type = value;
    if (name == "asset-type" && filter.asset_type.empty()) filter.asset_type = value;
  }
  return filter;
}

Task<Response> list(Assets& assets, Request& request, const Params&) {
  Outcome<Who> who = catalog::who_of(request);
  if (!who) co_return catalog::refuse(who.error());
  Outcome<AssetFilter> filter = filter_of(request);
  if (!filter) co_return catalog::refuse(filter.error());
  const Outcome<catalog::Page> page = catalog::offset_page(request);
  if (!page) co_return catalog::refuse(page.error());
  const auto found = co_await assets.list(std::move(*who), std::move(*filter), *page);
  co_return respond(found, write_asset);
}

Task<Response> count(Assets& assets, Request& request, const Params&) {
  Outcome<Who> who = catalog::who_of(request);
  if (!who) co_return catalog::refuse(who.error());
  Outcome<AssetFilter> filter = filter_of(request);
  if (!filter) co_return catalog::refuse(filter.error());
  const Outcome<std::uint64_t> counted = co_await assets.count(std::move(*who), std::move(*filter));
  if (!counted) co_return catalog::refuse(counted.error());
  Response response;
  response.body = R"({"count":)" + std::to_string(*counted) + "}";
  co_return response;
}

Task<Response> bulk(Assets& assets, Request& request, const Params&) {
  Outcome<Who> who = catalog::who_of(request);
  if (!who) co_return catalog::refuse(who.error());
  Outcome<std::vector<AssetId>> keys = decode_bulk(request.body);
  if (!keys) co_return catalog::refuse(keys.error());
  const auto found = co_await assets.bulk(std::move(*who), std::move(*keys));
  co_return respond(found, write_asset);
}

Task<Response> history(Assets& assets, Request& request, const Params& params) {
  Outcome<Target> target = target_of(request, params);
  if (!target) co_return catalog::refuse(target.error());
  const auto found = co_await assets.history(std::move(target->who), target->key);
  co_return respond(found, write_history);
}

struct Row {
  Method method;
  const char* pattern;
  Handler handler;
  http::BodyMode body = http::BodyMode::kWhole;
};

// The order matters where two patterns fit: the first one wins.
constexpr Row kRows[] = {
    {Method::kPost, "/v1/asset", create, http::BodyMode::kStream},
    {Method::kGet, "/v1/asset", list},
    {Method::kGet, "/v1/asset/count", count},
    {Method::kPost, "/v1/asset/{key}", update, http::BodyMode::kStream},
    {Method::kGet, "/v1/asset/{key}", get},
    {Method::kDelete, "/v1/asset/{key}", erase},
    {Method::kGet, "/v1/asset/{key}/{anything}", get},
    {Method::kPost, "/v1/bulk/asset", bulk},
    {Method::kGet, "/v1/history/{key}", history},
    {Method::kGet, "/v1/asset-history/{key}", history},
};

}  // namespace

std::vector<http::Route> asset_routes(Assets& assets) {
  std::vector<http::Route> table;
  for (const Row& row : kRows) {
    auto handler = [&assets, handle = row.handler](Request& request, const Params& params) {
      return handle(assets, request, params);
    };
    table.push_back({row.method, row.pattern, std::move(handler), row.body});
  }
  return table;
}

}  // namespace aesel::assets
