#include "app/user_verb.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>

#include "app/config_options.hpp"
#include "app/password_prompt.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "gateway/users_admin.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::app {
namespace {

using gateway::User;
using gateway::UsersAdmin;

enum class Action { kAdd, kList, kPasswd, kActivate, kDeactivate };

struct Arguments {
  std::shared_ptr<ConfigArguments> config = std::make_shared<ConfigArguments>();
  Action action = Action::kList;
  std::string username;
  bool admin = false;
};

int fail(std::string_view why) {
  fmt::print(stderr, "aesel user: {}\n", why);
  return 1;
}

/// Alone if nobody has the store, else beside the server that has it. Only adding makes a store.
Result<storage::SqliteStore, storage::OpenError> open_store(const Config& config, Action action) {
  storage::SqliteOptions options;
  options.path = config.text("storage.sqlite.path");
  std::error_code ignored;
  if (action != Action::kAdd && !std::filesystem::exists(options.path, ignored)) {
    return storage::OpenError{storage::Errc::kUnavailable,
                              "there is no store " + options.path.string() +
                                  "; name the one that the server uses with --storage.sqlite.path"};
  }
  auto store = storage::open_sqlite_store(options);
  if (store || store.error().code != storage::Errc::kInUse) return store;
  options.sharing = storage::Sharing::kBeside;
  return storage::open_sqlite_store(options);
}

const char* standing_of(const User& user) {
  return user.is_admin ? "admin" : "user";
}

int list(UsersAdmin& users) {
  const auto found = users.list();
  if (!found) return fail(found.error().message);
  std::size_t width = 4;
  for (const User& user : *found) width = std::max(width, user.username.size());
  fmt::print("{:<24}  {:<{}}  {:<8}  {:<8}  {}\n", "id", "name", width, "standing", "state", "email");
  for (const User& user : *found) {
    fmt::print("{}  {:<{}}  {:<8}  {:<8}  {}\n", user.id, user.username, width, standing_of(user),
               user.is_active ? "active" : "inactive", user.email.empty() ? "-" : user.email);
  }
  return 0;
}

int add(UsersAdmin& users, const Arguments& arguments) {
  const auto password = read_password("password of " + arguments.username, Ask::kTwice);
  if (!password) return fail(password.error().message);
  const auto user = users.add(arguments.username, password->text,
                              arguments.admin ? UsersAdmin::Standing::kAdmin : UsersAdmin::Standing::kUser);
  if (!user) return fail(user.error().message);
  fmt::print("added {} {} with the id {}\n", standing_of(*user), user->username, user->id);
  return 0;
}

int set_password(UsersAdmin& users, const std::string& username) {
  const auto password = read_password("new password of " + username, Ask::kTwice);
  if (!password) return fail(password.error().message);
  const auto changed = users.set_password(username, password->text);
  if (!changed) return fail(changed.error().message);
  fmt::print("{} has a new password, and has to log in again everywhere\n", username);
  return 0;
}

int set_active(UsersAdmin& users, const Arguments& arguments) {
  const bool active = arguments.action == Action::kActivate;
  const auto changed = active ? users.activate(arguments.username) : users.deactivate(arguments.username);
  if (!changed) return fail(changed.error().message);
  fmt::print("{} is {}\n", arguments.username, active ? "active" : "inactive, and logged out everywhere");
  return 0;
}

int run(const Arguments& arguments) {
  const auto config = load_process_config(*arguments.config);
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().text());
    return 2;
  }
  if (config->text("storage.method") == "memory")
    return fail("storage.method is memory, which no other process can see; ask the server's /users instead");
  auto store = open_store(*config, arguments.action);
  if (!store) return fail(store.error().message);
  KeyGenerator keys;
  UsersAdmin users({*store->documents, keys, system_clock(), {}});
  if (const auto opened = users.open(); !opened) return fail(opened.error().message);
  switch (arguments.action) {
    case Action::kAdd:
      return add(users, arguments);
    case Action::kList:
      return list(users);
    case Action::kPasswd:
      return set_password(users, arguments.username);
    case Action::kActivate:
    case Action::kDeactivate:
      break;
  }
  return set_active(users, arguments);
}

/// One of the words that follow `aesel user`. The settings may be given after it, too.
CLI::App* add_action(CLI::App& verb, const std::shared_ptr<Arguments>& arguments, const char* name,
                     const char* help, Action action) {
  CLI::App* const sub = verb.add_subcommand(name, help);
  sub->fallthrough();
  sub->callback([arguments, action] { arguments->action = action; });
  if (action != Action::kList)
    sub->add_option("NAME", arguments->username, "of the user")->required()->type_name("");
  return sub;
}

}  // namespace

std::function<int()> add_user_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("user", "Add and change users, also beside a running server");
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const add = add_action(*verb, arguments, "add", "Add an active user", Action::kAdd);
  add->add_flag("--admin", arguments->admin, "who may manage users");
  add->footer("Example:\n  aesel user add eve --admin");
  add_action(*verb, arguments, "list", "Print all users", Action::kList)
      ->footer("Example:\n  aesel user list");
  add_action(*verb, arguments, "passwd", "Change a password, which ends all logins", Action::kPasswd)
      ->footer("Example:\n  aesel user passwd eve\n  aesel user passwd eve < password-file");
  add_action(*verb, arguments, "activate", "Let a user log in again", Action::kActivate)
      ->footer("Example:\n  aesel user activate eve");
  add_action(*verb, arguments, "deactivate", "Log a user out everywhere, for good", Action::kDeactivate)
      ->footer("Example:\n  aesel user deactivate eve");
  verb->require_subcommand(1);
  add_config_options(*verb, arguments->config, "storage.");
  verb->footer(
      "Passwords are asked for, or read from standard input; never from the command line.\nThe exit code is "
      "0 when it "
      "is done, else 1, or 2 for a wrong command line.\n\nExample:\n  aesel user add eve --admin\n  aesel "
      "user list "
      "--storage.sqlite.path /var/lib/aesel/aesel.db");
  return [arguments] { return run(*arguments); };
}

}  // namespace aesel::app
