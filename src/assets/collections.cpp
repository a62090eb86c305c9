#include "assets/collections.hpp"

#include <utility>

#include "catalog/catalog_api.hpp"

namespace aesel::assets {
namespace {

using http::Params;
using http::Request;
using http::Response;

catalog::Outcome<json::Value> no_additions(const json::Value&) {
  return catalog::Outcome<json::Value>(boost::system::in_place_value, json::Value::object());
}

Task<Response> bulk(catalog::Catalog& collections, Request& request) {
  auto who = catalog::who_of(request);
  if (!who) co_return catalog::refuse(who.error());
  auto ids = catalog::decode_ids(request.body);
  if (!ids) co_return catalog::refuse(ids.error());
  const auto entries = co_await collections.bulk(std::move(*who), std::move(*ids));
  co_return catalog::respond(entries);
}

}  // namespace

catalog::Kind collection_kind() {
  return {"collection", "collections", no_additions};
}

std::vector<http::Route> collection_routes(catalog::Catalog& collections) {
  std::vector<http::Route> table = catalog::entry_routes(collections, "/v1/collection");
  table.push_back({http::Method::kPost, "/v1/bulk/collection",
                   [&collections](Request& request, const Params&) { return bulk(collections, request); }});
  return table;
}

}  // namespace aesel::assets
