// Renaming a user: everything that he owns has to follow, or it would belong to nobody who can log in.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "net/name_locks.hpp"
#include "storage/document_store.hpp"

namespace aesel::catalog {

struct OwnerRename {
  std::string from;  // both not empty
  std::string to;
};

/// Gives every document of a collection that has `from` in its member "user" to `to`, and renews its member
/// "audience" from that and from "isPublic"; how many those were. Works for every owned thing whose changes
/// are made under a lock named by the document's key in `locks`.
///
/// In steps, each of which is stored or not: after an error some may have the new owner already, and the same
/// call again does the rest. Errors: those of the store; kCorrupt for a document that is no JSON object.
Task<Result<std::uint64_t>> change_owner(storage::DocumentStore& store, net::NameLocks& locks,
                                         std::string collection, OwnerRename rename);

}  // namespace aesel::catalog
