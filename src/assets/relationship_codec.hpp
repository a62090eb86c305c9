// The JSON of relationships, sent and stored. Pure functions without an event loop, so that they can be
// fuzzed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assets/relationship.hpp"
#include "catalog/limited_reader.hpp"
#include "json/writer.hpp"

namespace aesel::assets {

/// The five members; null and wrong types are absent, an id is ignored. Refuses (400) what is not a JSON
/// object (110) and text longer than catalog::kTextBytesMax (122).
catalog::Outcome<Relationship> decode_relationship(std::string_view body);

/// {"assetIds":[...]} or {"relatedIds":[...]}: the first that is not empty counts.
struct RelationshipsOf {
  std::vector<std::string> asset_ids;
  std::vector<std::string> related_ids;  // empty if asset_ids is not
};
/// Refuses what is not a JSON object and more than catalog::kBulkEntriesMax ids.
catalog::Outcome<RelationshipsOf> decode_relationships_of(std::string_view body);

/// Every member, null for those that are absent.
void write_relationship(json::Writer& writer, const Relationship& relationship);

/// The body of the stored document, whose key is the id: the members that are not absent, by the same names.
std::string stored_body(const Relationship& relationship);
std::optional<Relationship> relationship_from(std::string_view key, std::string_view stored_body);

}  // namespace aesel::assets
