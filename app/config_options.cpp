#include "app/config_options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

extern char** environ;

namespace aesel::app {
namespace {

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::string help_of(const KeySpec& spec) {
  std::string help(spec.help);
  if (spec.type == KeyType::kChoice || spec.type == KeyType::kRoles) help += "; " + allowed_text(spec);
  if (spec.default_value.empty()) return help;
  return fmt::format("{} [{}]", help, spec.default_value);
}

}  // namespace

void add_config_options(CLI::App& verb, const std::shared_ptr<ConfigArguments>& into,
                        std::string_view shown) {
  const std::string group = "Settings (also in the settings file, and as AESEL_HTTP_PORT in the environment)";
  verb.add_option("--config", into->file, "settings file [./aesel.toml, /etc/aesel/aesel.toml]")
      ->type_name("FILE");
  verb.add_option("--set", into->pairs, "any setting; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  for (const KeySpec& spec : key_specs()) {
    const std::string key(spec.key);
    const auto take = [into, key](const std::string& value) {
      into->settings.push_back({key, value, "--" + key});
    };
    verb.add_option_function<std::string>("--" + key, take, help_of(spec))
        ->type_name("")
        ->group(key.starts_with(shown) ? group : "");
  }
}

Result<ConfigInputs, ConfigError> config_inputs(const ConfigArguments& arguments) {
  ConfigInputs inputs;
  inputs.environment = process_environment();
  inputs.command_line = arguments.settings;
  for (const std::string& pair : arguments.pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) {
      return ConfigError{{fmt::format("--set {}: key=value was expected, like --set http.port=8080", pair)}};
    }
    inputs.command_line.push_back({pair.substr(0, equals), pair.substr(equals + 1), "--set"});
  }
  if (!arguments.file.empty()) inputs.file = arguments.file;
  inputs.file_candidates = {"aesel.toml", "/etc/aesel/aesel.toml"};
  return inputs;
}

Result<Config, ConfigError> load_process_config(const ConfigArguments& arguments) {
  const auto inputs = config_inputs(arguments);
  if (!inputs) return inputs.error();
  return load_config(*inputs);
}

}  // namespace aesel::app
