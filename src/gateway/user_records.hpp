// UserRecords: users in the document store, read on every request, because `aesel user` may change them
// beside a running server. One look-up by id is about 20 us in the embedded store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "gateway/user.hpp"
#include "storage/document_store.hpp"

namespace aesel::gateway {

/// Thread: as the store. Errors of every call: those of the store.
class UserRecords {
 public:
  explicit UserRecords(storage::DocumentStore& store) : store_(store) {}

  /// Blocks; before anything else.
  Result<void> open();

  Task<Result<std::optional<User>>> find(std::string id);
  Task<Result<std::optional<User>>> find_by_username(std::string username);
  Task<Result<std::optional<User>>> find_by_email(std::string email);
  struct Page {
    std::uint64_t skip = 0;
    std::uint64_t limit = UINT64_MAX;
  };
  /// In the order in which they signed up.
  Task<Result<std::vector<User>>> list(Page page);

  /// Errors: kExists.
  Task<Result<void>> insert(User user);
  /// Name, email, favorites. Errors: kNotFound.
  Task<Result<void>> replace_profile(User user);
  /// Password, generation, admin, active. Silently nothing if the user is not there.
  Task<Result<void>> replace_standing(User user);
  /// Both of them. Errors: kNotFound.
  Task<Result<void>> replace(User user);
  Task<Result<void>> erase(std::string id);

 private:
  Task<Result<std::optional<User>>> find_by(std::string member, std::string text);
  storage::DocumentStore& store_;
};

}  // namespace aesel::gateway
