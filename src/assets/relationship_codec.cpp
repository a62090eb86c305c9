#include "assets/relationship_codec.hpp"

#include <utility>

#include "json/value.hpp"

namespace aesel::assets {
namespace {

using Member = std::optional<std::string> Relationship::*;

struct NamedMember {
  const char* name;
  Member member;
};
constexpr NamedMember kMembers[] = {{"assetId", &Relationship::asset_id},
                                    {"assetSubId", &Relationship::asset_sub_id},
                                    {"relationshipType", &Relationship::type},
                                    {"relationshipSubtype", &Relationship::subtype},
                                    {"relatedId", &Relationship::related_id}};

}  // namespace

catalog::Outcome<Relationship> decode_relationship(std::string_view body) {
  const auto object = catalog::parse_object(body);
  if (!object) return object.error();
  catalog::LimitedReader reader;
  Relationship relationship;
  for (const auto& [name, member] : kMembers) relationship.*member = reader.given_text(*object, name);
  if (reader.refusal()) return *reader.refusal();
  return relationship;
}

catalog::Outcome<RelationshipsOf> decode_relationships_of(std::string_view body) {
  const auto object = catalog::parse_object(body);
  if (!object) return object.error();
  catalog::LimitedReader reader;
  RelationshipsOf of;
  of.asset_ids = reader.texts(*object, "assetIds", catalog::kBulkEntriesMax);
  if (of.asset_ids.empty()) of.related_ids = reader.texts(*object, "relatedIds", catalog::kBulkEntriesMax);
  if (reader.refusal()) return *reader.refusal();
  return of;
}

void write_relationship(json::Writer& writer, const Relationship& relationship) {
  writer.begin_object();
  writer.member("id", relationship.id.text());
  for (const auto& [name, member] : kMembers) {
    const std::optional<std::string>& value = relationship.*member;
    writer.name(name);
    value ? writer.text(*value) : writer.raw("null");
  }
  writer.end_object();
}

std::string stored_body(const Relationship& relationship) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  for (const auto& [name, member] : kMembers) {
    if (const std::optional<std::string>& value = relationship.*member) writer.member(name, *value);
  }
  writer.end_object();
  return body;
}

std::optional<Relationship> relationship_from(std::string_view key, std::string_view stored_body) {
  const std::optional<RelationshipId> id = RelationshipId::parse(key);
  const auto body = json::parse(stored_body);
  if (!id || !body || !body->is_object()) return std::nullopt;
  Relationship relationship;
  relationship.id = *id;
  for (const auto& [name, member] : kMembers) relationship.*member = json::text(*body, name);
  return relationship;
}

}  // namespace aesel::assets
