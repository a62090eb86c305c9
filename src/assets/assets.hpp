// Assets: the service. Keeps files under keys with what is known about them, and their versions.
//
// A file is stored first, its document second, together with all that follows from it (relationships, the
// history), in one write: an asset exists when its document does. Deleting goes the other way round. What is
// left of a process that died in between, content without a document, is removed by load().
//
// An asset that the principal may not read is treated as if it did not exist. Whoever may read one may add a
// version; deleting it and changing who sees it is for the owner and for admins (access/ownership.hpp).
//
// Thread: one, the core that runs the operations. Lifetime: longer than every operation under way. Every
// operation refuses with 503 and 120 if a store is full or unavailable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assets/asset.hpp"
#include "assets/asset_records.hpp"
#include "assets/history.hpp"
#include "assets/relationships.hpp"
#include "assets/upload.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/task.hpp"
#include "catalog/owner_change.hpp"
#include "catalog/paging.hpp"
#include "catalog/refusal.hpp"
#include "catalog/store_failures.hpp"
#include "catalog/who.hpp"
#include "http/range.hpp"
#include "net/name_locks.hpp"
#include "storage/blob_store.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::assets {

struct AssetsOptions {
  std::uint64_t bytes_max = std::uint64_t{1} << 30;  // of one file
  std::size_t uploads_max = 64;                      // at the same time; more are refused with 503
};

/// What the service is made of. All outlive it.
struct AssetsParts {
  AssetRecords& records;
  storage::BlobStore& blobs;
  Relationships& relationships;
  const Clock& clock;
  KeyGenerator& keys;
  telemetry::Metrics& metrics;
};

class Assets {
 public:
  using Who = catalog::Who;

  Assets(const AssetsParts& parts, AssetsOptions options);

  /// Makes the collections usable and removes content that no asset has. Blocks; once, before the first
  /// operation. Errors: those of the stores.
  Result<void> load();

  /// Reads the request's body to its end and keeps the file. The owner is the principal. Refuses what
  /// Upload refuses, and with 503 when too many uploads are under way.
  Task<catalog::Outcome<AssetId>> create(Who who, http::Request& request);
  /// The same, as a newer version of an asset, the newest of its history from now on: it has the owner, the
  /// visibility and all else that the request does not say from the version that is named. Relationships of
  /// that version and of the newest follow. Refuses: 404; 403 a change of visibility; 409 too many versions.
  Task<catalog::Outcome<AssetId>> update(Who who, AssetId key, http::Request& request);
  /// Success for what is not there. Refuses (403) those who have no control.
  Task<catalog::Outcome<void>> erase(Who who, AssetId key);

  Task<catalog::Outcome<Asset>> get(Who who, AssetId key);
  /// A part of the content of an asset, read while it is sent.
  std::unique_ptr<http::BodySource> content(const Asset& asset, http::ByteRange range);
  /// Ascending by key.
  Task<catalog::Outcome<std::vector<Asset>>> list(Who who, AssetFilter filter, catalog::Page page);
  Task<catalog::Outcome<std::uint64_t>> count(Who who, AssetFilter filter);
  /// Those that there are, ascending by key.
  Task<catalog::Outcome<std::vector<Asset>>> bulk(Who who, std::vector<AssetId> keys);
  /// None, or one with the versions that the principal may read.
  Task<catalog::Outcome<std::vector<History>>> history(Who who, AssetId key);

  /// Every asset of one user becomes another's. How many; see catalog::change_owner().
  Task<Result<std::uint64_t>> rename_owner(catalog::OwnerRename rename);

 private:
  /// The content of a new asset, stored under a key that no document has yet.
  struct Stored {
    AssetInput input;
    storage::Blob blob;
    AssetId key;
  };
  using Slot = std::shared_ptr<const char>;
  using Writes = std::vector<storage::Write>;

  Result<void> remove_orphans();
  catalog::Refusal failed(const error_code& error);
  /// Does the store say so? After a failure it may not even say that.
  enum class Presence { kAbsent, kPresent, kUnknown };
  Task<Presence> presence(AssetId key);

  Task<catalog::Outcome<AssetId>> upload(Who who, std::optional<AssetId> older, http::Request& request);
  Task<catalog::Outcome<AssetId>> upload_in_slot(Who who, std::optional<AssetId> older,
                                                 http::Request& request);
  catalog::Outcome<Slot> take_slot();
  Task<catalog::Outcome<Stored>> store_content(Upload& upload);
  Task<void> discard(AssetId key);
  Task<catalog::Outcome<void>> add_first(Who who, const Stored& stored);
  Task<catalog::Outcome<void>> add_version(Who who, AssetId older, const Stored& stored);
  Task<catalog::Outcome<void>> add_newest(Who who, const Asset& older, const Asset& newest);
  Task<catalog::Outcome<void>> write_new(AssetId key, Writes writes);
  /// The versions of an asset, with or without a stored history.
  Task<catalog::Outcome<History>> versions_of(const Asset& asset);

  Task<catalog::Outcome<void>> erase_locked(Who who, AssetId key);
  Task<Result<Writes>> erasure_of(const Asset& asset);

  AssetRecords& records_;
  storage::BlobStore& blobs_;
  Relationships& relationships_;
  const Clock& clock_;
  KeyGenerator& keys_;
  const AssetsOptions options_;
  net::NameLocks locks_;  // by the key of an asset and the id of a history, which is the first one's key
  catalog::StoreFailures failures_;
  const Slot slots_ = std::make_shared<const char>();  // each upload holds one; may outlive this
  telemetry::Counter& uploads_;
  telemetry::Counter& uploaded_bytes_;
  telemetry::Counter& rejected_;
  telemetry::Counter& downloads_;
  telemetry::Counter& downloaded_bytes_;
};

}  // namespace aesel::assets
