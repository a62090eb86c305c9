#include "catalog/limited_reader.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "json/writer.hpp"

namespace aesel::catalog {
namespace {

std::string quoted(std::string_view name) {
  return "'" + std::string(name) + "'";
}

std::string too_long(std::string_view what, std::size_t bytes_max) {
  return std::string(what) + " is longer than " + std::to_string(bytes_max) + " bytes";
}

std::string too_many(std::string_view what, std::size_t entries_max) {
  return std::string(what) + " has more than " + std::to_string(entries_max) + " entries";
}

}  // namespace

std::string LimitedReader::text(const json::Value& object, std::string_view name, std::size_t bytes_max) {
  return given_text(object, name, bytes_max).value_or(std::string());
}

std::optional<std::string> LimitedReader::given_text(const json::Value& object, std::string_view name,
                                                     std::size_t bytes_max) {
  std::optional<std::string> value = json::text(object, name);
  if (value && value->size() > bytes_max) refuse(too_long(quoted(name), bytes_max));
  return value;
}

std::vector<std::string> LimitedReader::texts(const json::Value& object, std::string_view name,
                                              std::size_t entries_max) {
  std::vector<std::string> values = json::texts(object, name);
  if (values.size() > entries_max) {
    refuse(too_many(quoted(name), entries_max));
    return {};
  }
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> unique;
  for (const std::string& value : values) {
    if (value.size() > kTextBytesMax) refuse(too_long("an entry of " + quoted(name), kTextBytesMax));
    if (seen.insert(value).second) unique.push_back(value);
  }
  return unique;
}

std::vector<const json::Value*> LimitedReader::objects(const json::Value& object, std::string_view name,
                                                       std::size_t entries_max) {
  std::vector<const json::Value*> elements;
  const json::Value* array = json::find(object, name);
  if (array == nullptr || !array->is_array()) return elements;
  if (array->size() > entries_max) {
    refuse(too_many(quoted(name), entries_max));
    return elements;
  }
  for (const json::Value& element : *array) {
    if (element.is_object()) elements.push_back(&element);
  }
  return elements;
}

void LimitedReader::refuse(std::string message) {
  if (!refusal_) refusal_ = Refusal::over_limit(std::move(message));
}

Outcome<json::Value> parse_object(std::string_view body) {
  auto parsed = json::parse(body);
  if (!parsed) return Refusal::unreadable(std::move(parsed.error().message));
  if (!parsed->is_object()) return Refusal::unreadable("the body has to be a JSON object");
  return Outcome<json::Value>(boost::system::in_place_value, std::move(*parsed));
}

/// The writer replaces what is not UTF-8, so only UTF-8 comes back as it was.
bool is_utf8(std::string_view text) {
  std::string written;
  json::append_text(written, text);
  const auto read = json::parse(written);
  return read && read->is_string() && read->get_ref<const std::string&>() == text;
}

bool is_short_text(std::string_view text) {
  return text.size() <= kTextBytesMax && is_utf8(text);
}

std::optional<Refusal> add_to_set(std::vector<std::string>& set, const std::string& text,
                                  std::string_view name) {
  if (std::ranges::find(set, text) != set.end()) return std::nullopt;
  if (text.size() > kTextBytesMax) {
    return Refusal::over_limit(too_long("an entry of " + quoted(name), kTextBytesMax));
  }
  if (!is_utf8(text)) return Refusal::over_limit("an entry of " + quoted(name) + " is not UTF-8");
  if (set.size() >= kListEntriesMax) return Refusal::over_limit(too_many(quoted(name), kListEntriesMax));
  set.push_back(text);
  return std::nullopt;
}

}  // namespace aesel::catalog
