#include "objects/key_locks.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unordered_map>
#include <vector>

namespace aesel::objects {

namespace asio = boost::asio;

namespace {

/// Lives in the frame of the coroutine that waits; the timer never expires, its cancellation is the wake-up.
struct Waiter {
  explicit Waiter(const asio::any_io_executor& executor)
      : timer(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer timer;
  KeyLocks::Guard granted;
};

}  // namespace

struct KeyLocks::State {
  struct Hash {
    std::size_t operator()(const KeyBytes& key) const { return std::hash<ObjectId>{}(ObjectId{key}); }
  };
  std::unordered_map<KeyBytes, std::vector<Waiter*>, Hash> waiting;  // an entry for every held key
};

KeyLocks::KeyLocks() : state_(std::make_shared<State>()) {}
KeyLocks::~KeyLocks() = default;

std::size_t KeyLocks::held() const {
  return state_->waiting.size();
}

KeyLocks::Guard KeyLocks::try_lock(const KeyBytes& key) {
  if (!state_->waiting.try_emplace(key).second) return {};
  return Guard(state_, key);
}

Task<KeyLocks::Guard> KeyLocks::lock(KeyBytes key) {
  const std::shared_ptr<State> state = state_;
  if (Guard guard = try_lock(key)) co_return guard;
  const auto executor = co_await asio::this_coro::executor;
  Waiter waiter(executor);
  /// Takes the waiter out of the queue when the frame goes away before its turn came.
  struct Leave {
    State& state;
    const KeyBytes& key;
    Waiter& waiter;
    ~Leave() {
      const auto found = state.waiting.find(key);
      if (found != state.waiting.end()) std::erase(found->second, &waiter);
    }
  } leave{*state, key, waiter};
  state->waiting[key].push_back(&waiter);
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  co_await waiter.timer.async_wait(token);
  co_return std::move(waiter.granted);
}

void KeyLocks::Guard::release() {
  const std::shared_ptr<State> state = std::move(state_);
  if (!state) return;
  const auto found = state->waiting.find(key_);
  if (found->second.empty()) {
    state->waiting.erase(found);
    return;
  }
  Waiter* const next = found->second.front();
  found->second.erase(found->second.begin());
  next->granted = Guard(state, key_);
  next->timer.cancel();
}

}  // namespace aesel::objects
