#include "catalog/entry_codec.hpp"

#include <utility>

namespace aesel::catalog {

Outcome<EntryInput> decode_entry(const json::Value& body) {
  LimitedReader reader;
  EntryInput input;
  input.name = reader.text(body, "name");
  input.description = reader.text(body, "description", kDescriptionBytesMax);
  input.category = reader.text(body, "category");
  input.thumbnail = reader.text(body, "thumbnail");
  input.is_public = json::boolean(body, "isPublic");
  if (!input.is_public) input.is_public = json::boolean(body, "public");
  input.tags = reader.texts(body, "tags");
  if (reader.refusal()) return *reader.refusal();
  return input;
}

Outcome<std::vector<EntryId>> decode_ids(std::string_view body) {
  const Outcome<json::Value> object = parse_object(body);
  if (!object) return object.error();
  LimitedReader reader;
  const std::vector<std::string> texts = reader.texts(*object, "ids", kBulkEntriesMax);
  std::vector<EntryId> ids;
  for (const std::string& text : texts) {
    if (const std::optional<EntryId> id = EntryId::parse(text)) ids.push_back(*id);
  }
  if (reader.refusal()) return *reader.refusal();
  return ids;
}

void write_entry(json::Writer& writer, const Entry& entry) {
  writer.begin_object();
  writer.member("id", entry.id.text());
  write_text(writer, "name", entry.name);
  write_text(writer, "description", entry.description);
  write_text(writer, "category", entry.category);
  write_text(writer, "thumbnail", entry.thumbnail);
  writer.member("user", entry.user);
  writer.member("isPublic", entry.is_public);
  writer.member("public", entry.is_public);
  write_texts(writer, "tags", entry.tags);
  for (const auto& [name, value] : entry.more.items()) {
    writer.name(name);
    writer.raw(value.dump());
  }
  writer.end_object();
}

void write_text(json::Writer& writer, std::string_view name, const std::string& value) {
  writer.name(name);
  if (value.empty()) return writer.raw("null");
  writer.text(value);
}

void write_texts(json::Writer& writer, std::string_view name, const std::vector<std::string>& values) {
  writer.name(name);
  writer.begin_array();
  for (const std::string& value : values) writer.text(value);
  writer.end_array();
}

}  // namespace aesel::catalog
