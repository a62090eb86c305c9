#include "net/name_locks.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace aesel::net {

/// The front of each queue has the turn. A name that nobody wants has no queue.
struct NameLocks::State {
  std::unordered_map<std::string, std::list<Turn*>> queues;
};

/// A timer that never expires: cancelling it wakes the waiter.
struct NameLocks::Turn::Wakeup {
  explicit Wakeup(const boost::asio::any_io_executor& executor)
      : timer(executor, boost::asio::steady_timer::time_point::max()) {}
  boost::asio::steady_timer timer;
};

NameLocks::NameLocks() : state_(std::make_shared<State>()) {}
NameLocks::~NameLocks() = default;

bool NameLocks::empty() const {
  return state_->queues.empty();
}

std::size_t NameLocks::waiting() const {
  std::size_t waiting = 0;
  for (const auto& [name, queue] : state_->queues) waiting += queue.size() - 1;
  return waiting;
}

Task<NameLocks::Turns> NameLocks::acquire(std::vector<std::string> names) {
  const std::shared_ptr<State> state = state_;  // this may be gone after a wait
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  Turns turns;
  turns.reserve(names.size());
  for (std::string& name : names) {
    turns.push_back(std::make_unique<Turn>(state, std::move(name)));
    co_await turns.back()->wait();
  }
  co_return turns;
}

NameLocks::Turn::Turn(std::shared_ptr<State> state, std::string name)
    : state_(std::move(state)), name_(std::move(name)) {
  state_->queues[name_].push_back(this);
}

NameLocks::Turn::~Turn() {
  const auto it = state_->queues.find(name_);
  std::list<Turn*>& queue = it->second;
  const bool had_the_turn = queue.front() == this;
  queue.remove(this);
  if (queue.empty()) {
    state_->queues.erase(it);
  } else if (had_the_turn && queue.front()->wakeup_) {
    queue.front()->wakeup_->timer.cancel();
  }
}

Task<void> NameLocks::Turn::wait() {
  const std::list<Turn*>& queue = state_->queues.at(name_);
  if (queue.front() == this) co_return;
  const auto executor = co_await boost::asio::this_coro::executor;
  wakeup_ = std::make_unique<Wakeup>(executor);
  // A wait that ended for another reason than its turn was cancelled from outside; the next one then throws.
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  while (queue.front() != this) co_await wakeup_->timer.async_wait(token);
  wakeup_.reset();
}

}  // namespace aesel::net
