// Reader: the one thread that answers get, find and count, on a connection of its own. Everything that waits
// is answered from one snapshot, taken after the reads were asked for; so they see every write that was
// confirmed before.
#pragma once

#include <cstddef>
#include <thread>
#include <vector>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/document_reader.hpp"
#include "storage/sqlite/job_queue.hpp"

namespace aesel::storage::sqlite {

class ReadJob : public Job {
 public:
  /// On the reader's thread. `error` is left for the case that it could not be called.
  virtual void read(DocumentReader& documents) = 0;
};

class Reader {
 public:
  Reader(Database database, std::size_t jobs_max);
  /// Answers what waits, then closes.
  ~Reader();

  /// kUnavailable when too many jobs wait.
  Task<> run(ReadJob& job) { return queue_.run(job); }
  void run_blocking(ReadJob& job) { queue_.run_blocking(job); }

 private:
  void work();
  void answer(std::vector<JobQueue::Entry>& jobs);

  Database database_;
  DocumentReader documents_;
  Statement begin_, end_;
  JobQueue queue_;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace aesel::storage::sqlite
