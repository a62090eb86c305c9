// The JSON that clients send and get for an entry: tolerant reading, ordered writing. Pure functions without
// an event loop, so that they can be fuzzed.
//
// Every member is always written: null for text that is not there, [] for an empty list, and the visibility
// twice, as isPublic and as public, because clients read either.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/entry.hpp"
#include "catalog/limited_reader.hpp"
#include "json/writer.hpp"

namespace aesel::catalog {

/// An entry as a request describes it: "" and {} are absent. An id or a user in the body is ignored.
struct EntryInput {
  std::string name;
  std::string description;
  std::string category;
  std::string thumbnail;
  std::optional<bool> is_public;  // from `isPublic`, or else from `public`
  std::vector<std::string> tags;

  friend bool operator==(const EntryInput&, const EntryInput&) = default;
};

/// Refuses what exceeds a limit (400, 122).
Outcome<EntryInput> decode_entry(const json::Value& body);

/// The ids of {"ids":[...]}, without duplicates; what cannot be an id is left out. Refuses what is not JSON
/// and more than kBulkEntriesMax.
Outcome<std::vector<EntryId>> decode_ids(std::string_view body);

void write_entry(json::Writer& writer, const Entry& entry);
/// The value, or null for "".
void write_text(json::Writer& writer, std::string_view name, const std::string& value);
void write_texts(json::Writer& writer, std::string_view name, const std::vector<std::string>& values);

}  // namespace aesel::catalog
