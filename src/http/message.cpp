#include "http/message.hpp"

namespace aesel::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum class Plus { kKeep, kSpace };

/// Percent-decodes once. False for a bad escape or a NUL byte.
bool decode(std::string_view text, Plus plus, std::string& into) {
  into.clear();
  if (text.find_first_of(plus == Plus::kSpace ? "%+" : "%") == text.npos && text.find('\0') == text.npos) {
    into.assign(text);
    return true;
  }
  into.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus == Plus::kSpace) c = ' ';
    if (c == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if ((high | low) < 0) return false;
      c = static_cast<char>(high << 4 | low);
      i += 2;
    }
    if (c == '\0') return false;
    into += c;
  }
  return true;
}

bool parse_query(std::string_view text, Request& into) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto& [name, value] = into.query.emplace_back();
    if (!decode(pair.substr(0, equals), Plus::kSpace, name)) return false;
    if (equals != pair.npos && !decode(pair.substr(equals + 1), Plus::kSpace, value)) return false;
  }
  return true;
}

}  // namespace

bool same_header_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string_view to_text(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kOther:
      break;
  }
  return "OTHER";
}

std::string_view Request::header(std::string_view name) const {
  for (const Header& h : headers) {
    if (same_header_name(h.name, name)) return h.value;
  }
  return {};
}

const std::string* Request::query_value(std::string_view name) const {
  for (const auto& [n, value] : query) {
    if (n == name) return &value;
  }
  return nullptr;
}

bool parse_target(std::string_view target, Request& into) {
  into.segments.clear();
  into.query.clear();
  // The absolute form, "http://host/path", names the path after the third slash.
  if (target.starts_with("http://") || target.starts_with("https://")) {
    const std::size_t slash = target.find('/', target.find("//") + 2);
    target = slash == target.npos ? std::string_view("/") : target.substr(slash);
  }
  target = target.substr(0, target.find('#'));
  const std::size_t question = target.find('?');
  std::string_view path = target.substr(0, question);
  if (question != target.npos && !parse_query(target.substr(question + 1), into)) return false;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    if (segment.empty()) continue;
    if (!decode(segment, Plus::kKeep, into.segments.emplace_back())) return false;
  }
  return true;
}

}  // namespace aesel::http
