// Collections of assets: entries of a catalog that have nothing beyond an entry. Which assets are in one is
// said by relationships.
#pragma once

#include <vector>

#include "catalog/catalog.hpp"
#include "http/router.hpp"

namespace aesel::assets {

/// For the catalog that keeps them.
catalog::Kind collection_kind();

/// The routes of a catalog's entries, and POST /v1/bulk/collection. `collections` must outlive them.
std::vector<http::Route> collection_routes(catalog::Catalog& collections);

}  // namespace aesel::assets
