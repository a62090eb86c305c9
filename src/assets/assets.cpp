#include "assets/assets.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "access/ownership.hpp"
#include "assets/asset_content.hpp"
#include "storage/error.hpp"
#include "telemetry/log.hpp"

namespace aesel::assets {
namespace {

using catalog::Outcome;
using catalog::Refusal;

Refusal no_such_asset() {
  return Refusal::not_found("there is no such asset");
}

/// What a lock of an asset and of its history is called.
std::vector<std::string> names_of(const Asset& asset) {
  return {asset.key.text(), asset.history.text()};
}

/// Runs a task of a store to its end, at start, when nothing else runs.
Result<void> run(Task<Result<void>> task) {
  boost::asio::io_context context(1);
  Result<void> result;
  boost::asio::co_spawn(context, std::move(task), [&result](std::exception_ptr failed, Result<void> done) {
    if (failed) std::rethrow_exception(failed);
    result = done;
  });
  context.run();
  return result;
}

}  // namespace

Assets::Assets(const AssetsParts& parts, AssetsOptions options)
    : records_(parts.records),
      blobs_(parts.blobs),
      relationships_(parts.relationships),
      clock_(parts.clock),
      keys_(parts.keys),
      options_(options),
      failures_(parts.clock),
      uploads_(parts.metrics.counter("aesel_assets_uploads_total", "Files that were uploaded.")),
      uploaded_bytes_(
          parts.metrics.counter("aesel_assets_uploaded_bytes_total", "Content of files that were uploaded.")),
      rejected_(parts.metrics.counter("aesel_assets_rejected_uploads_total",
                                      "Uploads that were refused, cut off or not stored.")),
      downloads_(parts.metrics.counter("aesel_assets_downloads_total", "Downloads that were begun.")),
      downloaded_bytes_(parts.metrics.counter("aesel_assets_downloaded_bytes_total",
                                              "Content that was read for downloads.")) {}

Result<void> Assets::load() {
  const Result<void> opened = records_.open();
  if (!opened) return opened;
  return remove_orphans();
}

/// A store that was put beside the documents of another one would lose everything, so: without any document,
/// no more is removed than uploads can have left.
Result<void> Assets::remove_orphans() {
  std::unordered_set<AssetId> lacking;
  const Result<void> scanned = records_.scan([&](const AssetId& key) { lacking.insert(key); });
  if (!scanned) return scanned;
  const bool has_documents = !lacking.empty();
  std::vector<std::string> orphans;
  const Result<void> visited = blobs_.scan([&](const storage::Blob& blob) {
    const auto key = AssetId::parse(blob.key);
    if (!key || lacking.erase(*key) == 0) orphans.push_back(blob.key);
    return true;
  });
  if (!visited) return visited;
  if (!lacking.empty()) {
    telemetry::log(telemetry::Level::kError, "assets have lost their content",
                   {{"assets", std::to_string(lacking.size())}, {"one_of_them", lacking.begin()->text()}});
  }
  if (orphans.empty()) return {};
  if (!has_documents && orphans.size() > options_.uploads_max) {
    telemetry::log(telemetry::Level::kError,
                   "the blob store has content, but there is no asset; is it another's?",
                   {{"blobs", std::to_string(orphans.size())}});
    return {};
  }
  telemetry::log(telemetry::Level::kInfo, "removing what unfinished changes of assets left",
                 {{"blobs", std::to_string(orphans.size())}});
  return run(blobs_.erase(std::move(orphans)));
}

/// Not found: the store's way to say that there is no such asset.
Refusal Assets::failed(const error_code& error) {
  if (error == storage::Errc::kNotFound) return no_such_asset();
  return failures_.refuse(error);
}

Task<Assets::Presence> Assets::presence(AssetId key) {
  const Result<Asset> asset = co_await records_.get(key);
  if (asset) co_return Presence::kPresent;
  co_return asset.error() == storage::Errc::kNotFound ? Presence::kAbsent : Presence::kUnknown;
}

Task<Outcome<Asset>> Assets::get(Who who, AssetId key) {
  Result<Asset> asset = co_await records_.get(key);
  if (!asset) co_return failed(asset.error());
  if (!access::may_read(who, asset->ownership)) co_return no_such_asset();
  co_return std::move(*asset);
}

std::unique_ptr<http::BodySource> Assets::content(const Asset& asset, http::ByteRange range) {
  downloads_.add();
  return open_content(blobs_, asset.key.text(), range, downloaded_bytes_);
}

Task<Outcome<std::vector<Asset>>> Assets::list(Who who, AssetFilter filter, catalog::Page page) {
  auto assets = co_await records_.find(std::move(who), std::move(filter), page.skip, page.limit);
  if (!assets) co_return failed(assets.error());
  co_return std::move(*assets);
}

Task<Outcome<std::uint64_t>> Assets::count(Who who, AssetFilter filter) {
  const auto count = co_await records_.count(std::move(who), std::move(filter));
  if (!count) co_return failed(count.error());
  co_return Outcome<std::uint64_t>(boost::system::in_place_value, *count);
}

Task<Outcome<std::vector<Asset>>> Assets::bulk(Who who, std::vector<AssetId> keys) {
  auto assets = co_await records_.find(std::move(who), std::move(keys));
  if (!assets) co_return failed(assets.error());
  co_return std::move(*assets);
}

Task<Outcome<std::vector<History>>> Assets::history(Who who, AssetId key) {
  const Outcome<Asset> asset = co_await get(who, key);
  if (!asset && asset.error().status == 404) co_return std::vector<History>();
  if (!asset) co_return asset.error();
  Result<History> history = co_await records_.history(asset->history);
  if (!history && history.error() == storage::Errc::kNotFound) co_return std::vector<History>();
  if (!history) co_return failed(history.error());
  const auto readable = co_await records_.find(std::move(who), history->versions);
  if (!readable) co_return failed(readable.error());
  std::erase_if(history->versions, [&](const AssetId& version) {
    return !std::ranges::binary_search(*readable, version, {}, &Asset::key);
  });
  std::vector<History> histories;
  if (!history->versions.empty()) histories.push_back(std::move(*history));
  co_return histories;
}

Task<Outcome<void>> Assets::erase(Who who, AssetId key) {
  const Result<Asset> asset = co_await records_.get(key);
  if (!asset && asset.error() == storage::Errc::kNotFound) co_return Outcome<void>();
  if (!asset) co_return failed(asset.error());
  const net::NameLocks::Turns turns = co_await locks_.acquire(names_of(*asset));
  const Outcome<void> erased = co_await erase_locked(std::move(who), key);
  co_return erased;
}

Task<Outcome<void>> Assets::erase_locked(Who who, AssetId key) {
  const Result<Asset> asset = co_await records_.get(key);
  if (!asset && asset.error() == storage::Errc::kNotFound) co_return Outcome<void>();
  if (!asset) co_return failed(asset.error());
  if (!access::may_control(who, asset->ownership)) {
    if (!access::may_read(who, asset->ownership)) co_return Outcome<void>();
    co_return Refusal::forbidden("only its owner or an admin may delete the asset");
  }
  auto following = co_await relationships_.erase_of(key.text());
  if (!following) co_return failed(following.error());
  auto writes = co_await erasure_of(*asset);
  if (!writes) co_return failed(writes.error());
  std::ranges::move(following->writes, std::back_inserter(*writes));
  const Result<void> written = co_await records_.write(std::move(*writes));
  if (!written) co_return failed(written.error());
  std::vector<std::string> keys{key.text()};
  const Result<void> erased = co_await blobs_.erase(std::move(keys));
  // Nobody can see the content any more; load() removes it if it is still there.
  if (!erased) static_cast<void>(failures_.refuse(erased.error()));
  co_return Outcome<void>();
}

Task<Result<Assets::Writes>> Assets::erasure_of(const Asset& asset) {
  Writes writes;
  writes.push_back(AssetRecords::erasure(asset.key));
  Result<History> history = co_await records_.history(asset.history);
  if (!history && history.error() != storage::Errc::kNotFound) co_return history.error();
  if (history) {
    std::erase(history->versions, asset.key);
    writes.push_back(AssetRecords::update(*history));
  }
  co_return writes;
}

Task<Result<std::uint64_t>> Assets::rename_owner(catalog::OwnerRename rename) {
  const auto changed =
      co_await catalog::change_owner(records_.store(), locks_, kAssetCollection, std::move(rename));
  co_return changed;
}

}  // namespace aesel::assets
