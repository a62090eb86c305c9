// PasswordPool: hashes passwords on a thread of its own that runs when nothing else wants to, because one
// hash takes 0.1 s and 64 MB, and events must not wait for it. One at a time.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "crypto/password.hpp"

namespace aesel::gateway {

struct PasswordPoolOptions {
  std::size_t waiting_max = 64;  // about 6 s of work; beyond this a request is refused at once
  crypto::PasswordCost cost = crypto::interactive_cost();
};

/// Thread: Tasks may be started on any executor and resume there. Destroying it waits for the hash under way
/// and throws away what waits; the executors have to be alive then.
class PasswordPool {
 public:
  enum class Verdict { kRight, kWrong };

  explicit PasswordPool(PasswordPoolOptions options);
  ~PasswordPool();

  const crypto::PasswordCost& cost() const { return cost_; }

  /// Errors: resource_unavailable_try_again when too many wait, not_enough_memory.
  /// REQUIRES: at most crypto::kPasswordBytesMax.
  Task<Result<std::string>> hash(std::string password);
  /// Errors: resource_unavailable_try_again.
  Task<Result<Verdict>> check(std::string password, std::string hash);

 private:
  class Work;
  class HashWork;
  class VerifyWork;
  class Queue;
  Task<bool> run(Work& work);
  const crypto::PasswordCost cost_;
  std::unique_ptr<Queue> queue_;
};

}  // namespace aesel::gateway
