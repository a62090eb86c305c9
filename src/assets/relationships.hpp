// Relationships: keeps relationships in a document store, and what follows when an asset gets a new version
// or goes away.
//
// A relationship has no owner; it is as visible as the asset it is about. Where an asset with its assetId
// exists and the principal may not read it, the relationship does not exist for him: it is not shown, not
// changed and not deleted. One whose asset is gone, or never was, is everybody's. What relatedId names plays
// no part.
//
// Every change of a stored relationship is made under a lock of its id, after reading it again.
//
// Thread: one, the core that runs the operations. Lifetime: longer than every operation under way. Every
// operation for clients refuses with 503 and 120 if the store is full or unavailable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assets/asset_visibility.hpp"
#include "assets/relationship.hpp"
#include "assets/relationship_codec.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "catalog/paging.hpp"
#include "catalog/store_failures.hpp"
#include "catalog/who.hpp"
#include "net/name_locks.hpp"
#include "storage/document_store.hpp"

namespace aesel::assets {

/// So many relationships are shown, changed or deleted by one request; where there are more, it is refused.
inline constexpr std::uint64_t kRelationshipsMax = 100'000;

class Relationships {
 public:
  /// All that is not empty must hold.
  struct Selection {
    std::string type;
    std::string asset;
    std::string related;
  };

  /// What has to be written along with the asset that is the reason.
  struct Following {
    std::vector<storage::Write> writes;
    net::NameLocks::Turns turns;  // keep them until it is written, so that no other change comes in between
  };

  using Who = catalog::Who;
  using List = std::vector<Relationship>;

  /// REQUIRES: the references outlive this; `assets` is first used by an operation.
  Relationships(storage::DocumentStore& store, const Clock& clock, KeyGenerator& keys,
                AssetVisibility& assets);

  /// Makes the collection usable. Blocks; once, before the first operation. Errors: those of the store.
  Result<void> open();

  /// With type and related, or with type and asset, selected, and not all three: overwrites all five members
  /// of every relationship so selected. Otherwise, or if there is none: inserts one. Those that were saved.
  /// Refuses (404) an asset that the principal may not read.
  Task<catalog::Outcome<List>> save(Who who, Relationship relationship, Selection selection);
  /// In order of creation; without a page, all.
  Task<catalog::Outcome<List>> find(Who who, Selection selection, std::optional<catalog::Page> page);
  Task<catalog::Outcome<List>> bulk(Who who, RelationshipsOf of);
  /// Those that were deleted.
  Task<catalog::Outcome<List>> erase(Who who, Selection selection);

  /// For the assets service, each to be written with the asset's own change. A new relationship, whose id is
  /// made here; the text is within catalog::kTextBytesMax and UTF-8.
  storage::Write insertion(Relationship relationship);
  /// Older versions of an asset have a newer one: both ends follow.
  Task<Result<Following>> repoint(std::vector<std::string> from, std::string to);
  /// An asset is deleted: what points at it goes with it, whichever end does.
  Task<Result<Following>> erase_of(std::string key);

 private:
  Task<Result<List>> visible(Who who, storage::Query query);
  Task<Result<List>> only_readable(Who who, List list);
  Task<Result<List>> stored(storage::Query query);
  /// Those that the query finds, under their locks, as they are now.
  struct Held {
    List list;
    net::NameLocks::Turns turns;
  };
  Task<Result<Held>> hold(Who who, storage::Query query);
  Task<Result<Held>> hold_both_ends(std::vector<std::string> keys);
  Task<catalog::Outcome<List>> insert(Relationship relationship);
  Task<catalog::Outcome<List>> overwrite(Held held, Relationship relationship);

  storage::DocumentStore& store_;
  const Clock& clock_;
  KeyGenerator& keys_;
  AssetVisibility& assets_;
  net::NameLocks locks_;
  catalog::StoreFailures failures_;
};

}  // namespace aesel::assets
