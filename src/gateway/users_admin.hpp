// UsersAdmin: users from outside of a running event loop: the first admin at start-up, and `aesel user`,
// which works on the store beside a running server.
//
// Thread: any one; every call blocks. The store outlives it and may be open in a server too.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "gateway/users.hpp"

namespace aesel::gateway {

class UsersAdmin {
 public:
  struct Parts {
    storage::DocumentStore& store;
    KeyGenerator& keys;
    const Clock& clock;
    PasswordPoolOptions passwords;
  };
  /// Errors of every call: those of Users, with a sentence that says about whom.
  explicit UsersAdmin(Parts parts);

  /// Once, before anything else.
  UserResult<void> open();

  /// If no active user is an admin, makes one of that name and returns the password, which nobody else knows.
  /// Errors: the name belongs to somebody who is none.
  UserResult<std::optional<std::string>> seed_admin(const std::string& username);

  enum class Standing { kUser, kAdmin };
  UserResult<User> add(const std::string& username, const std::string& password, Standing standing);
  UserResult<std::vector<User>> list();
  /// Ends all tokens of the user.
  UserResult<void> set_password(const std::string& username, const std::string& password);
  UserResult<void> activate(const std::string& username);
  /// Errors: the last active admin stays.
  UserResult<void> deactivate(const std::string& username);

 private:
  UserResult<User> find(const std::string& username);
  UserResult<void> set_active(const std::string& username, Users::Set set);

  KeyGenerator& keys_;
  const Clock& clock_;
  UserRecords records_;
  PasswordPool passwords_;
  Users users_;
};

}  // namespace aesel::gateway
