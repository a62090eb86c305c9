#include "gateway/users.hpp"

#include <algorithm>
#include <utility>

#include "crypto/random.hpp"
#include "storage/error.hpp"
#include "telemetry/log.hpp"

namespace aesel::gateway {
namespace {

using Kind = UserError::Kind;

constexpr const char* kAdminsLock = "admins";  // held by whatever may end an admin

// Names of locks: no kind is mistaken for another.
std::string id_lock(const std::string& id) {
  return "id:" + id;
}
std::string username_lock(const std::string& username) {
  return "username:" + username;
}
std::string email_lock(const std::string& email) {
  return "email:" + email;
}

UserError not_found() {
  return {Kind::kNotFound, "there is no such user"};
}

UserError unavailable(const error_code& error) {
  if (error == storage::Errc::kNotFound) return not_found();  // deleted by another process meanwhile
  return {Kind::kUnavailable, "users cannot be read or stored now: " + error.message()};
}

std::string new_generation() {
  return crypto::random_word(24);
}

/// Keys may be written in either case; absent for what is none.
std::optional<std::string> canonical_id(const std::string& id) {
  const auto bytes = parse_key(id);
  if (!bytes) return std::nullopt;
  return format_key(*bytes);
}

std::optional<UserError> check(const UserInput& input) {
  if (input.username) {
    if (auto problem = problem_with_username(*input.username)) {
      const bool is_long = input.username->size() > kUsernameBytesMax;
      return UserError{is_long ? Kind::kInsufficient : Kind::kBadSyntax, std::move(*problem)};
    }
  }
  if (input.email) {
    if (auto problem = problem_with_email(*input.email))
      return UserError{Kind::kBadSyntax, std::move(*problem)};
  }
  if (input.password && input.password->size() > crypto::kPasswordBytesMax)
    return UserError{Kind::kInsufficient, "the password is longer than 1024 bytes"};
  for (const auto* favorites : {&input.favorite_projects, &input.favorite_scenes}) {
    if (auto problem = problem_with_favorites(*favorites))
      return UserError{Kind::kInsufficient, std::move(*problem)};
  }
  return std::nullopt;
}

bool is_active_admin(const User& user) {
  return user.is_admin && user.is_active;
}

}  // namespace

Task<UserResult<User>> Users::need(std::string id) {
  const std::optional<std::string> key = canonical_id(id);
  if (!key) co_return not_found();
  Result<std::optional<User>> user = co_await parts_.records.find(*key);
  if (!user) co_return unavailable(user.error());
  if (!*user) co_return not_found();
  co_return std::move(**user);
}

Task<UserResult<User>> Users::get(std::string id) {
  return need(std::move(id));
}

/// "" is nobody's.
Task<UserResult<void>> Users::check_free(std::string username, std::string email) {
  if (!username.empty()) {
    const auto holder = co_await parts_.records.find_by_username(username);
    if (!holder) co_return unavailable(holder.error());
    if (*holder) co_return UserError{Kind::kConflict, "another user has this name"};
  }
  if (!email.empty()) {
    const auto holder = co_await parts_.records.find_by_email(email);
    if (!holder) co_return unavailable(holder.error());
    if (*holder) co_return UserError{Kind::kConflict, "another user has this email"};
  }
  co_return UserResult<void>();
}

/// REQUIRES: kAdminsLock.
Task<UserResult<void>> Users::check_not_last_admin(const User& user) {
  if (parts_.last_admin == LastAdmin::kMayGo || !is_active_admin(user)) co_return UserResult<void>();
  const UserRecords::Page everybody;
  const auto users = co_await parts_.records.list(everybody);
  if (!users) co_return unavailable(users.error());
  if (std::ranges::count_if(*users, is_active_admin) > 1) co_return UserResult<void>();
  co_return UserError{Kind::kConflict, "this is the last active admin; make another one first"};
}

Task<UserResult<std::string>> Users::hash(const std::optional<std::string>& password) {
  if (!password) co_return std::string();
  Result<std::string> hash = co_await parts_.passwords.hash(*password);
  if (!hash) co_return UserError{Kind::kUnavailable, "too many passwords are waiting to be hashed"};
  co_return std::move(*hash);
}

Task<UserResult<User>> Users::sign_up(UserInput input) {
  if (!input.username) co_return UserError{Kind::kInsufficient, "the user name is missing"};
  if (!input.password) co_return UserError{Kind::kInsufficient, "the password is missing"};
  if (auto problem = check(input)) co_return std::move(*problem);
  UserResult<std::string> hashed = co_await hash(input.password);
  if (!hashed) co_return std::move(hashed.error());

  User user;
  user.id = format_key(parts_.keys.next(parts_.clock.wall_ns()));
  user.username = std::move(*input.username);
  user.email = input.email.value_or("");
  user.is_admin = input.is_admin;
  user.is_active = input.is_active;
  user.favorite_projects = std::move(input.favorite_projects);
  user.favorite_scenes = std::move(input.favorite_scenes);
  user.password_hash = std::move(*hashed);
  user.generation = new_generation();

  std::vector<std::string> names{username_lock(user.username)};
  if (!user.email.empty()) names.push_back(email_lock(user.email));
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  UserResult<void> free = co_await check_free(user.username, user.email);
  if (!free) co_return std::move(free.error());
  const Result<void> stored = co_await parts_.records.insert(user);
  if (!stored) co_return unavailable(stored.error());
  co_return std::move(user);
}

Task<UserResult<std::vector<User>>> Users::find(UserFilter filter, Page page) {
  if (filter.by == UserFilter::By::kNothing) {
    UserRecords::Page wanted;
    wanted.skip = page.records * page.number;
    wanted.limit = page.records;
    Result<std::vector<User>> users = co_await parts_.records.list(wanted);
    if (!users) co_return unavailable(users.error());
    co_return std::move(*users);
  }
  const bool by_name = filter.by == UserFilter::By::kUsername;
  Task<Result<std::optional<User>>> search = by_name ? parts_.records.find_by_username(std::move(filter.text))
                                                     : parts_.records.find_by_email(std::move(filter.text));
  Result<std::optional<User>> found = co_await std::move(search);
  if (!found) co_return unavailable(found.error());
  std::vector<User> users;
  if (*found) users.push_back(std::move(**found));
  co_return std::move(users);
}

Task<UserResult<User>> Users::update(std::string id, UserInput input) {
  input.favorite_projects.clear();  // these have paths of their own
  input.favorite_scenes.clear();
  if (auto problem = check(input)) co_return std::move(*problem);
  UserResult<User> before = co_await need(id);  // before the cost of a hash
  if (!before) co_return std::move(before.error());
  UserResult<std::string> hashed = co_await hash(input.password);
  if (!hashed) co_return std::move(hashed.error());

  std::vector<std::string> names{id_lock(before->id)};
  if (input.username) names.push_back(username_lock(*input.username));
  if (input.email) names.push_back(email_lock(*input.email));
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  before = co_await need(before->id);
  if (!before) co_return std::move(before.error());
  User after = *before;
  if (input.username) after.username = std::move(*input.username);
  if (input.email) after.email = std::move(*input.email);
  if (input.password) {
    after.password_hash = std::move(*hashed);
    after.generation = new_generation();
  }
  if (after == *before) co_return after;
  std::string new_username = after.username == before->username ? std::string() : after.username;
  std::string new_email = after.email == before->email ? std::string() : after.email;
  UserResult<void> free = co_await check_free(std::move(new_username), std::move(new_email));
  if (!free) co_return std::move(free.error());
  UserResult<void> stored = co_await store_update(std::move(*before), after);
  if (!stored) co_return std::move(stored.error());
  co_return after;
}

/// With the things that the user owns, when the name changes. What fails half-way is turned back.
Task<UserResult<void>> Users::store_update(User before, User after) {
  const bool is_renamed = before.username != after.username && parts_.rename_owner != nullptr;
  if (is_renamed) {
    const Result<void> followed = co_await parts_.rename_owner(before.username, after.username);
    if (!followed) {
      co_await give_back(after.username, before.username);
      co_return UserError{
          Kind::kUnavailable,
          "what the user owns cannot follow now, so nothing was changed: " + followed.error().message()};
    }
  }
  const bool same_standing = before.generation == after.generation;
  Task<Result<void>> change =
      same_standing ? parts_.records.replace_profile(after) : parts_.records.replace(after);
  const Result<void> stored = co_await std::move(change);
  if (stored) co_return UserResult<void>();
  if (is_renamed) co_await give_back(after.username, before.username);
  co_return unavailable(stored.error());
}

Task<void> Users::give_back(std::string from, std::string to) {
  const Result<void> undone = co_await parts_.rename_owner(from, to);
  if (!undone)
    telemetry::log(telemetry::Level::kError, "what a user owns may be under a name that he did not get",
                   {{"name", from}, {"user", to}, {"error", undone.error().message()}});
}

Task<UserResult<std::optional<User>>> Users::erase(std::string id) {
  const std::optional<std::string> key = canonical_id(id);
  if (!key) co_return not_found();
  std::vector<std::string> names{kAdminsLock, id_lock(*key)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  UserResult<User> user = co_await need(*key);
  if (!user && user.error().kind == Kind::kNotFound) co_return std::optional<User>();
  if (!user) co_return std::move(user.error());
  UserResult<void> spare = co_await check_not_last_admin(*user);
  if (!spare) co_return std::move(spare.error());
  if (parts_.rename_owner != nullptr) {
    UserResult<void> given_up = co_await give_up(*user);
    if (!given_up) co_return std::move(given_up.error());
  }
  const Result<void> erased = co_await parts_.records.erase(*key);
  if (!erased) co_return unavailable(erased.error());
  co_return std::optional<User>(std::move(*user));
}

/// What a deleted user leaves must not fall to whoever takes the name next. First of all he loses access.
Task<UserResult<void>> Users::give_up(User user) {
  if (user.is_active) {
    user.is_active = false;
    user.generation = new_generation();
    const Result<void> stored = co_await parts_.records.replace_standing(user);
    if (!stored) co_return unavailable(stored.error());
  }
  const Result<void> followed = co_await parts_.rename_owner(user.username, "deleted:" + user.id);
  if (followed) co_return UserResult<void>();
  co_return UserError{
      Kind::kUnavailable,
      "the user is inactive now, but what he owns cannot be given up, so he is not deleted: " +
          followed.error().message()};
}

Task<UserResult<User>> Users::change_flag(std::string id, Flag flag, Set set) {
  const std::optional<std::string> key = canonical_id(id);
  if (!key) co_return not_found();
  std::vector<std::string> names{kAdminsLock, id_lock(*key)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  UserResult<User> user = co_await need(*key);
  if (!user) co_return std::move(user.error());
  bool& value = flag == Flag::kAdmin ? user->is_admin : user->is_active;
  if (value == (set == Set::kOn)) co_return std::move(*user);
  if (set == Set::kOff) {
    UserResult<void> spare = co_await check_not_last_admin(*user);
    if (!spare) co_return std::move(spare.error());
  }
  value = set == Set::kOn;
  user->generation = new_generation();  // so that a token does not come back to life with its user
  const Result<void> stored = co_await parts_.records.replace_standing(*user);
  if (!stored) co_return unavailable(stored.error());
  co_return std::move(*user);
}

Task<UserResult<User>> Users::add_favorite(std::string id, Favorite kind, std::string key) {
  return change_favorites(std::move(id), kind, std::move(key), Set::kOn);
}

Task<UserResult<User>> Users::remove_favorite(std::string id, Favorite kind, std::string key) {
  return change_favorites(std::move(id), kind, std::move(key), Set::kOff);
}

Task<UserResult<User>> Users::change_favorites(std::string id, Favorite kind, std::string key, Set set) {
  const std::optional<std::string> user_key = canonical_id(id);
  if (!user_key) co_return not_found();
  std::vector<std::string> names{id_lock(*user_key)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  UserResult<User> user = co_await need(*user_key);
  if (!user) co_return std::move(user.error());
  std::vector<std::string>& keys =
      kind == Favorite::kProject ? user->favorite_projects : user->favorite_scenes;
  const bool is_there = std::ranges::find(keys, key) != keys.end();
  if (is_there == (set == Set::kOn)) co_return std::move(*user);
  if (set == Set::kOn) {
    keys.push_back(std::move(key));
  } else {
    std::erase(keys, key);
  }
  if (auto problem = problem_with_favorites(keys); problem && set == Set::kOn)
    co_return UserError{Kind::kInsufficient, std::move(*problem)};
  const Result<void> stored = co_await parts_.records.replace_profile(*user);
  if (!stored) co_return unavailable(stored.error());
  co_return std::move(*user);
}

Task<UserResult<void>> Users::rehash(User user, std::string password) {
  const std::optional<std::string> wanted(std::move(password));
  UserResult<std::string> hashed = co_await hash(wanted);
  if (!hashed) co_return std::move(hashed.error());
  std::vector<std::string> names{id_lock(user.id)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  UserResult<User> current = co_await need(user.id);
  if (!current) co_return std::move(current.error());
  if (current->password_hash != user.password_hash) co_return UserResult<void>();
  current->password_hash = std::move(*hashed);
  const Result<void> stored = co_await parts_.records.replace_standing(*current);
  if (!stored) co_return unavailable(stored.error());
  co_return UserResult<void>();
}

}  // namespace aesel::gateway
