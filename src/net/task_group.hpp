// TaskGroup: owns coroutines, so that none outlives the things it uses. stop = tell each to end, then wait.
#pragma once

#include <memory>
#include <string>

#include "base/task.hpp"
#include "net/fwd.hpp"

namespace aesel::net {

/// Thread: the core that runs `context`. A task that throws ends the process's service: the text is logged
/// and the context is stopped, since a part of the server that died silently is worse than a restart.
class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::io_context& context);
  ~TaskGroup();  // REQUIRES: empty()
  void spawn(std::string name, Task<void> task);
  bool empty() const;
  /// Completes when every task has ended.
  Task<void> wait();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace aesel::net
