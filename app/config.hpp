// Config: the value of every key and where it came from. Loaded once at start-up from layers, the strongest
// first: environment, command line, (remote sources,) file, defaults. An unknown key or a bad value is an
// error.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/key_spec.hpp"
#include "app/roles.hpp"
#include "base/result.hpp"

namespace aesel::app {

/// One key set in one place.
struct Setting {
  std::string key;
  std::string value;
  std::string source;  // for people: "--http.port", "aesel.toml:12"
};

struct ConfigInputs {
  std::map<std::string, std::string> environment;  // all of it; only AESEL_... matters
  std::vector<Setting> command_line;               // the last of a key wins
  std::vector<std::vector<Setting>> remote;        // e.g. Consul, then Vault; the first that has a key wins
  std::optional<std::string> file;           // must exist; AESEL_CONFIG in the environment comes before it
  std::vector<std::string> file_candidates;  // the first that exists, when `file` is absent
};

struct ConfigError {
  std::vector<std::string> problems;  // one sentence each: what is wrong, where, what is allowed
  std::string text() const;           // one per line
};

/// Immutable. The getters CHECK that the key exists and has the type.
class Config {
 public:
  const std::string& text(std::string_view key) const;  // any type
  std::int64_t integer(std::string_view key) const;     // integers and durations
  bool boolean(std::string_view key) const;
  Roles roles() const;
  /// Where the value came from: "environment AESEL_HTTP_PORT", "--http.port", "aesel.toml:3", "default".
  const std::string& source(std::string_view key) const;
  /// The file that was read, if any.
  const std::optional<std::string>& file() const { return file_; }

 private:
  friend class ConfigLoader;
  struct Value {
    std::string text;
    std::int64_t number = 0;
    std::string source;
  };
  const Value& value(std::string_view key) const;
  std::map<std::string, Value, std::less<>> values_;
  std::optional<std::string> file_;
};

/// Every problem that there is, not only the first.
Result<Config, ConfigError> load_config(const ConfigInputs& inputs);

}  // namespace aesel::app
