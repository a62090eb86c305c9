// The stored forms of assets and histories. README.md describes them.
#pragma once

#include <optional>

#include "assets/asset.hpp"
#include "assets/history.hpp"
#include "storage/document_store.hpp"

namespace aesel::assets {

storage::Document to_stored(const Asset& asset);
/// Nothing if the document is not an asset's.
std::optional<Asset> asset_from_stored(const storage::Document& document);

storage::Document to_stored(const History& history);
/// Nothing if the document is not a history's.
std::optional<History> history_from_stored(const storage::Document& document);

}  // namespace aesel::assets
