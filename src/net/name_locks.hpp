// NameLocks: lets the changes of one named thing (a scene, a project) happen one after the other, while those
// of others go on. A change spans a wait for the store, so without this two of them could overwrite each
// other, or reach the store in one order and the memory in another.
//
// Thread: one, the core that owns the service. First come, first served.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/task.hpp"

namespace aesel::net {

class NameLocks {
 public:
  /// A turn, or a place in the queue for it; destroying it lets the next one in. Safe to destroy at any time,
  /// as when a waiting coroutine is thrown away.
  class Turn;
  using Turns = std::vector<std::unique_ptr<Turn>>;

  NameLocks();
  ~NameLocks();

  /// Waits until all names are this caller's own. The names of one call are taken in ascending order; whoever
  /// holds some and asks for more must ask for greater ones, or two could wait for each other.
  Task<Turns> acquire(std::vector<std::string> names);

  /// Nobody holds anything or waits.
  bool empty() const;
  /// How many callers wait.
  std::size_t waiting() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the turns, which may be thrown away later than this
};

class NameLocks::Turn {
 public:
  Turn(std::shared_ptr<State> state, std::string name);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  Task<void> wait();

 private:
  struct Wakeup;
  std::shared_ptr<State> state_;
  std::string name_;
  std::unique_ptr<Wakeup> wakeup_;  // only while waiting
};

}  // namespace aesel::net
