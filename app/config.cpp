#include "app/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "app/toml_file.hpp"
#include "app/words.hpp"
#include "base/check.hpp"

namespace aesel::app {
namespace {

constexpr std::string_view kFileVariable = "AESEL_CONFIG";
constexpr std::string_view kSecretPrefix = "AESEL_SECRET_";  // see src/secrets/env

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string lower = lower_case(text);
  if (lower == "true" || lower == "yes" || lower == "on" || lower == "1") return true;
  if (lower == "false" || lower == "no" || lower == "off" || lower == "0") return false;
  return std::nullopt;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const auto nearest = nearest_word(word, known);
  return nearest ? fmt::format("did you mean {}?", *nearest) : std::string("aesel config prints all keys");
}

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const KeySpec& spec : key_specs()) keys.emplace_back(spec.key);
  return keys;
}

}  // namespace

std::string ConfigError::text() const {
  return fmt::format("{}", fmt::join(problems, "\n"));
}

/// Puts the layers together, strongest first, and collects the problems.
class ConfigLoader {
 public:
  Result<Config, ConfigError> load(const ConfigInputs& inputs) {
    add_environment(inputs.environment);
    for (auto it = inputs.command_line.rbegin(); it != inputs.command_line.rend(); ++it) add(*it);
    for (const auto& layer : inputs.remote) {
      for (const Setting& setting : layer) add(setting);
    }
    add_file(inputs);
    add_defaults();
    if (!error_.problems.empty()) return std::move(error_);
    return std::move(config_);
  }

 private:
  void add_environment(const std::map<std::string, std::string>& environment) {
    std::vector<std::string> variables{std::string(kFileVariable)};
    for (const KeySpec& spec : key_specs()) variables.push_back(env_variable(spec.key));
    for (const auto& [name, text] : environment) {
      if (!name.starts_with("AESEL_") || name.starts_with(kSecretPrefix) || name == kFileVariable) continue;
      const auto it = std::find(variables.begin() + 1, variables.end(), name);
      if (it == variables.end()) {
        problem("environment: {} is not known; {}", name, did_you_mean(name, variables));
        continue;
      }
      const auto index = static_cast<std::size_t>(it - variables.begin()) - 1;
      add({std::string(key_specs()[index].key), text, "environment " + name});
    }
  }

  void add_file(const ConfigInputs& inputs) {
    const auto named = inputs.environment.find(std::string(kFileVariable));
    std::optional<std::string> path = inputs.file;
    if (named != inputs.environment.end()) path = named->second;
    if (!path) {
      for (const std::string& candidate : inputs.file_candidates) {
        std::error_code ignored;
        if (!path && std::filesystem::exists(candidate, ignored)) path = candidate;
      }
    }
    if (path) read_file(*path);
  }

  void read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream content;
    if (file) content << file.rdbuf();
    if (!file || std::filesystem::is_directory(path)) {
      return problem("{}: cannot be read: {}", path, std::strerror(errno == 0 ? EISDIR : errno));
    }
    const auto settings = read_toml(content.str());
    if (!settings) return problem("{}:{}: {}", path, settings.error().line, settings.error().message);
    for (const FileSetting& setting : *settings) {
      add({setting.key, setting.value, fmt::format("{}:{}", path, setting.line)});
    }
    config_.file_ = path;
  }

  void add_defaults() {
    const bool port_is_open = !config_.values_.contains("http.port");
    const bool path_is_open = !config_.values_.contains("storage.sqlite.path");
    const bool blobs_are_open = !config_.values_.contains("storage.blobs.path");
    const bool secret_is_open = !config_.values_.contains("auth.secret.path");
    for (const KeySpec& spec : key_specs())
      add({std::string(spec.key), std::string(spec.default_value), "default"});
    if (!error_.problems.empty()) return;
    const int port = default_http_port(config_.roles());
    if (port_is_open) config_.values_["http.port"] = {std::to_string(port), port, "default"};
    if (path_is_open)
      config_.values_["storage.sqlite.path"] = {default_store_path(config_.roles()), 0, "default"};
    if (blobs_are_open) config_.values_["storage.blobs.path"] = {beside_store("-blobs.db"), 0, "default"};
    if (secret_is_open) config_.values_["auth.secret.path"] = {beside_store("-secret.key"), 0, "default"};
  }

  /// "dir/aesel.db" and "-blobs.db" make "dir/aesel-blobs.db".
  std::string beside_store(std::string_view ending) const {
    std::filesystem::path path = config_.text("storage.sqlite.path");
    return path.replace_extension().string() + std::string(ending);
  }

  /// Checks a setting and takes it, unless a stronger layer has the key.
  void add(const Setting& setting) {
    const KeySpec* spec = find_key(setting.key);
    if (spec == nullptr) {
      return problem("{}: {} is not a key; {}", setting.source, setting.key,
                     did_you_mean(setting.key, all_keys()));
    }
    Config::Value value{setting.value, 0, setting.source};
    if (!accept(*spec, value)) {
      const std::string_view shown =
          spec->secrecy == Secrecy::kSecret ? "(hidden)" : std::string_view(setting.value);
      return problem("{}: {} is \"{}\", but must be {}", setting.source, spec->key, shown,
                     allowed_text(*spec));
    }
    config_.values_.emplace(setting.key, std::move(value));
  }

  /// Fills the number and brings the text into its usual form; false when the spec does not allow it.
  static bool accept(const KeySpec& spec, Config::Value& value) {
    switch (spec.type) {
      case KeyType::kText:
        return true;
      case KeyType::kPath:
        return !value.text.empty();
      case KeyType::kInteger:
      case KeyType::kDurationMs: {
        const auto number = parse_integer(value.text);
        value.number = number.value_or(0);
        return number && *number >= spec.min && *number <= spec.max;
      }
      case KeyType::kBoolean: {
        const auto on = parse_boolean(value.text);
        value.number = on.value_or(false) ? 1 : 0;
        value.text = on.value_or(false) ? "true" : "false";
        return on.has_value();
      }
      case KeyType::kChoice:
        value.text = lower_case(value.text);
        return std::find(spec.choices.begin(), spec.choices.end(), value.text) != spec.choices.end();
      case KeyType::kRoles: {
        const auto roles = parse_roles(value.text);
        if (roles) value.text = to_text(*roles);
        return roles.has_value();
      }
    }
    return false;
  }

  template <class... Args>
  void problem(fmt::format_string<Args...> text, Args&&... args) {
    error_.problems.push_back(fmt::format(text, std::forward<Args>(args)...));
  }

  Config config_;
  ConfigError error_;
};

const Config::Value& Config::value(std::string_view key) const {
  const auto it = values_.find(key);
  CHECK(it != values_.end());
  return it->second;
}

const std::string& Config::text(std::string_view key) const {
  return value(key).text;
}

std::int64_t Config::integer(std::string_view key) const {
  const KeySpec* spec = find_key(key);
  CHECK(spec != nullptr && (spec->type == KeyType::kInteger || spec->type == KeyType::kDurationMs));
  return value(key).number;
}

bool Config::boolean(std::string_view key) const {
  const KeySpec* spec = find_key(key);
  CHECK(spec != nullptr && spec->type == KeyType::kBoolean);
  return value(key).number != 0;
}

Roles Config::roles() const {
  return *parse_roles(text("roles"));
}

const std::string& Config::source(std::string_view key) const {
  return value(key).source;
}

Result<Config, ConfigError> load_config(const ConfigInputs& inputs) {
  return ConfigLoader().load(inputs);
}

}  // namespace aesel::app
