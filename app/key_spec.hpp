// The one registry of configuration keys: name, type, default, range, help. Everything that reads, checks,
// prints or explains configuration goes by this table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aesel::app {

enum class KeyType { kText, kInteger, kBoolean, kDurationMs, kPath, kChoice, kRoles };
enum class Secrecy { kPlain, kSecret };

struct KeySpec {
  std::string_view key;  // "http.port"
  KeyType type = KeyType::kText;
  std::string_view default_value;
  std::string_view help;
  std::int64_t min = 0;  // integers and durations
  std::int64_t max = 0;
  std::vector<std::string_view> choices;  // kChoice
  Secrecy secrecy = Secrecy::kPlain;
};

/// Every key, in the order in which they are printed.
std::span<const KeySpec> key_specs();
/// nullptr for an unknown key.
const KeySpec* find_key(std::string_view key);
/// The environment variable of a key: "http.port" is AESEL_HTTP_PORT.
std::string env_variable(std::string_view key);
/// What a key accepts, for people: "an integer from 0 to 65535".
std::string allowed_text(const KeySpec& spec);

}  // namespace aesel::app
