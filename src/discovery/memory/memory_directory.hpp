// MemoryDirectory: a directory that lives in one process, for tests. What was announced is alive until
// set_alive says otherwise.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "discovery/directory.hpp"

namespace aesel::discovery {

enum class Liveness { kAlive, kDown };

class MemoryDirectory final : public Directory {
 public:
  Task<Result<std::vector<Instance>>> find(Role role) override;
  Task<Result<bool>> alive(std::string id) override;
  Task<Result<void>> announce(Instance self) override;
  Task<Result<void>> withdraw(std::string id) override;
  void set_alive(const std::string& id, Liveness liveness);

 private:
  std::map<std::string, Instance> instances_;
  std::set<std::string> down_;
};

}  // namespace aesel::discovery
