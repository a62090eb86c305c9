#include "assets/asset_records.hpp"

#include <unordered_set>
#include <utility>

#include "access/ownership.hpp"
#include "assets/asset_record.hpp"
#include "storage/error.hpp"

namespace aesel::assets {
namespace {

using storage::Write;

/// What matches and may be read. A key that cannot be one matches nothing.
storage::Query query_of(const AssetRecords::Who& who, const AssetFilter& filter) {
  storage::Query query;
  query.order = storage::Order::kKey;
  const std::pair<const char*, const std::string&> texts[] = {{"name", filter.name},
                                                              {"contentType", filter.content_type},
                                                              {"fileType", filter.file_type},
                                                              {"assetType", filter.asset_type}};
  for (const auto& [member, text] : texts) {
    if (!text.empty()) query.equals.emplace_back(member, text);
  }
  if (auto audiences = access::audiences_of(who))
    query.one_of.emplace_back("audience", std::move(*audiences));
  if (filter.key) {
    query.keys.emplace();
    if (const auto key = AssetId::parse(*filter.key)) query.keys->push_back(key->text());
  }
  return query;
}

}  // namespace

Result<void> AssetRecords::open() {
  const auto opened = store_.open_collection({kAssetCollection, {"name", "fileType", "assetType", "user"}});
  if (!opened) return opened;
  return store_.open_collection({kHistoryCollection, {}});
}

Result<void> AssetRecords::scan(const std::function<void(const AssetId&)>& visit) {
  bool is_good = true;
  const auto scanned =
      store_.scan(kAssetCollection, [&](const storage::DocumentStore::DocumentView& document) {
        const std::optional<AssetId> key = AssetId::parse(document.key);
        is_good = key.has_value();
        if (is_good) visit(*key);
        return is_good;
      });
  if (!scanned) return scanned.error();
  if (!is_good) return make_error_code(storage::Errc::kCorrupt);
  return {};
}

Task<Result<Asset>> AssetRecords::get(AssetId key) {
  const auto document = co_await store_.get(kAssetCollection, key.text());
  if (!document) co_return document.error();
  std::optional<Asset> asset = asset_from_stored(*document);
  if (!asset) co_return make_error_code(storage::Errc::kCorrupt);
  co_return std::move(*asset);
}

Task<Result<std::vector<Asset>>> AssetRecords::find(storage::Query query) {
  const auto documents = co_await store_.find(kAssetCollection, std::move(query));
  if (!documents) co_return documents.error();
  std::vector<Asset> assets;
  assets.reserve(documents->size());
  for (const storage::Document& document : *documents) {
    std::optional<Asset> asset = asset_from_stored(document);
    if (!asset) co_return make_error_code(storage::Errc::kCorrupt);
    assets.push_back(std::move(*asset));
  }
  co_return assets;
}

Task<Result<std::vector<Asset>>> AssetRecords::find(Who who, AssetFilter filter, std::uint64_t skip,
                                                    std::uint64_t limit) {
  storage::Query query = query_of(who, filter);
  query.skip = skip;
  query.limit = limit;
  auto assets = co_await find(std::move(query));
  co_return assets;
}

Task<Result<std::uint64_t>> AssetRecords::count(Who who, AssetFilter filter) {
  storage::Query query = query_of(who, filter);
  const auto count = co_await store_.count(kAssetCollection, std::move(query));
  co_return count;
}

Task<Result<std::vector<Asset>>> AssetRecords::find(Who who, std::vector<AssetId> keys) {
  if (keys.empty()) co_return std::vector<Asset>();
  storage::Query query = query_of(who, AssetFilter());
  query.keys.emplace();
  for (const AssetId& key : keys) query.keys->push_back(key.text());
  auto assets = co_await find(std::move(query));
  co_return assets;
}

Task<Result<History>> AssetRecords::history(AssetId id) {
  const auto document = co_await store_.get(kHistoryCollection, id.text());
  if (!document) co_return document.error();
  std::optional<History> history = history_from_stored(*document);
  if (!history) co_return make_error_code(storage::Errc::kCorrupt);
  co_return std::move(*history);
}

Task<Result<std::vector<bool>>> AssetRecords::readable(Who who, std::vector<std::string> keys) {
  std::vector<bool> answers(keys.size(), true);
  storage::Query query;
  query.keys.emplace();
  for (const std::string& key : keys) {
    if (const auto id = AssetId::parse(key)) query.keys->push_back(id->text());
  }
  if (!who || query.keys->empty()) co_return answers;
  const auto assets = co_await find(std::move(query));
  if (!assets) co_return assets.error();
  std::unordered_set<AssetId> hidden;
  for (const Asset& asset : *assets) {
    if (!access::may_read(who, asset.ownership)) hidden.insert(asset.key);
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto id = AssetId::parse(keys[i]);
    answers[i] = !id || !hidden.contains(*id);
  }
  co_return answers;
}

Write AssetRecords::insertion(const Asset& asset) {
  return {Write::Kind::kInsert, kAssetCollection, to_stored(asset)};
}

Write AssetRecords::erasure(const AssetId& key) {
  return {Write::Kind::kErase, kAssetCollection, {key.text(), {}, {}}};
}

Write AssetRecords::update(const History& history) {
  if (history.versions.empty()) return {Write::Kind::kErase, kHistoryCollection, {history.id.text(), {}, {}}};
  return {Write::Kind::kPut, kHistoryCollection, to_stored(history)};
}

}  // namespace aesel::assets
