// Objects: the service that is the system of record of objects and properties. Transactions come through its
// methods (objects::routes() puts them behind HTTP), events through its tables and EventApplier.
//
// The live tables are authoritative while the process runs: this is the only writer of its two collections,
// loads them once and answers every question from memory.
#pragma once

#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/task.hpp"
#include "objects/change_events.hpp"
#include "objects/flusher.hpp"
#include "objects/objects_options.hpp"
#include "objects/records.hpp"
#include "objects/shelf.hpp"
#include "storage/document_store.hpp"
#include "stream/stream.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::objects {

/// Thread: one core. Everything given to the constructor outlives it, the metrics' gauges read it: the
/// metrics are not printed after it is gone.
class Objects {
 public:
  struct Parts {
    storage::DocumentStore& store;
    stream::Publisher& publisher;
    KeyGenerator& keys;
    const Clock& clock;
    telemetry::Metrics& metrics;
    ObjectsOptions options;
  };
  explicit Objects(const Parts& parts);

  /// Opens the collections and reads them. Blocks; once, before anything else. Errors: the store's; kCorrupt
  /// after a log line that names the document.
  Result<void> load();

  Records<Object>& objects() { return object_records_; }
  Records<Property>& properties() { return property_records_; }

  /// For the event path.
  ObjectTable& object_table() { return object_shelf_.table; }
  PropertyTable& property_table() { return property_shelf_.table; }

  /// flusher().run() belongs into a TaskGroup; flush_all() is the last thing to do.
  Flusher& flusher() { return flusher_; }

  /// Makes `device` the object's owner. 423/123 when another one is; success when it is already.
  Task<Reply> lock(std::string_view key, DeviceId device);
  /// Clears the owner. 423/123 when it is another device; success when there is none.
  Task<Reply> unlock(std::string_view key, DeviceId device);
  /// Adds an asset id, unless it is there.
  Task<Reply> add_asset(std::string_view key, std::string asset);
  /// Removes it wherever it is; success even if it is nowhere.
  Task<Reply> remove_asset(std::string_view key, std::string asset);

 private:
  ObjectsOptions options_;
  storage::DocumentStore& store_;
  Shelf<Object> object_shelf_;
  Shelf<Property> property_shelf_;
  ChangeEvents events_;
  Records<Object> object_records_;
  Records<Property> property_records_;
  Flusher flusher_;
};

}  // namespace aesel::objects
