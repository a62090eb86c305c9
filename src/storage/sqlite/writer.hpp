// Writer: the one thread that changes the file. It takes every job that waits, applies all of them in one
// transaction, syncs once, and lets all of them go on: concurrent requests share the cost of the sync.
#pragma once

#include <cstddef>
#include <thread>
#include <vector>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/document_writer.hpp"
#include "storage/sqlite/graph_tables.hpp"
#include "storage/sqlite/job_queue.hpp"

namespace aesel::storage::sqlite {

/// What a job can change things with. The writer thread's own.
struct WriteSession {
  Database& database;
  DocumentWriter& documents;
  GraphWriter& graph;
};

/// A change, all or none.
class WriteJob : public Job {
 public:
  /// kExists, kNotFound and kInvalid fail this job alone; any other error fails the whole group.
  virtual error_code apply(WriteSession& session) = 0;

  enum class Isolation {
    kNone,       // when it fails alone, it has changed nothing
    kSavepoint,  // it may fail half-way, and needs a savepoint to go back to
  };
  virtual Isolation isolation() const = 0;
};

class Writer {
 public:
  Writer(Database database, std::size_t jobs_max, Database::AtClose at_close = Database::AtClose::kFoldLog);
  /// Commits what waits, folds the write-ahead log into the file unless told to keep it, closes.
  ~Writer();

  /// Durable when job.error is empty. kUnavailable when too many jobs wait; kFull, kUnavailable, kCorrupt
  /// when the group could not be committed, and then nothing of it was.
  Task<> run(WriteJob& job) { return queue_.run(job); }
  void run_blocking(WriteJob& job) { queue_.run_blocking(job); }

 private:
  void work();
  void commit(std::vector<JobQueue::Entry>& group);
  error_code apply_all(std::vector<JobQueue::Entry>& group);
  error_code apply(WriteJob& job);

  Database database_;
  const Database::AtClose at_close_;
  DocumentWriter documents_;
  GraphWriter graph_;
  Statement begin_, commit_, rollback_, savepoint_, release_, back_to_savepoint_;
  JobQueue queue_;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace aesel::storage::sqlite
