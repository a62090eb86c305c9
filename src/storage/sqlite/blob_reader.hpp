// BlobReader: finding and reading blobs, on a connection that only reads. BlobReadThread does so for others.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "storage/blob_store.hpp"
#include "storage/sqlite/blob_schema.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/job_queue.hpp"

namespace aesel::storage::sqlite {

/// One thread. The database has to outlive it, and has the tables.
class BlobReader {
 public:
  explicit BlobReader(Database& database);

  Result<Blob> find(const std::string& key);
  Result<std::size_t> read(const std::string& key, std::uint64_t offset, std::span<char> into);
  Result<void> scan(const std::function<bool(const Blob&)>& visit);

 private:
  Database& database_;
  Statement find_;
};

class BlobReadJob : public Job {
 public:
  virtual void read(BlobReader& blobs) = 0;
};

/// The one thread that reads. Each job has a snapshot of its own, taken after it was asked for, which ends
/// with it: reading much at once keeps the write-ahead log from being folded only as long as one job takes.
class BlobReadThread {
 public:
  BlobReadThread(Database database, std::size_t jobs_max);
  /// Answers what waits, then closes.
  ~BlobReadThread();

  /// kUnavailable when too many jobs wait.
  Task<> run(BlobReadJob& job) { return queue_.run(job); }

 private:
  void work();

  Database database_;
  BlobReader blobs_;
  JobQueue queue_;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace aesel::storage::sqlite
