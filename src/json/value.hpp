// Reading JSON the way the contract asks: a member of the wrong type, or null, is as good as absent.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace aesel::json {

using Value = nlohmann::json;

struct ParseError {
  std::string message;  // what was expected, and at which byte
};

inline constexpr int kDepthMax = 64;

/// The first JSON value in the text; what follows it is ignored. Errors: empty text, bad JSON, nested deeper
/// than kDepthMax, invalid UTF-8 in a string, a number that no double can hold.
Result<Value, ParseError> parse(std::string_view text);

/// A member of an object, or nullptr when absent, null, or when `object` is not an object.
const Value* find(const Value& object, std::string_view name);

std::string text_or_empty(const Value& object, std::string_view name);
std::optional<std::string> text(const Value& object, std::string_view name);      // strings only
std::optional<double> number(const Value& object, std::string_view name);         // any finite JSON number
std::optional<std::int64_t> integer(const Value& object, std::string_view name);  // integers only, not 1.0
std::optional<std::int32_t> int32(const Value& object, std::string_view name);    // integers that fit
std::optional<bool> boolean(const Value& object, std::string_view name);
std::vector<std::string> texts(const Value& object, std::string_view name);  // non-strings and "" skipped

}  // namespace aesel::json
