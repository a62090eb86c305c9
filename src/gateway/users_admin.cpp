#include "gateway/users_admin.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <utility>

#include "base/check.hpp"
#include "crypto/random.hpp"

namespace aesel::gateway {
namespace {

constexpr std::size_t kGeneratedCharacters = 20;  // 100 bits

/// Runs one operation to its end on an event loop of its own.
template <class T>
T run(Task<T> task) {
  boost::asio::io_context context(1);
  std::optional<T> outcome;
  const auto finish = [&](std::exception_ptr error, T result) {
    if (error) std::rethrow_exception(error);
    outcome = std::move(result);
  };
  boost::asio::co_spawn(context, std::move(task), finish);
  context.run();
  CHECK(outcome.has_value());
  return std::move(*outcome);
}

UserError explained(std::string what, const UserError& error) {
  return {error.kind, std::move(what) + ": " + error.message};
}

UserError unreadable(const error_code& error) {
  return {UserError::Kind::kUnavailable, "cannot read the users: " + error.message()};
}

}  // namespace

UsersAdmin::UsersAdmin(Parts parts)
    : keys_(parts.keys),
      clock_(parts.clock),
      records_(parts.store),
      passwords_(parts.passwords),
      users_(Users::Parts{records_, passwords_, keys_, clock_, LastAdmin::kStays, {}}) {}

UserResult<void> UsersAdmin::open() {
  const Result<void> opened = records_.open();
  if (!opened) return unreadable(opened.error());
  return {};
}

UserResult<User> UsersAdmin::find(const std::string& username) {
  auto found = run(records_.find_by_username(username));
  if (!found) return unreadable(found.error());
  if (!*found)
    return UserError{UserError::Kind::kNotFound,
                     "there is no user " + username + "; aesel user list names all"};
  return std::move(**found);
}

UserResult<std::optional<std::string>> UsersAdmin::seed_admin(const std::string& username) {
  const auto users = list();
  if (!users) return users.error();
  const auto is_active_admin = [](const User& user) { return user.is_admin && user.is_active; };
  if (std::ranges::any_of(*users, is_active_admin)) return std::optional<std::string>();
  if (std::ranges::any_of(*users, [&](const User& user) { return user.username == username; }))
    return UserError{
        UserError::Kind::kConflict,
        "no active user is an admin, and " + username +
            " is somebody else: choose another name with auth.admin.username, or add an admin with "
            "aesel user add --admin"};
  std::string password = crypto::random_word(kGeneratedCharacters);
  const auto added = add(username, password, Standing::kAdmin);
  if (!added) return added.error();
  return std::optional<std::string>(std::move(password));
}

UserResult<User> UsersAdmin::add(const std::string& username, const std::string& password,
                                 Standing standing) {
  UserInput input;
  input.username = username;
  if (!password.empty()) input.password = password;
  input.is_admin = standing == Standing::kAdmin;
  input.is_active = true;
  auto user = run(users_.sign_up(std::move(input)));
  if (!user) return explained("cannot add " + username, user.error());
  return std::move(*user);
}

UserResult<std::vector<User>> UsersAdmin::list() {
  const UserRecords::Page everybody;
  auto users = run(records_.list(everybody));
  if (!users) return unreadable(users.error());
  return std::move(*users);
}

UserResult<void> UsersAdmin::set_password(const std::string& username, const std::string& password) {
  const auto user = find(username);
  if (!user) return user.error();
  if (password.empty()) return UserError{UserError::Kind::kInsufficient, "the password is empty"};
  UserInput input;
  input.password = password;
  const auto updated = run(users_.update(user->id, std::move(input)));
  if (!updated) return explained("cannot change the password of " + username, updated.error());
  return {};
}

UserResult<void> UsersAdmin::activate(const std::string& username) {
  return set_active(username, Users::Set::kOn);
}

UserResult<void> UsersAdmin::deactivate(const std::string& username) {
  return set_active(username, Users::Set::kOff);
}

UserResult<void> UsersAdmin::set_active(const std::string& username, Users::Set set) {
  const auto user = find(username);
  if (!user) return user.error();
  const auto changed = run(users_.change_flag(user->id, Users::Flag::kActive, set));
  if (!changed) return explained("cannot change " + username, changed.error());
  return {};
}

}  // namespace aesel::gateway
