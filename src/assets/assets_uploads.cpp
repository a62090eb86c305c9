// Assets: what brings a file, new ones and new versions.
#include <algorithm>
#include <iterator>
#include <utility>

#include "access/ownership.hpp"
#include "assets/assets.hpp"
#include "storage/error.hpp"

namespace aesel::assets {
namespace {

using catalog::Outcome;
using catalog::Refusal;

constexpr std::int64_t kNsPerS = 1'000'000'000;

Refusal no_such_asset() {
  return Refusal::not_found("there is no such asset");
}

void set_if(std::string& member, const std::optional<std::string>& value) {
  if (value) member = *value;
}

/// What the request says, and the content.
void overwrite(Asset& asset, const AssetInput& input, const storage::Blob& blob) {
  set_if(asset.name, input.name);
  set_if(asset.content_type, input.content_type);
  set_if(asset.file_type, input.file_type);
  set_if(asset.asset_type, input.asset_type);
  if (input.visibility) asset.ownership.visibility = *input.visibility;
  asset.bytes = blob.bytes;
  asset.sha256 = blob.sha256;
}

/// An admin may publish what he cannot see; afterwards he can.
std::optional<Refusal> refusal_of_version(const Assets::Who& who, const Asset& older,
                                          const AssetInput& input) {
  const access::Visibility before = older.ownership.visibility;
  const access::Visibility after = input.visibility.value_or(before);
  const bool has_control = access::may_control(who, older.ownership);
  const bool publishes = has_control && before != after && after == access::Visibility::kPublic;
  if (!access::may_read(who, older.ownership) && !publishes) return no_such_asset();
  if (before != after && !has_control)
    return Refusal::forbidden("only its owner or an admin may change who sees the asset");
  return std::nullopt;
}

}  // namespace

Task<Outcome<AssetId>> Assets::create(Who who, http::Request& request) {
  const Outcome<AssetId> key = co_await upload(std::move(who), std::nullopt, request);
  co_return key;
}

Task<Outcome<AssetId>> Assets::update(Who who, AssetId key, http::Request& request) {
  const Outcome<AssetId> newer = co_await upload(std::move(who), key, request);
  co_return newer;
}

Task<Outcome<AssetId>> Assets::upload(Who who, std::optional<AssetId> older, http::Request& request) {
  const Outcome<Slot> slot = take_slot();
  if (!slot) rejected_.add();
  if (!slot) co_return slot.error();
  const Outcome<AssetId> key = co_await upload_in_slot(std::move(who), older, request);
  (key ? uploads_ : rejected_).add();
  co_return key;
}

Outcome<Assets::Slot> Assets::take_slot() {
  const auto under_way = static_cast<std::size_t>(slots_.use_count() - 1);
  if (under_way < options_.uploads_max) return slots_;
  return Refusal{503, 120, "too many uploads at the same time; try again"};
}

/// Whoever may in no case add a version is told so before he sends a large file.
Task<Outcome<AssetId>> Assets::upload_in_slot(Who who, std::optional<AssetId> older, http::Request& request) {
  Outcome<Upload> upload = Upload::open(request, options_.bytes_max);
  if (!upload) co_return upload.error();
  if (older) {
    const Result<Asset> asset = co_await records_.get(*older);
    if (!asset) co_return failed(asset.error());
    if (!access::may_read(who, asset->ownership) && !access::may_control(who, asset->ownership))
      co_return no_such_asset();
  }
  const Outcome<Stored> stored = co_await store_content(*upload);
  if (!stored) co_return stored.error();
  Outcome<void> added;
  if (older) {
    added = co_await add_version(std::move(who), *older, *stored);
  } else {
    added = co_await add_first(std::move(who), *stored);
  }
  if (!added) co_await discard(stored->key);
  if (!added) co_return added.error();
  uploaded_bytes_.add(stored->blob.bytes);
  co_return stored->key;
}

Task<Outcome<Assets::Stored>> Assets::store_content(Upload& upload) {
  const Outcome<void> received = co_await upload.receive(blobs_, failures_);
  if (!received) co_return received.error();
  const AssetId key{keys_.next(clock_.wall_ns())};
  const std::unique_ptr<storage::BlobUpload> file = upload.take_file();
  Result<storage::Blob> blob = co_await file->finish(key.text());
  if (!blob) {
    co_await discard(key);  // it may be there all the same
    co_return failures_.refuse(blob.error());
  }
  Stored stored{upload.input(), std::move(*blob), key};
  co_return stored;
}

/// Removes content that got no document. If the store does not even say whether it did, load() finds out.
Task<void> Assets::discard(AssetId key) {
  const Presence presence_now = co_await presence(key);
  if (presence_now != Presence::kAbsent) co_return;
  std::vector<std::string> keys{key.text()};
  const Result<void> erased = co_await blobs_.erase(std::move(keys));
  if (!erased) static_cast<void>(failures_.refuse(erased.error()));  // for the log
}

Task<Outcome<void>> Assets::add_first(Who who, const Stored& stored) {
  const AssetInput& input = stored.input;
  Asset asset;
  asset.key = asset.history = stored.key;
  asset.created_s = clock_.wall_ns() / kNsPerS;
  if (who) asset.ownership.owner = who->username;
  overwrite(asset, input, stored.blob);
  Writes writes;
  writes.push_back(AssetRecords::insertion(asset));
  if (!input.related_id.empty() && !input.related_type.empty()) {
    Relationship relationship;
    relationship.asset_id = asset.key.text();
    relationship.type = input.related_type;
    relationship.related_id = input.related_id;
    writes.push_back(relationships_.insertion(std::move(relationship)));
  }
  const Outcome<void> written = co_await write_new(asset.key, std::move(writes));
  co_return written;
}

/// The asset is read again under its lock: in the meantime it may have been deleted, or been given away.
Task<Outcome<void>> Assets::add_version(Who who, AssetId older, const Stored& stored) {
  const Result<Asset> before = co_await records_.get(older);
  if (!before) co_return failed(before.error());
  std::vector<std::string> names{older.text(), before->history.text()};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  const Result<Asset> asset = co_await records_.get(older);
  if (!asset) co_return failed(asset.error());
  if (std::optional<Refusal> refusal = refusal_of_version(who, *asset, stored.input))
    co_return std::move(*refusal);
  Asset newest = *asset;
  newest.key = stored.key;
  newest.created_s = clock_.wall_ns() / kNsPerS;
  overwrite(newest, stored.input, stored.blob);
  const Outcome<void> added = co_await add_newest(std::move(who), *asset, newest);
  co_return added;
}

Task<Outcome<void>> Assets::add_newest(Who who, const Asset& older, const Asset& newest) {
  Outcome<History> history = co_await versions_of(older);
  if (!history) co_return history.error();
  if (history->versions.size() >= kVersionsMax)
    co_return Refusal{409, 120, "the asset has too many versions"};
  // Relationships are with the newest version, also when this one was made from an older one; but nobody
  // moves what he may not see.
  std::vector<std::string> from{older.key.text(), history->versions.front().text()};
  const auto readable = co_await records_.readable(std::move(who), from);
  if (!readable) co_return failed(readable.error());
  if (!(*readable)[1]) from.pop_back();
  auto following = co_await relationships_.repoint(std::move(from), newest.key.text());
  if (!following) co_return failed(following.error());
  history->versions.insert(history->versions.begin(), newest.key);
  Writes writes;
  writes.push_back(AssetRecords::insertion(newest));
  writes.push_back(AssetRecords::update(*history));
  std::ranges::move(following->writes, std::back_inserter(writes));
  const Outcome<void> written = co_await write_new(newest.key, std::move(writes));
  co_return written;
}

Task<Outcome<History>> Assets::versions_of(const Asset& asset) {
  Result<History> history = co_await records_.history(asset.history);
  if (history) co_return std::move(*history);
  if (history.error() != storage::Errc::kNotFound) co_return failed(history.error());
  History first;
  first.id = asset.history;
  first.versions.push_back(asset.key);
  co_return first;
}

/// A store that fails may have written all the same.
Task<Outcome<void>> Assets::write_new(AssetId key, Writes writes) {
  const Result<void> written = co_await records_.write(std::move(writes));
  if (written) co_return Outcome<void>();
  const Presence presence_now = co_await presence(key);
  if (presence_now == Presence::kPresent) co_return Outcome<void>();
  co_return failures_.refuse(written.error());
}

}  // namespace aesel::assets
