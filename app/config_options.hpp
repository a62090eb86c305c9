// The command-line side of the configuration: --config, --set and one option for each key, for the verbs that
// read configuration.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace aesel::app {

/// What the options collected. Verbs with friendly options of their own append to `settings`.
struct ConfigArguments {
  std::string file;                // --config; empty: not given
  std::vector<Setting> settings;   // --http.port 8080
  std::vector<std::string> pairs;  // --set http.port=8080
};

/// Adds the options to a verb. All keys are taken; the help shows those that begin with `shown`.
/// REQUIRES: `into` lives until the command line was parsed.
void add_config_options(CLI::App& verb, const std::shared_ptr<ConfigArguments>& into,
                        std::string_view shown = "");

/// The arguments with this process's environment, ./aesel.toml and /etc/aesel/aesel.toml.
/// Errors: a --set that is not key=value.
Result<ConfigInputs, ConfigError> config_inputs(const ConfigArguments& arguments);

/// Loads what the process was started with.
Result<Config, ConfigError> load_process_config(const ConfigArguments& arguments);

}  // namespace aesel::app
