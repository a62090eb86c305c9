#include "app/assets_role.hpp"

#include <iterator>

#include "assets/asset_api.hpp"
#include "assets/collections.hpp"
#include "assets/relationship_api.hpp"
#include "base/clock.hpp"
#include "catalog/catalog_api.hpp"

namespace aesel::app {
namespace {

void append(std::vector<http::Route>& table, std::vector<http::Route> more) {
  table.insert(table.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Outcome AssetsRole::open() {
  storage::DocumentStore& documents = *parts_.store.documents;
  const Clock& clock = system_clock();
  records_ = std::make_unique<assets::AssetRecords>(documents);
  relationships_ = std::make_unique<assets::Relationships>(documents, clock, parts_.keys, *records_);
  collections_ = std::make_unique<catalog::Catalog>(documents, clock, parts_.keys, assets::collection_kind());
  assets::AssetsOptions options;
  options.bytes_max = static_cast<std::uint64_t>(parts_.config.integer("assets.bytes_max"));
  const assets::AssetsParts service_parts{*records_, *parts_.store.blobs, *relationships_,
                                          clock,     parts_.keys,         parts_.metrics};
  service_ = std::make_unique<assets::Assets>(service_parts, options);
  for (const Result<void>& opened : {relationships_->open(), collections_->open(), service_->load()}) {
    if (!opened) return "cannot open the assets in " + parts_.store.place + ": " + opened.error().message();
  }
  router_ = std::make_unique<http::Router>(routes());
  parts_.checks.push_back({"blob store", [this] { return parts_.store.blobs->check(); }});
  return {};
}

std::vector<http::Route> AssetsRole::routes() {
  std::vector<http::Route> table = assets::asset_routes(*service_);
  append(table, assets::relationship_routes(*relationships_));
  append(table, assets::collection_routes(*collections_));
  catalog::OwnerRenamer of_assets = [this](catalog::OwnerRename rename) {
    return service_->rename_owner(std::move(rename));
  };
  catalog::OwnerRenamer of_collections = [this](catalog::OwnerRename rename) {
    return collections_->rename_owner(std::move(rename));
  };
  table.push_back(catalog::owner_route({std::move(of_assets), std::move(of_collections)}));
  return table;
}

}  // namespace aesel::app
