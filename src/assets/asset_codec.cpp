#include "assets/asset_codec.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <optional>

#include "assets/header_value.hpp"
#include "catalog/limited_reader.hpp"

namespace aesel::assets {
namespace {

using catalog::Outcome;
using catalog::Refusal;

constexpr std::size_t kTypeBytesMax = 255;

struct TextParameter {
  std::string_view name;
  std::optional<std::string> AssetInput::*member;
  std::size_t bytes_max;
};
constexpr TextParameter kTexts[] = {
    {"name", &AssetInput::name, catalog::kTextBytesMax},
    {"content-type", &AssetInput::content_type, kTypeBytesMax},
    {"file-type", &AssetInput::file_type, kTypeBytesMax},
    {"asset-type", &AssetInput::asset_type, kTypeBytesMax},
};
constexpr std::string_view kVisibility = "isPublic";
constexpr std::string_view kRelatedId = "related-id";
constexpr std::string_view kRelatedType = "related-type";

std::optional<access::Visibility> visibility_of(std::string word) {
  std::ranges::transform(word, word.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (word == "true" || word == "on" || word == "yes" || word == "1") return access::Visibility::kPublic;
  if (word == "false" || word == "off" || word == "no" || word == "0") return access::Visibility::kPrivate;
  return std::nullopt;
}

Refusal too_long(std::string_view name, std::size_t bytes_max) {
  return Refusal::over_limit(fmt::format("'{}' is longer than {} bytes", name, bytes_max));
}

Outcome<void> set_text(std::string& member, std::string_view name, std::string_view value,
                       std::size_t bytes_max) {
  if (value.size() > bytes_max) return too_long(name, bytes_max);
  if (!catalog::is_utf8(value)) return Refusal::unreadable(fmt::format("'{}' is not UTF-8", name));
  member = value;
  return Outcome<void>();
}

tm broken_down(std::int64_t wall_s) {
  const time_t seconds = wall_s;
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

bool is_upload_parameter(std::string_view name) {
  return name == kVisibility || name == kRelatedId || name == kRelatedType ||
         std::ranges::find(kTexts, name, &TextParameter::name) != std::ranges::end(kTexts);
}

Outcome<void> set_parameter(AssetInput& input, std::string_view name, std::string_view value) {
  if (value.empty()) return Outcome<void>();
  if (name == kRelatedId) return set_text(input.related_id, name, value, catalog::kTextBytesMax);
  if (name == kRelatedType) return set_text(input.related_type, name, value, catalog::kTextBytesMax);
  if (name == kVisibility) {
    input.visibility = visibility_of(std::string(value));
    if (!input.visibility) return Refusal::unreadable("'isPublic' has to be true or false");
    return Outcome<void>();
  }
  for (const TextParameter& text : kTexts) {
    if (name != text.name) continue;
    if (name == "content-type" && value.size() <= text.bytes_max && !is_media_type(value))
      return Refusal::unreadable("'content-type' has to be a media type, as in text/plain");
    return set_text((input.*text.member).emplace(), name, value, text.bytes_max);
  }
  return Outcome<void>();
}

Outcome<std::vector<AssetId>> decode_bulk(std::string_view body) {
  const Outcome<json::Value> object = catalog::parse_object(body);
  if (!object) return object.error();
  const json::Value* const ids = json::find(*object, "ids");
  if (ids == nullptr || !ids->is_array()) return Refusal::over_limit("'ids' has to be an array of keys");
  if (ids->size() > kBulkIdsMax)
    return Refusal::over_limit(fmt::format("'ids' has more than {} entries", kBulkIdsMax));
  std::vector<AssetId> keys;
  for (const json::Value& id : *ids) {
    if (!id.is_string()) continue;
    if (const auto key = AssetId::parse(id.get_ref<const std::string&>())) keys.push_back(*key);
  }
  return keys;
}

/// The visibility goes by two names, because clients look for either.
void write_asset(json::Writer& writer, const Asset& asset) {
  const bool is_public = asset.ownership.visibility == access::Visibility::kPublic;
  writer.begin_object();
  writer.member("key", asset.key.text());
  writer.member("name", asset.name);
  writer.name("description");
  writer.raw("null");
  writer.member("contentType", asset.content_type);
  writer.member("fileType", asset.file_type);
  writer.member("assetType", asset.asset_type);
  writer.member("user", asset.ownership.owner);
  writer.member("createdTimestamp", timestamp(asset.created_s));
  writer.member("public", is_public);
  writer.member("isPublic", is_public);
  writer.member("size", static_cast<std::int64_t>(asset.bytes));
  writer.member("sha256", asset.sha256);
  writer.end_object();
}

void write_history(json::Writer& writer, const History& history) {
  writer.begin_object();
  writer.member("id", history.id.text());
  writer.member("asset", history.versions.front().text());
  writer.name("assetIds");
  writer.begin_array();
  for (const AssetId& version : history.versions) writer.text(version.text());
  writer.end_array();
  writer.end_object();
}

std::string timestamp(std::int64_t wall_s) {
  const tm t = broken_down(wall_s);
  return fmt::format("{:04}.{:02}.{:02}.{:02}.{:02}.{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                     t.tm_hour, t.tm_min, t.tm_sec);
}

std::string http_date(std::int64_t wall_s) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const tm t = broken_down(wall_s);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[t.tm_wday], t.tm_mday,
                     kMonths[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

}  // namespace aesel::assets
