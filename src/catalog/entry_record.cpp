#include "catalog/entry_record.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "catalog/entry_codec.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::catalog {
namespace {

/// The members of the record that are not `more`.
constexpr std::string_view kOwnMembers[] = {"name", "description", "category", "thumbnail",
                                            "user", "isPublic",    "audience", "tags"};

}  // namespace

access::Ownership ownership_of(const Entry& entry) {
  return {entry.user, entry.is_public ? access::Visibility::kPublic : access::Visibility::kPrivate};
}

storage::Document to_stored(const Entry& entry) {
  storage::Document document{entry.id.text(), {}, {}};
  json::Writer writer(document.body);
  writer.begin_object();
  writer.member_if("name", entry.name);
  writer.member_if("description", entry.description);
  writer.member_if("category", entry.category);
  writer.member_if("thumbnail", entry.thumbnail);
  writer.member("user", entry.user);
  writer.member("isPublic", entry.is_public);
  writer.member("audience", access::audience(ownership_of(entry)));
  if (!entry.tags.empty()) write_texts(writer, "tags", entry.tags);
  for (const auto& [name, value] : entry.more.items()) {
    writer.name(name);
    writer.raw(value.dump());
  }
  writer.end_object();
  return document;
}

std::optional<Entry> from_stored(const storage::Document& document) {
  const std::optional<EntryId> id = EntryId::parse(document.key);
  auto body = json::parse(document.body);
  if (!id || !body || !body->is_object()) return std::nullopt;
  Entry entry;
  entry.id = *id;
  entry.name = json::text_or_empty(*body, "name");
  entry.description = json::text_or_empty(*body, "description");
  entry.category = json::text_or_empty(*body, "category");
  entry.thumbnail = json::text_or_empty(*body, "thumbnail");
  entry.user = json::text_or_empty(*body, "user");
  entry.is_public = json::boolean(*body, "isPublic").value_or(false);
  entry.tags = json::texts(*body, "tags");
  for (const std::string_view member : kOwnMembers) body->erase(std::string(member));
  entry.more = std::move(*body);
  return entry;
}

}  // namespace aesel::catalog
