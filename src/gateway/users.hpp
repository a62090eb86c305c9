// Users: what can be done with users, by whoever may (access_rules.hpp decides that). user_api.hpp has the
// routes, users_admin.hpp the same for start-up and the command line.
//
// Names and emails are unique, as each change looks before it writes, and changes that want the same name
// wait for each other. Another process that adds the same name within the same millisecond is not seen.
//
// A change of the password, of admin or of active ends all tokens of the user at once.
//
// Thread: one, the core that runs the operations. Lifetime: longer than every operation under way.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "gateway/access_rules.hpp"
#include "gateway/password_pool.hpp"
#include "gateway/user_codec.hpp"
#include "gateway/user_records.hpp"
#include "net/name_locks.hpp"

namespace aesel::gateway {

/// Gives everything that belongs to one name to another, in all services. Called before a rename is stored,
/// and before a deletion with a name that no user can have; the same call again must do no harm.
using RenameOwner = std::function<Task<Result<void>>(std::string from, std::string to)>;

/// Must an active admin be left over by every change? Without authentication nobody needs one.
enum class LastAdmin { kMayGo, kStays };

struct UserError {
  enum class Kind {
    kBadSyntax,     // not JSON, characters that cannot be
    kInsufficient,  // something is missing or too large
    kNotFound,
    kConflict,     // a name or email is taken; the last admin would be lost
    kUnavailable,  // the store or the hashing cannot take it now, or a service did not follow a rename
  };
  Kind kind = Kind::kUnavailable;
  std::string message;  // for people
};

template <class T>
using UserResult = Result<T, UserError>;

class Users {
 public:
  struct Parts {
    UserRecords& records;
    PasswordPool& passwords;
    KeyGenerator& keys;
    const Clock& clock;
    LastAdmin last_admin = LastAdmin::kStays;
    RenameOwner rename_owner;  // empty: nothing belongs to anybody
  };
  explicit Users(Parts parts) : parts_(std::move(parts)) {}

  /// Errors: kInsufficient without a name or password, kConflict.
  Task<UserResult<User>> sign_up(UserInput input);
  /// Errors: kNotFound, also for what is no key.
  Task<UserResult<User>> get(std::string id);
  struct Page {
    std::uint64_t records = 10;
    std::uint64_t number = 0;
  };
  /// At most one user for a filter; else a page of all.
  Task<UserResult<std::vector<User>>> find(UserFilter filter, Page page);
  /// Sets the name, the email and the password, as far as given. Errors: kNotFound, kConflict.
  Task<UserResult<User>> update(std::string id, UserInput input);
  /// Absent if there was none. What the user owned belongs to "deleted:<id>" then, and not to a later user of
  /// the name.
  Task<UserResult<std::optional<User>>> erase(std::string id);

  enum class Flag { kAdmin, kActive };
  enum class Set { kOn, kOff };
  Task<UserResult<User>> change_flag(std::string id, Flag flag, Set set);

  enum class Favorite { kProject, kScene };
  Task<UserResult<User>> add_favorite(std::string id, Favorite kind, std::string key);
  Task<UserResult<User>> remove_favorite(std::string id, Favorite kind, std::string key);

  /// After a login: replaces a hash of an older kind, unless the password was changed meanwhile. Tokens stay.
  Task<UserResult<void>> rehash(User user, std::string password);

  UserRecords& records() { return parts_.records; }

 private:
  Task<UserResult<User>> need(std::string id);
  Task<UserResult<void>> check_free(std::string username, std::string email);
  Task<UserResult<void>> check_not_last_admin(const User& user);
  Task<UserResult<std::string>> hash(const std::optional<std::string>& password);
  Task<UserResult<void>> store_update(User before, User after);
  Task<UserResult<void>> give_up(User user);
  Task<void> give_back(std::string from, std::string to);
  Task<UserResult<User>> change_favorites(std::string id, Favorite kind, std::string key, Set set);

  Parts parts_;
  net::NameLocks locks_;
};

}  // namespace aesel::gateway
