#include "objects/objects.hpp"

#include <algorithm>

#include "objects/limits.hpp"
#include "storage/error.hpp"
#include "telemetry/log.hpp"

namespace aesel::objects {
namespace {

Result<Object, StoredError> read(StoredReader& reader, const storage::DocumentStore::DocumentView& view,
                                 Object*) {
  return reader.object(view.key, view.body, view.state);
}
Result<Property, StoredError> read(StoredReader& reader, const storage::DocumentStore::DocumentView& view,
                                   Property*) {
  return reader.property(view.key, view.body, view.state);
}

template <class Record>
Result<void> load_shelf(storage::DocumentStore& store, Shelf<Record>& shelf) {
  const std::string collection(Family<Record>::kName);
  if (const Result<void> opened = store.open_collection({collection, {}}); !opened) return opened;
  StoredReader reader;
  bool corrupt = false;
  const auto visit = [&](const storage::DocumentStore::DocumentView& view) {
    auto record = read(reader, view, static_cast<Record*>(nullptr));
    if (record) {
      shelf.table.insert(std::move(*record));
      return true;
    }
    telemetry::log(
        telemetry::Level::kError, "a stored document cannot be read",
        {{"collection", collection}, {"key", std::string(view.key)}, {"why", record.error().message}});
    corrupt = true;
    return false;
  };
  const Result<void> scanned = store.scan(collection, visit);
  if (!scanned) return scanned;
  if (corrupt) return make_error_code(storage::Errc::kCorrupt);
  return {};
}

Verdict check_text(std::string_view what, const std::string& text) {
  if (text.empty()) return Verdict::refused(std::string(what) + " is missing");
  if (text.size() <= kTextBytesMax) return {};
  return Verdict::refused(std::string(what) + " is longer than " + std::to_string(kTextBytesMax) + " bytes");
}

Verdict check_holder(const Object& object, const DeviceId& device) {
  if (object.owner.empty() || object.owner == device.value) return {};
  return Verdict::locked("the object is locked by another device");
}

}  // namespace

Objects::Objects(const Parts& parts)
    : options_(parts.options),
      store_(parts.store),
      events_(parts.publisher, parts.metrics, parts.options.padding),
      object_records_({object_shelf_, store_, events_, parts.keys, parts.clock, options_}),
      property_records_({property_shelf_, store_, events_, parts.keys, parts.clock, options_}),
      flusher_({object_shelf_, property_shelf_, store_, parts.clock, options_, parts.metrics}) {
  parts.metrics.gauge("aesel_objects_live", "Objects in memory",
                      [this] { return static_cast<double>(object_shelf_.table.size()); });
  parts.metrics.gauge("aesel_properties_live", "Properties in memory",
                      [this] { return static_cast<double>(property_shelf_.table.size()); });
  parts.metrics.gauge(
      "aesel_objects_dirty", "Objects and properties that the store lacks the newest state of",
      [this] { return static_cast<double>(object_shelf_.table.dirty() + property_shelf_.table.dirty()); });
}

Result<void> Objects::load() {
  if (const Result<void> loaded = load_shelf(store_, object_shelf_); !loaded) return loaded;
  return load_shelf(store_, property_shelf_);
}

Task<Reply> Objects::lock(std::string_view key, DeviceId device) {
  const Verdict input = check_text("device", device.value);
  if (!input.ok()) co_return Records<Object>::answer(MessageType::kObjectLock, input);
  Step<Object> step;
  step.check = [&](const Object& object) { return check_holder(object, device); };
  step.apply = [&](Object& object) { object.owner = device.value; };
  std::vector<Step<Object>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await object_records_.mutate(key, steps);
  co_return Records<Object>::answer(MessageType::kObjectLock, verdict);
}

Task<Reply> Objects::unlock(std::string_view key, DeviceId device) {
  const Verdict input = check_text("device", device.value);
  if (!input.ok()) co_return Records<Object>::answer(MessageType::kObjectUnlock, input);
  Step<Object> step;
  step.check = [&](const Object& object) { return check_holder(object, device); };
  step.apply = [](Object& object) { object.owner.clear(); };
  std::vector<Step<Object>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await object_records_.mutate(key, steps);
  co_return Records<Object>::answer(MessageType::kObjectUnlock, verdict);
}

Task<Reply> Objects::add_asset(std::string_view key, std::string asset) {
  const Verdict input = check_text("asset", asset);
  if (!input.ok()) co_return Records<Object>::answer(MessageType::kAssetAdd, input);
  const auto has = [&](const Object& object) {
    return std::find(object.assets.begin(), object.assets.end(), asset) != object.assets.end();
  };
  Step<Object> step;
  step.check = [&](const Object& object) {
    if (object.assets.size() < kAssetsMax || has(object)) return Verdict();
    return Verdict::refused("an object has at most " + std::to_string(kAssetsMax) + " assets");
  };
  step.apply = [&](Object& object) {
    if (!has(object) && object.assets.size() < kAssetsMax) object.assets.push_back(asset);
  };
  std::vector<Step<Object>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await object_records_.mutate(key, steps);
  co_return Records<Object>::answer(MessageType::kAssetAdd, verdict);
}

Task<Reply> Objects::remove_asset(std::string_view key, std::string asset) {
  Step<Object> step;
  step.apply = [&](Object& object) { std::erase(object.assets, asset); };
  std::vector<Step<Object>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await object_records_.mutate(key, steps);
  co_return Records<Object>::answer(MessageType::kAssetRemove, verdict);
}

}  // namespace aesel::objects
