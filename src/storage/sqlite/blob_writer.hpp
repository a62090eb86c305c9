// BlobWriter: the one thread that changes the blob file. It takes every job that waits and applies all of
// them in one transaction; that is synced only when one of them asks for it. In between it tidies up: it
// folds the write-ahead log into the file, deletes what nobody wants any more, and gives free pages back to
// the disk, each in steps of a few milliseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "storage/sqlite/blob_tables.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/job_queue.hpp"

namespace aesel::storage::sqlite {

/// A change. One that ends with kExists or kInvalid has changed nothing; any other error fails the whole
/// group.
class BlobJob : public Job {
 public:
  virtual error_code apply(BlobTables& tables) = 0;
  /// By how much it makes the file grow, about.
  virtual std::uint64_t bytes() const { return 0; }
  enum class Sync { kLater, kNow };
  virtual Sync sync() const { return Sync::kNow; }
  /// Stored content that is not wanted any more, whatever becomes of the group; zero for none.
  virtual ContentId discarded() const { return 0; }
};

class BlobWriter {
 public:
  struct Limits {
    std::size_t jobs_max = 0;
    std::uint64_t spare_bytes = 0;  // of the disk, which are left to others and to deleting
  };

  BlobWriter(Database database, std::filesystem::path path, const Limits& limits);
  /// Commits what waits, folds the log into the file, closes. What is not deleted yet is at the next start.
  ~BlobWriter();

  /// kUnavailable when too many jobs wait; kFull, kUnavailable, kCorrupt when the group could not be
  /// committed, and then nothing of it was.
  Task<> run(BlobJob& job) { return queue_.run(job); }
  void post(std::unique_ptr<BlobJob> job) { queue_.post(std::move(job)); }

 private:
  void work();
  void commit(std::vector<JobQueue::Entry>& group);
  error_code apply_all(std::vector<JobQueue::Entry>& group);
  error_code room_for(std::uint64_t bytes);
  error_code set_sync(BlobJob::Sync sync);

  /// One step of tidying. What is left for when nothing waits is done only when `is_idle`.
  void tidy(bool is_idle);
  enum class Log { kReuse, kTruncate };
  error_code fold_log(Log what);
  error_code clean();
  error_code shrink();

  Database database_;
  const std::filesystem::path path_;
  const Limits limits_;
  const int log_pages_limit_;
  BlobTables tables_;
  Statement begin_, commit_, rollback_;
  std::optional<BlobJob::Sync> sync_;
  int log_pages_ = 0;
  bool is_shrunk_ = false;
  std::optional<std::chrono::milliseconds>
      patience_;  // how long to wait for jobs before tidying; none: for ever
  JobQueue queue_;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace aesel::storage::sqlite
