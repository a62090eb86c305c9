#include "app/check_verb.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/checks.hpp"
#include "app/config_options.hpp"
#include "app/terminal.hpp"

namespace aesel::app {
namespace {

std::string label(const Terminal& terminal, Severity severity) {
  switch (severity) {
    case Severity::kGood:
      return terminal.styled(Style::kGreen, "ok     ");
    case Severity::kWarning:
      return terminal.styled(Style::kYellow, "warning");
    case Severity::kProblem:
      return terminal.styled(Style::kRed, "problem");
  }
  return "";
}

int run(const ConfigArguments& arguments) {
  const Terminal terminal(stdout);
  const auto print = [&](const Finding& finding) {
    fmt::print("{}  {}{}{}\n", label(terminal, finding.severity), finding.text,
               finding.advice.empty() ? "" : ": ", finding.advice);
  };
  const auto config = load_process_config(arguments);
  if (!config) {
    for (const std::string& text : config.error().problems) print({Severity::kProblem, text, ""});
    return 1;
  }
  print({Severity::kGood, "settings" + (config->file() ? " from " + *config->file() : ""), ""});
  int problems = 0;
  for (const Finding& finding : check_everything(*config)) {
    print(finding);
    if (finding.severity == Severity::kProblem) ++problems;
  }
  return problems == 0 ? 0 : 1;
}

}  // namespace

std::function<int()> add_check_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("check", "Say what is wrong before a server starts");
  const auto arguments = std::make_shared<ConfigArguments>();
  add_config_options(*verb, arguments);
  verb->footer(
      "Takes the settings of aesel serve and starts nothing. A database file of an older version is brought\n"
      "to this one, as serve would. The exit code is 1 when there is a problem; warnings are none.\n\n"
      "Example:\n  aesel check --config site.toml");
  return [arguments] { return run(*arguments); };
}

}  // namespace aesel::app
