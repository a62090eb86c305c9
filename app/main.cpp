// aesel: one program for everything. This file knows the verbs and nothing else; each verb has its own file.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/bench_verb.hpp"
#include "app/cert_verb.hpp"
#include "app/check_verb.hpp"
#include "app/config_verb.hpp"
#include "app/demo_verb.hpp"
#include "app/health_verb.hpp"
#include "app/login_verb.hpp"
#include "app/user_verb.hpp"
#include "app/version_verb.hpp"
#include "app/watch_verb.hpp"
#include "app/words.hpp"
#if __has_include("app/serve_verb.hpp")
#include "app/serve_verb.hpp"
#define AESEL_HAS_SERVE
#endif
#if __has_include("app/stream_verb.hpp")
#include "app/stream_verb.hpp"
#define AESEL_HAS_STREAM
#endif

namespace aesel::app {
namespace {

using Actions = std::map<std::string, std::function<int()>, std::less<>>;

Actions add_verbs(CLI::App& program) {
  Actions actions;
#ifdef AESEL_HAS_SERVE
  actions["serve"] = add_serve_verb(program);
#endif
  actions["demo"] = add_demo_verb(program);
  actions["watch"] = add_watch_verb(program);
#ifdef AESEL_HAS_STREAM
  actions["stream"] = add_stream_verb(program);
#endif
  actions["bench"] = add_bench_verb(program);
  actions["config"] = add_config_verb(program);
  actions["check"] = add_check_verb(program);
  actions["login"] = add_login_verb(program);
  actions["user"] = add_user_verb(program);
  actions["cert"] = add_cert_verb(program);
  actions["health"] = add_health_verb(program);
  actions["version"] = add_version_verb(program);
  return actions;
}

/// The verb that was given on the command line, or the program itself.
const CLI::App& chosen(const CLI::App& program) {
  const auto verbs = program.get_subcommands();
  return verbs.empty() ? program : *verbs.front();
}

/// What could have been written in place of a word that nobody expected.
std::vector<std::string> known_words(const CLI::App& verb) {
  std::vector<std::string> words;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  for (const CLI::App* child : verb.get_subcommands({})) words.push_back(child->get_name());
  return words;
}

/// Prints a usage error, or the help that was asked for; the exit code.
int explain(const CLI::App& program, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return program.exit(error);
  const CLI::App& verb = chosen(program);
  fmt::print(stderr, "aesel: {}\n", error.what());
  for (const std::string& word : verb.remaining()) {
    const std::string name = word.substr(0, word.find('='));
    const auto nearest = nearest_word(name, known_words(verb));
    if (nearest) fmt::print(stderr, "Did you mean {} instead of {}?\n", *nearest, name);
  }
  const bool is_verb = &verb != &program;
  fmt::print(stderr, "Help: aesel {}--help\n", is_verb ? verb.get_name() + " " : "");
  return 2;
}

int run(int argc, char** argv) {
  CLI::App program("Aesel: real-time shared 3-D scenes. One program is the whole back-end and its tools.",
                   "aesel");
  program.require_subcommand(0, 1);
  program.footer(
      "Example:\n  aesel demo\n  aesel serve\n  aesel watch --scene demo\n\nEach verb has its own --help.");
  const Actions actions = add_verbs(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(program, error);
  }
  const CLI::App& verb = chosen(program);
  const auto action = actions.find(verb.get_name());
  if (&verb == &program || action == actions.end()) {
    fmt::print("{}", program.help());
    return 0;
  }
  return action->second();
}

}  // namespace
}  // namespace aesel::app

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that left is an error of the write, not the end of the program
  try {
    return aesel::app::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "aesel: {}\n", error.what());
  } catch (...) {
    fmt::print(stderr, "aesel: an unknown error\n");
  }
  return 1;
}
