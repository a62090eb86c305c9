// KeyLocks: one coroutine at a time may write a record; those of different records do not wait for each
// other, so that the store can put their writes into one commit.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "base/ids.hpp"
#include "base/task.hpp"

namespace aesel::objects {

/// Thread: one. First come, first served. An uncontended lock costs a hash table entry and no waiting.
/// (These serialise requests within the process; the lock that a device holds is Object::owner.)
class KeyLocks {
 public:
  struct State;

  /// Holds a key until it is destroyed. May outlive the KeyLocks.
  class Guard {
   public:
    Guard() = default;
    Guard(std::shared_ptr<State> state, const KeyBytes& key) : state_(std::move(state)), key_(key) {}
    Guard(Guard&& other) noexcept = default;
    Guard& operator=(Guard&& other) noexcept {
      release();
      state_ = std::move(other.state_);
      key_ = other.key_;
      return *this;
    }
    ~Guard() { release(); }
    explicit operator bool() const { return state_ != nullptr; }
    void release();

   private:
    std::shared_ptr<State> state_;
    KeyBytes key_{};
  };

  KeyLocks();
  ~KeyLocks();

  /// Waits its turn. An empty guard only if the waiting was cancelled.
  Task<Guard> lock(KeyBytes key);
  /// An empty guard if someone holds the key.
  Guard try_lock(const KeyBytes& key);
  /// How many keys are held.
  std::size_t held() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace aesel::objects
