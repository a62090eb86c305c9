#include "assets/asset_record.hpp"

#include <string>

#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::assets {

storage::Document to_stored(const Asset& asset) {
  storage::Document document{asset.key.text(), {}, {}};
  json::Writer writer(document.body);
  writer.begin_object();
  writer.member_if("name", asset.name);
  writer.member("contentType", asset.content_type);
  writer.member("fileType", asset.file_type);
  writer.member("assetType", asset.asset_type);
  writer.member("user", asset.ownership.owner);
  writer.member("isPublic", asset.ownership.visibility == access::Visibility::kPublic);
  writer.member("audience", access::audience(asset.ownership));
  writer.member("created", asset.created_s);
  writer.member("size", static_cast<std::int64_t>(asset.bytes));
  writer.member("sha256", asset.sha256);
  writer.member("history", asset.history.text());
  writer.end_object();
  return document;
}

std::optional<Asset> asset_from_stored(const storage::Document& document) {
  const std::optional<AssetId> key = AssetId::parse(document.key);
  const auto body = json::parse(document.body);
  if (!key || !body || !body->is_object()) return std::nullopt;
  const std::optional<AssetId> history = AssetId::parse(json::text_or_empty(*body, "history"));
  const std::optional<std::int64_t> bytes = json::integer(*body, "size");
  if (!history || !bytes || *bytes < 0) return std::nullopt;
  Asset asset;
  asset.key = *key;
  asset.name = json::text_or_empty(*body, "name");
  asset.content_type = json::text_or_empty(*body, "contentType");
  asset.file_type = json::text_or_empty(*body, "fileType");
  asset.asset_type = json::text_or_empty(*body, "assetType");
  asset.ownership.owner = json::text_or_empty(*body, "user");
  asset.ownership.visibility = json::boolean(*body, "isPublic").value_or(false)
                                   ? access::Visibility::kPublic
                                   : access::Visibility::kPrivate;
  asset.created_s = json::integer(*body, "created").value_or(0);
  asset.bytes = static_cast<std::uint64_t>(*bytes);
  asset.sha256 = json::text_or_empty(*body, "sha256");
  asset.history = *history;
  return asset;
}

storage::Document to_stored(const History& history) {
  storage::Document document{history.id.text(), {}, {}};
  json::Writer writer(document.body);
  writer.begin_object();
  writer.name("assetIds");
  writer.begin_array();
  for (const AssetId& version : history.versions) writer.text(version.text());
  writer.end_array();
  writer.end_object();
  return document;
}

std::optional<History> history_from_stored(const storage::Document& document) {
  const std::optional<AssetId> id = AssetId::parse(document.key);
  const auto body = json::parse(document.body);
  if (!id || !body) return std::nullopt;
  History history{*id, {}};
  for (const std::string& text : json::texts(*body, "assetIds")) {
    const std::optional<AssetId> version = AssetId::parse(text);
    if (!version) return std::nullopt;
    history.versions.push_back(*version);
  }
  if (history.versions.empty()) return std::nullopt;
  return history;
}

}  // namespace aesel::assets
