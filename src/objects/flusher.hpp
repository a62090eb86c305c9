// Flusher: writes what events changed, in bulk and later. A thousand updates of one object cost one write,
// and a crash loses at most ObjectsOptions::flush_ms of events.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "objects/objects_options.hpp"
#include "objects/shelf.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::objects {

/// Thread: that of the tables. Holds the key lock of each record while it is being written, so that a flush
/// and a request never write the same record at once; records that a request holds are left for the next
/// time.
class Flusher {
 public:
  struct Parts {
    Shelf<Object>& objects;
    Shelf<Property>& properties;
    storage::DocumentStore& store;
    const Clock& clock;
    const ObjectsOptions& options;
    telemetry::Metrics& metrics;
  };
  explicit Flusher(const Parts& parts);
  ~Flusher();

  /// Flushes every flush_ms until stop().
  Task<void> run();
  void stop();

  /// One batch of what is dirty; how many records it held. On an error they stay dirty, to be tried again.
  Task<Result<std::size_t>> flush_batch();
  /// Everything, waiting for requests that hold a record. Errors: the first of the store; what was not
  /// written stays dirty, and another call tries again.
  Task<Result<void>> flush_all();

 private:
  struct Timer;
  template <class Record>
  struct Taken;
  struct Batch;
  template <class Record>
  void take(Shelf<Record>& shelf, std::vector<Taken<Record>>& taken, Batch& batch);
  template <class Record>
  void give_back(Shelf<Record>& shelf, std::vector<Taken<Record>>& taken);
  std::size_t waiting() const;
  Task<void> await_holder();
  void count_failure(const error_code& error);

  Shelf<Object>& objects_;
  Shelf<Property>& properties_;
  storage::DocumentStore& store_;
  const Clock& clock_;
  const ObjectsOptions& options_;
  telemetry::Counter& flushed_;
  telemetry::Counter& failures_;
  telemetry::Histogram& seconds_;
  telemetry::RateLimited log_limit_;
  KeyLocks flushing_;  // of one key: batches do not overlap
  std::unique_ptr<Timer> timer_;
};

}  // namespace aesel::objects
