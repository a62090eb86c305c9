#include "app/config_verb.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>

#include "app/config_options.hpp"
#include "app/terminal.hpp"
#include "json/writer.hpp"

namespace aesel::app {
namespace {

struct Arguments {
  std::shared_ptr<ConfigArguments> config = std::make_shared<ConfigArguments>();
  bool json = false;
};

std::string shown_value(const Config& config, const KeySpec& spec) {
  const std::string& value = config.text(spec.key);
  return spec.secrecy == Secrecy::kSecret && !value.empty() ? "********" : value;
}

void print_json(const Config& config) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (const KeySpec& spec : key_specs()) {
    writer.name(spec.key);
    writer.begin_object();
    writer.name("value");
    if (spec.type == KeyType::kInteger || spec.type == KeyType::kDurationMs) {
      writer.integer(config.integer(spec.key));
    } else if (spec.type == KeyType::kBoolean) {
      writer.boolean(config.boolean(spec.key));
    } else {
      writer.text(shown_value(config, spec));
    }
    writer.member("source", std::string_view(config.source(spec.key)));
    writer.end_object();
  }
  writer.end_object();
  fmt::print("{}\n", out);
}

void print_table(const Config& config) {
  const Terminal terminal(stdout);
  std::size_t key_width = 0, value_width = 0;
  for (const KeySpec& spec : key_specs()) {
    key_width = std::max(key_width, spec.key.size());
    value_width = std::max(value_width, shown_value(config, spec).size());
  }
  for (const KeySpec& spec : key_specs()) {
    const std::string& source = config.source(spec.key);
    const std::string value = shown_value(config, spec);
    fmt::print("{:<{}}  {:<{}}  {}\n", spec.key, key_width, value.empty() ? "-" : value, value_width,
               terminal.styled(source == "default" ? Style::kDim : Style::kCyan, source));
  }
}

int print_config(const Arguments& arguments) {
  const auto config = load_process_config(*arguments.config);
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().text());
    return 1;
  }
  arguments.json ? print_json(*config) : print_table(*config);
  return 0;
}

}  // namespace

std::function<int()> add_config_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("config", "Print every setting, its value and where it came from");
  const auto arguments = std::make_shared<Arguments>();
  verb->add_flag("--json", arguments->json, "one JSON object");
  add_config_options(*verb, arguments->config);
  verb->footer("Example:\n  AESEL_HTTP_PORT=9000 aesel config\n  aesel config --config site.toml --json");
  return [arguments] { return print_config(*arguments); };
}

}  // namespace aesel::app
