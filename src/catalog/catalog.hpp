// Catalog: keeps the entries of one kind (projects, collections) in a document store, and shows each
// principal what is public or his own. The services add what their kind has beyond an entry.
//
// An entry that the principal may not read is treated as if it did not exist. Whoever may read it may edit
// it; publishing, hiding and deleting it is for the owner and for admins (access/ownership.hpp).
//
// Every change reads the entry, changes it and writes it as a whole, under a lock of its id. What was
// confirmed is stored; what failed did not happen.
//
// Thread: one, the core that runs the operations. Lifetime: longer than every operation under way. Every
// operation refuses with 503 and 120 if the store is full or unavailable.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/task.hpp"
#include "catalog/entry.hpp"
#include "catalog/entry_codec.hpp"
#include "catalog/owner_change.hpp"
#include "catalog/paging.hpp"
#include "catalog/refusal.hpp"
#include "catalog/store_failures.hpp"
#include "catalog/who.hpp"
#include "net/name_locks.hpp"
#include "storage/document_store.hpp"

namespace aesel::catalog {

/// What a catalog is about.
struct Kind {
  std::string noun;        // in messages: "project"
  std::string collection;  // in the store
  /// Reads what the kind adds to an entry (Entry::more) from the body of a create; complete, whatever the
  /// body lacks. Pure.
  std::function<Outcome<json::Value>(const json::Value& body)> additions;
  /// Lists of entries that have, as they are stored, more bytes together are refused.
  std::size_t list_bytes_max = 64 * 1024 * 1024;
};

/// All that is not empty must hold.
struct Filter {
  std::string name;
  std::string category;
  std::vector<std::string> tags;
};

class Catalog {
 public:
  /// Changes an entry, or says why not, in which case nothing is changed. Runs at most once. Not the id.
  using Edit = std::function<std::optional<Refusal>(Entry&)>;

  /// REQUIRES: the references outlive this.
  Catalog(storage::DocumentStore& store, const Clock& clock, KeyGenerator& keys, Kind kind);

  /// Makes the collection usable. Blocks; once, before the first operation. Errors: those of the store.
  Result<void> open();

  const Kind& kind() const { return kind_; }
  /// The id in a path. What cannot be an id is not found.
  Outcome<EntryId> id_of(std::string_view text) const;

  /// The owner is the principal.
  Task<Outcome<Entry>> create(Who who, EntryInput input, json::Value more);
  Task<Outcome<Entry>> get(Who who, EntryId id);
  /// In order of creation. Refuses (400, 122) more bytes than a list may have.
  Task<Outcome<std::vector<Entry>>> list(Who who, Filter filter, Page page);
  /// Those that there are, each once, in order of creation as far as ids tell it. Refuses the same.
  Task<Outcome<std::vector<Entry>>> bulk(Who who, std::vector<EntryId> ids);
  /// Sets what is given, tags as a whole. Refuses to change the visibility (403) for those who have no
  /// control.
  Task<Outcome<Entry>> update(Who who, EntryId id, EntryInput input);
  Task<Outcome<Entry>> add_tag(Who who, EntryId id, std::string tag);
  Task<Outcome<Entry>> remove_tag(Who who, EntryId id, std::string tag);
  /// Success for what is not there. Refuses (403) those who have no control.
  Task<Outcome<void>> erase(Who who, EntryId id);
  /// For the services: changes what the principal may read.
  Task<Outcome<Entry>> change(Who who, EntryId id, Edit edit);

  /// Every entry of one user becomes another's. How many; see change_owner().
  Task<Result<std::uint64_t>> rename_owner(OwnerRename rename);

 private:
  Refusal not_found() const;
  /// Errors: not found, and those of the store.
  Task<Outcome<Entry>> load(EntryId id);
  Task<Outcome<Entry>> rewrite(EntryId id, Edit edit);
  /// Entries on their way into a list, and how much of a store's text they are.
  struct Gathered {
    std::vector<Entry> entries;
    std::size_t bytes = 0;
  };
  /// Adds what the query finds and `who` may read.
  Task<Outcome<void>> gather(Who who, storage::Query query, Gathered& into);
  Task<Outcome<void>> write(storage::Write::Kind kind, const Entry& entry);

  storage::DocumentStore& store_;
  KeyGenerator& keys_;
  const Clock& clock_;
  const Kind kind_;
  net::NameLocks locks_;
  StoreFailures failures_;
};

}  // namespace aesel::catalog
