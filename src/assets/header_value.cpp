#include "assets/header_value.hpp"

#include <algorithm>

namespace aesel::assets {
namespace {

constexpr std::size_t kMediaTypeBytesMax = 255;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
  return result;
}

/// Takes a quoted string, whose first quote is the front of `text`, off `text`.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    const bool escapes =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (escapes) ++i;
    value += text[i];
  }
  return std::nullopt;
}

std::optional<std::string> take_value(std::string_view& text) {
  if (!text.empty() && text.front() == '"') return take_quoted(text);
  const std::string_view value = trim(text.substr(0, text.find(';')));
  if (value.empty() || value.find_first_of("\" \t") != value.npos) return std::nullopt;
  text.remove_prefix(std::min(text.size(), text.find(';')));
  return std::string(value);
}

}  // namespace

const std::string* HeaderValue::parameter(std::string_view name) const {
  for (const auto& [key, text] : parameters) {
    if (key == name) return &text;
  }
  return nullptr;
}

std::optional<HeaderValue> parse_header_value(std::string_view text) {
  if (std::ranges::any_of(text, is_control)) return std::nullopt;
  HeaderValue header;
  header.value = lower(trim(text.substr(0, text.find(';'))));
  if (header.value.empty()) return std::nullopt;
  text.remove_prefix(std::min(text.size(), text.find(';')));
  while (!text.empty()) {
    if (text.front() != ';') return std::nullopt;
    text = trim(text.substr(1));
    if (text.empty()) break;  // a semicolon at the end does no harm
    const std::size_t equals = text.find('=');
    if (equals == text.npos) return std::nullopt;
    std::string name = lower(trim(text.substr(0, equals)));
    if (!is_token(name) || header.parameter(name) != nullptr) return std::nullopt;
    text = trim(text.substr(equals + 1));
    std::optional<std::string> value = take_value(text);
    if (!value) return std::nullopt;
    header.parameters.emplace_back(std::move(name), std::move(*value));
    text = trim(text);
  }
  return header;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

bool is_media_type(std::string_view text) {
  if (text.size() > kMediaTypeBytesMax || trim(text) != text) return false;
  const std::optional<HeaderValue> header = parse_header_value(text);
  if (!header) return false;
  const std::size_t slash = header->value.find('/');
  if (slash == std::string::npos) return false;
  const std::string_view value = header->value;
  return is_token(value.substr(0, slash)) && is_token(value.substr(slash + 1)) &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace aesel::assets
