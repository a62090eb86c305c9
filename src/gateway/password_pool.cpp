// The only file here that meets Asio's completion handlers.
#include "gateway/password_pool.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace aesel::gateway {
namespace asio = boost::asio;

/// A piece of work. It lives in the frame of the coroutine that waits for it.
class PasswordPool::Work {
 public:
  virtual ~Work() = default;
  virtual void run() = 0;
};

namespace {

/// A suspended coroutine.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Posts it to its executor. Called once.
  virtual void resume(bool is_done) = 0;
};

template <class Handler>
class CoroutineWaiter final : public Waiter {
 public:
  explicit CoroutineWaiter(Handler handler)
      : handler_(std::move(handler)),
        executor_(asio::prefer(asio::any_io_executor(asio::get_associated_executor(handler_)),
                               asio::execution::outstanding_work.tracked)) {}

  void resume(bool is_done) override {
    auto resumption = [handler = std::move(handler_), is_done]() mutable { std::move(handler)(is_done); };
    asio::post(executor_, std::move(resumption));
  }

 private:
  Handler handler_;
  asio::any_io_executor executor_;
};

/// This thread gets what no other thread of the machine wants.
void step_back() {
  const sched_param none{};
  sched_setscheduler(0, SCHED_BATCH, &none);
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 19);
}

}  // namespace

class PasswordPool::Queue {
 public:
  explicit Queue(std::size_t waiting_max) : waiting_max_(waiting_max), thread_([this] { serve(); }) {}

  ~Queue() {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  /// Resumes the waiter at once if there is no room.
  void push(Work& work, std::unique_ptr<Waiter> waiter) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() < waiting_max_) {
        waiting_.push_back({&work, std::move(waiter)});
        changed_.notify_one();
        return;
      }
    }
    waiter->resume(false);
  }

 private:
  struct Entry {
    Work* work = nullptr;
    std::unique_ptr<Waiter> waiter;
  };

  void serve() {
    step_back();
    Entry entry;
    while (take(entry)) {
      entry.work->run();
      entry.waiter->resume(true);
      entry.waiter.reset();
    }
  }

  bool take(Entry& entry) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_closed_ || !waiting_.empty(); });
    if (is_closed_) return false;
    entry = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> waiting_;  // guarded by mutex_
  bool is_closed_ = false;     // guarded by mutex_
  std::thread thread_;         // last: it uses the others
};

class PasswordPool::HashWork final : public Work {
 public:
  HashWork(std::string password, const crypto::PasswordCost& cost)
      : password_(std::move(password)), cost_(cost) {}
  void run() override { outcome = crypto::hash_password(password_, cost_); }
  Result<std::string> outcome = make_error_code(boost::system::errc::resource_unavailable_try_again);

 private:
  std::string password_;
  const crypto::PasswordCost& cost_;
};

class PasswordPool::VerifyWork final : public Work {
 public:
  VerifyWork(std::string password, std::string hash)
      : password_(std::move(password)), hash_(std::move(hash)) {}
  void run() override { is_right = crypto::is_right_password(password_, hash_); }
  bool is_right = false;

 private:
  std::string password_;
  std::string hash_;
};

PasswordPool::PasswordPool(PasswordPoolOptions options)
    : cost_(options.cost), queue_(std::make_unique<Queue>(options.waiting_max)) {}

PasswordPool::~PasswordPool() = default;

/// False: there was no room, and the work was not done.
Task<bool> PasswordPool::run(Work& work) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
      [this](auto handler, Work* queued) {
        queue_->push(*queued, std::make_unique<CoroutineWaiter<decltype(handler)>>(std::move(handler)));
      },
      asio::use_awaitable, &work);
}

Task<Result<std::string>> PasswordPool::hash(std::string password) {
  HashWork work(std::move(password), cost_);
  co_await run(work);
  co_return std::move(work.outcome);
}

Task<Result<PasswordPool::Verdict>> PasswordPool::check(std::string password, std::string hash) {
  VerifyWork work(std::move(password), std::move(hash));
  const bool is_done = co_await run(work);
  if (!is_done) co_return make_error_code(boost::system::errc::resource_unavailable_try_again);
  co_return work.is_right ? Verdict::kRight : Verdict::kWrong;
}

}  // namespace aesel::gateway
