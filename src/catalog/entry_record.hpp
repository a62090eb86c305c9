// The stored form of an entry: a document whose key is the id. README.md describes it.
#pragma once

#include <optional>

#include "access/ownership.hpp"
#include "catalog/entry.hpp"
#include "storage/document_store.hpp"

namespace aesel::catalog {

access::Ownership ownership_of(const Entry& entry);

storage::Document to_stored(const Entry& entry);
/// Nothing for what cannot have been written by to_stored.
std::optional<Entry> from_stored(const storage::Document& document);

}  // namespace aesel::catalog
