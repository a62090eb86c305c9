// AssetRecords: assets and their histories in a document store, without their content. It also says which
// assets somebody may read, so that relationships need to know nothing else about assets.
//
// Thread: one, the core of the service. Lifetime: longer than every operation under way.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "assets/asset.hpp"
#include "assets/asset_visibility.hpp"
#include "assets/history.hpp"
#include "storage/document_store.hpp"

namespace aesel::assets {

inline constexpr const char* kAssetCollection = "assets";
inline constexpr const char* kHistoryCollection = "asset_histories";

class AssetRecords final : public AssetVisibility {
 public:
  using Who = std::optional<access::Principal>;

  /// REQUIRES: `store` outlives this.
  explicit AssetRecords(storage::DocumentStore& store) : store_(store) {}

  /// Makes the collections usable. Blocks; once, before everything else. Errors: those of the store.
  Result<void> open();
  /// Visits the key of every asset. Blocks. Errors: those of the store; kCorrupt for a key that is none.
  Result<void> scan(const std::function<void(const AssetId&)>& visit);

  /// Whoever it belongs to. Errors: kNotFound, kCorrupt, those of the store.
  Task<Result<Asset>> get(AssetId key);
  /// What `who` may read of what matches, ascending by key.
  Task<Result<std::vector<Asset>>> find(Who who, AssetFilter filter, std::uint64_t skip, std::uint64_t limit);
  Task<Result<std::uint64_t>> count(Who who, AssetFilter filter);
  /// Those of the keys that `who` may read, ascending by key.
  Task<Result<std::vector<Asset>>> find(Who who, std::vector<AssetId> keys);
  /// Errors: kNotFound, kCorrupt, those of the store.
  Task<Result<History>> history(AssetId id);

  Task<Result<std::vector<bool>>> readable(Who who, std::vector<std::string> keys) override;

  static storage::Write insertion(const Asset& asset);
  static storage::Write erasure(const AssetId& key);
  /// Stores the history, or removes it if it has no versions.
  static storage::Write update(const History& history);
  Task<Result<void>> write(std::vector<storage::Write> writes) { return store_.write(std::move(writes)); }

  storage::DocumentStore& store() { return store_; }

 private:
  Task<Result<std::vector<Asset>>> find(storage::Query query);

  storage::DocumentStore& store_;
};

}  // namespace aesel::assets
