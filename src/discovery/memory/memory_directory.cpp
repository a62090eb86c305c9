#include "discovery/memory/memory_directory.hpp"

#include <utility>

namespace aesel::discovery {

Task<Result<std::vector<Instance>>> MemoryDirectory::find(Role role) {
  std::vector<Instance> found;
  for (const auto& [id, instance] : instances_) {
    if (instance.role == role) found.push_back(instance);
  }
  co_return found;
}

Task<Result<bool>> MemoryDirectory::alive(std::string id) {
  const bool is_alive = instances_.contains(id) && !down_.contains(id);
  co_return is_alive;
}

Task<Result<void>> MemoryDirectory::announce(Instance self) {
  if (self.id.empty() || self.host.empty()) {
    const error_code bad = make_error_code(boost::system::errc::invalid_argument);
    co_return bad;
  }
  std::string id = self.id;
  down_.erase(id);
  instances_.insert_or_assign(std::move(id), std::move(self));
  co_return Result<void>();
}

Task<Result<void>> MemoryDirectory::withdraw(std::string id) {
  instances_.erase(id);
  down_.erase(id);
  co_return Result<void>();
}

void MemoryDirectory::set_alive(const std::string& id, Liveness liveness) {
  if (liveness == Liveness::kDown) {
    down_.insert(id);
  } else {
    down_.erase(id);
  }
}

}  // namespace aesel::discovery
