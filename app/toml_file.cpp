#include "app/toml_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/words.hpp"

namespace aesel::app {
namespace {

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// One line of the file, read from left to right. A failure is kept in `problem`, and reading stops.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  std::string problem;

  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  bool at_end() {
    skip_space();
    return rest_.empty() || rest_[0] == '#';
  }
  bool take(std::string_view token) {
    skip_space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  /// "a.b.c", parts bare or quoted, joined with dots.
  std::string dotted_key() {
    std::string key = key_part();
    while (problem.empty() && take(".")) key += '.' + key_part();
    return key;
  }

  std::string value() {
    skip_space();
    if (rest_.starts_with("\"\"\"") || rest_.starts_with("'''"))
      return fail("a string on one line was expected");
    if (rest_.starts_with('"')) return basic_string();
    if (rest_.starts_with('\'')) return literal_string();
    if (rest_.starts_with('[') || rest_.starts_with('{')) return fail("no key takes a list or a table");
    return bare_value();
  }

 private:
  std::string fail(std::string message) {
    problem = std::move(message);
    return {};
  }

  std::string key_part() {
    skip_space();
    if (rest_.starts_with('"')) return basic_string();
    if (rest_.starts_with('\'')) return literal_string();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_bare);
    const std::string part(rest_.begin(), end);
    if (part.empty()) return fail("a key was expected, like http.port = 8080");
    rest_.remove_prefix(part.size());
    return part;
  }

  std::string literal_string() {
    const std::size_t end = rest_.find('\'', 1);
    if (end == std::string_view::npos) return fail("the string has no closing '");
    const std::string text(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::string basic_string() {
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return text;
      }
      if (rest_[i] != '\\') {
        text += rest_[i];
        continue;
      }
      if (++i == rest_.size()) break;
      constexpr std::string_view kEscapes = "\"\\nrtbf", kMeanings = "\"\\\n\r\t\b\f";
      const std::size_t known = kEscapes.find(rest_[i]);
      if (known == std::string_view::npos)
        return fail(fmt::format("\\{} is not an escape known here", rest_[i]));
      text += kMeanings[known];
    }
    return fail("the string has no closing \"");
  }

  std::string bare_value() {
    std::string text(trim(rest_.substr(0, rest_.find('#'))));
    rest_ = {};
    if (text.empty()) return fail("a value was expected");
    if (text == "true" || text == "false") return text;
    std::string digits = text;
    std::erase(digits, '_');
    const std::size_t sign = digits[0] == '-' || digits[0] == '+' ? 1 : 0;
    if (digits.size() > sign && digits.find_first_not_of("0123456789.", sign) == std::string::npos) {
      return digits[0] == '+' ? digits.substr(1) : digits;
    }
    return fail(
        fmt::format("{} is neither a number nor true or false; text stands in quotes: \"{}\"", text, text));
  }

  std::string_view rest_;
};

/// Reads one line into `table` or `into`. The problem, or "".
std::string read_line(std::string_view text, int number, std::string& table, std::vector<FileSetting>& into) {
  Line line(text);
  if (line.at_end()) return "";
  if (line.take("[[")) return "no key takes a list of tables";
  if (line.take("[")) {
    std::string name = line.dotted_key();
    if (!line.problem.empty()) return line.problem;
    if (!line.take("]")) return "the table name has no closing ]";
    table = std::move(name);
  } else {
    std::string key = line.dotted_key();
    if (!line.problem.empty()) return line.problem;
    if (!line.take("=")) return fmt::format("= was expected after {}", key);
    std::string value = line.value();
    if (!line.problem.empty()) return line.problem;
    into.push_back({table.empty() ? std::move(key) : table + '.' + key, std::move(value), number});
  }
  return line.at_end() ? "" : "nothing more was expected on this line";
}

}  // namespace

Result<std::vector<FileSetting>, FileError> read_toml(std::string_view text) {
  std::vector<FileSetting> settings;
  std::map<std::string, int> first_lines;
  std::string table;
  int number = 0;
  for (const std::string& with_end : split(text, '\n')) {
    ++number;
    std::string_view line = with_end;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t before = settings.size();
    std::string problem = read_line(line, number, table, settings);
    if (!problem.empty()) return FileError{number, std::move(problem)};
    if (settings.size() == before) continue;
    const auto [it, fresh] = first_lines.emplace(settings.back().key, number);
    if (!fresh) {
      return FileError{number, fmt::format("{} is already set on line {}", it->first, it->second)};
    }
  }
  return settings;
}

}  // namespace aesel::app
