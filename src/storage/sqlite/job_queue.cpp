// The only file here that meets Asio's completion handlers.
#include "storage/sqlite/job_queue.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <future>
#include <utility>

#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace asio = boost::asio;

namespace {

/// A suspended coroutine. Counts as work of its executor, so that an io_context does not run out of it.
template <class Handler>
class CoroutineWaiter final : public Waiter {
 public:
  explicit CoroutineWaiter(Handler handler)
      : handler_(std::move(handler)),
        executor_(asio::prefer(asio::any_io_executor(asio::get_associated_executor(handler_)),
                               asio::execution::outstanding_work.tracked)) {}

 private:
  const asio::any_io_executor* executor() const override { return &executor_; }
  void resume() override { std::move(handler_)(); }

  Handler handler_;
  asio::any_io_executor executor_;
};

/// A thread that blocks.
class ThreadWaiter final : public Waiter {
 public:
  explicit ThreadWaiter(std::promise<void> promise) : promise_(std::move(promise)) {}

 private:
  const asio::any_io_executor* executor() const override { return nullptr; }
  void resume() override { promise_.set_value(); }

  std::promise<void> promise_;
};

/// Nobody; keeps the job until it is done.
class Owner final : public Waiter {
 public:
  explicit Owner(std::unique_ptr<Job> job) : job_(std::move(job)) {}

 private:
  const asio::any_io_executor* executor() const override { return nullptr; }
  void resume() override {}

  std::unique_ptr<Job> job_;
};

}  // namespace

/// The waiters of one executor, as one function for it to run.
class WaiterBatch {
 public:
  /// Moves every waiter with the executor of the first one out of `waiters` and posts them together.
  static void post_first(std::vector<std::unique_ptr<Waiter>>& waiters);
  static void resume_threads(std::vector<std::unique_ptr<Waiter>>& waiters);

  void operator()() {
    while (next_ < waiters_.size()) {
      const std::unique_ptr<Waiter> waiter = std::move(waiters_[next_++]);
      try {
        waiter->resume();
      } catch (...) {  // a completion handler threw through the executor; the others must still be resumed
        const asio::any_io_executor executor = executor_;
        asio::post(executor, std::move(*this));
        throw;
      }
    }
  }

 private:
  explicit WaiterBatch(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  asio::any_io_executor executor_;
  std::vector<std::unique_ptr<Waiter>> waiters_;
  std::size_t next_ = 0;
};

void WaiterBatch::resume_threads(std::vector<std::unique_ptr<Waiter>>& waiters) {
  std::erase_if(waiters, [](const std::unique_ptr<Waiter>& waiter) {
    if (waiter->executor() != nullptr) return false;
    waiter->resume();
    return true;
  });
}

void WaiterBatch::post_first(std::vector<std::unique_ptr<Waiter>>& waiters) {
  const asio::any_io_executor executor = *waiters.front()->executor();
  WaiterBatch batch(executor);
  batch.waiters_.reserve(waiters.size());
  std::size_t kept = 0;
  for (std::unique_ptr<Waiter>& waiter : waiters) {
    std::unique_ptr<Waiter>& to =
        *waiter->executor() == executor ? batch.waiters_.emplace_back() : waiters[kept++];
    if (&to != &waiter) to = std::move(waiter);
  }
  waiters.resize(kept);
  asio::post(executor, std::move(batch));
}

void Waiter::resume_all(std::vector<std::unique_ptr<Waiter>>& waiters) {
  WaiterBatch::resume_threads(waiters);
  while (!waiters.empty()) WaiterBatch::post_first(waiters);
}

JobQueue::JobQueue(std::size_t jobs_max) : jobs_max_(jobs_max) {}

Task<> JobQueue::run(Job& job) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [this](auto handler, Job* queued) {
        Entry entry;
        entry.job = queued;
        entry.waiter = std::make_unique<CoroutineWaiter<decltype(handler)>>(std::move(handler));
        if (push(entry, jobs_max_)) return;
        queued->error = Errc::kUnavailable;
        std::vector<std::unique_ptr<Waiter>> refused;
        refused.push_back(std::move(entry.waiter));
        Waiter::resume_all(refused);
      },
      asio::use_awaitable, &job);
}

void JobQueue::run_blocking(Job& job) {
  std::promise<void> promise;
  const std::future<void> done = promise.get_future();
  Entry entry;
  entry.job = &job;
  entry.waiter = std::make_unique<ThreadWaiter>(std::move(promise));
  if (push(entry, SIZE_MAX)) {
    done.wait();
    return;
  }
  job.error = Errc::kUnavailable;
}

void JobQueue::post(std::unique_ptr<Job> job) {
  Entry entry;
  entry.job = job.get();
  entry.waiter = std::make_unique<Owner>(std::move(job));
  push(entry, SIZE_MAX);
}

bool JobQueue::push(Entry& entry, std::size_t jobs_max) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_ || waiting_.size() >= jobs_max) return false;
    waiting_.push_back(std::move(entry));
    wake = std::exchange(is_taker_asleep_, false);
  }
  if (wake) changed_.notify_one();
  return true;
}

bool JobQueue::take(std::vector<Entry>& entries) {
  std::unique_lock lock(mutex_);
  while (waiting_.empty() && !is_closed_) {
    is_taker_asleep_ = true;
    changed_.wait(lock);
  }
  std::swap(entries, waiting_);
  return !entries.empty();
}

bool JobQueue::take(std::vector<Entry>& entries, std::chrono::milliseconds longest) {
  // The system's clock, because the thread sanitizer of g++ 12 does not understand waits for the steady one.
  const auto end = std::chrono::system_clock::now() + longest;
  std::unique_lock lock(mutex_);
  while (waiting_.empty() && !is_closed_) {
    is_taker_asleep_ = true;
    if (longest.count() <= 0 || changed_.wait_until(lock, end) == std::cv_status::timeout) break;
  }
  is_taker_asleep_ = false;
  std::swap(entries, waiting_);
  return !entries.empty() || !is_closed_;
}

void JobQueue::finish(std::vector<Entry>& entries) {
  for (Entry& entry : entries) finished_.push_back(std::move(entry.waiter));
  entries.clear();
  Waiter::resume_all(finished_);
}

void JobQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
  }
  changed_.notify_all();
}

}  // namespace aesel::storage::sqlite
