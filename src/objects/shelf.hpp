// Shelf: all that one kind of record needs at run time: the live records, who is writing which of them, and
// what the store may hold by mistake.
#pragma once

#include <string>
#include <vector>

#include "objects/family.hpp"
#include "objects/key_locks.hpp"
#include "objects/object_table.hpp"
#include "objects/stored.hpp"
#include "storage/document_store.hpp"

namespace aesel::objects {

/// Thread: one.
template <class Record>
struct Shelf {
  using Id = decltype(Record::id);
  /// Beyond this many strays nothing is created until the store works again.
  static constexpr std::size_t kStraysMax = 10'000;

  LiveTable<Record> table;
  KeyLocks locks;
  /// Ids whose creation failed in the store with an unknown end; the flusher erases them there.
  std::vector<Id> strays;
};

/// What a document of the store looks like for this record: body, state or both, as `kind` needs.
template <class Record>
storage::Write make_write(storage::Write::Kind kind, const Record& record) {
  storage::Write write{kind, std::string(Family<Record>::kName), {}};
  write.document.key = record.id.text();
  if (kind == storage::Write::Kind::kErase) return write;
  write.document.state = stored_state(record);
  if (kind != storage::Write::Kind::kSetState) write.document.body = stored_body(record);
  return write;
}

}  // namespace aesel::objects
