// JobQueue: how coroutines hand work to a thread that may block. A thread takes everything that waits in one
// go, does it, and finishes it in one go: one post per executor instead of one per job, which is what lets a
// group commit of a thousand writes cost the waiting executor a single wake-up.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::storage::sqlite {

/// A piece of work. It lives in the frame of the coroutine (or the stack of the caller) that waits for it.
class Job {
 public:
  virtual ~Job() = default;
  error_code error;  // how it went
};

/// Somebody who waits for a job.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Lets it go on. Called once, by the thread that did the job.
  static void resume_all(std::vector<std::unique_ptr<Waiter>>& waiters);

 private:
  friend class WaiterBatch;
  /// Null for a blocked thread, which is resumed directly.
  virtual const boost::asio::any_io_executor* executor() const = 0;
  virtual void resume() = 0;
};

class JobQueue {
 public:
  /// At most `jobs_max` wait; a further one ends at once with kUnavailable.
  explicit JobQueue(std::size_t jobs_max);

  /// Suspends until the job was done or refused; job.error says which. The caller's executor has to stay
  /// alive until then.
  Task<> run(Job& job);
  /// The same for an ordinary function on a thread that may block; not refused when the queue is full.
  void run_blocking(Job& job);
  /// Hands over a job that nobody waits for; not refused when the queue is full, forgotten when it is closed.
  void post(std::unique_ptr<Job> job);

  struct Entry {
    Job* job = nullptr;
    std::unique_ptr<Waiter> waiter;
  };
  /// For the working thread: blocks until there is work and takes all of it. False: closed, and all is done.
  bool take(std::vector<Entry>& entries);
  /// The same, but waits at most that long: true with nothing in `entries` when nothing came.
  bool take(std::vector<Entry>& entries, std::chrono::milliseconds longest);
  /// For the working thread: lets everybody go on, and empties `entries`.
  void finish(std::vector<Entry>& entries);

  /// No new jobs (kUnavailable); those that wait are still done.
  void close();

 private:
  bool push(Entry& entry, std::size_t jobs_max);

  const std::size_t jobs_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Entry> waiting_;                     // guarded by mutex_
  bool is_taker_asleep_ = false;                   // guarded by mutex_
  bool is_closed_ = false;                         // guarded by mutex_
  std::vector<std::unique_ptr<Waiter>> finished_;  // the working thread's own, kept for its capacity
};

}  // namespace aesel::storage::sqlite
