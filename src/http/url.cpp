#include "http/url.hpp"

#include "http/message.hpp"

#include <fmt/format.h>

#include <charconv>

namespace aesel::http {

std::string Url::authority() const {
  const bool v6 = host.find(':') != host.npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

std::string Url::text() const {
  return fmt::format("{}://{}{}", secure ? "https" : "http", authority(), path);
}

Result<Url> parse_url(std::string_view text) {
  const auto invalid = make_error_code(boost::system::errc::invalid_argument);
  Url url;
  if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else if (text.starts_with("https://")) {
    text.remove_prefix(8);
    url.secure = true;
    url.port = 443;
  }
  if (text.find("://") != text.npos) return invalid;
  const std::size_t slash = text.find('/');
  if (slash != text.npos) {
    url.path = text.substr(slash);
    while (url.path.ends_with('/')) url.path.pop_back();
    text = text.substr(0, slash);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return invalid;
    url.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    url.host = text.substr(0, colon);
    port = colon == text.npos ? std::string_view() : text.substr(colon);
  }
  if (url.host.empty() || url.host.find_first_of(" @?#\r\n") != url.host.npos) return invalid;
  if (port.empty()) return url;
  port.remove_prefix(1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535)
    return invalid;
  url.port = static_cast<std::uint16_t>(number);
  return url;
}

std::string encode_segment(std::string_view segment) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(segment.size());
  for (const char c : segment) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_' || c == '~';
    if (safe) {
      out += c;
      continue;
    }
    out += '%';
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string encode_target(const Request& request) {
  std::string target;
  for (const std::string& segment : request.segments) target += "/" + encode_segment(segment);
  if (target.empty()) target = "/";
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    target += separator;
    target += encode_segment(name) + "=" + encode_segment(value);
    separator = '&';
  }
  return target;
}

}  // namespace aesel::http
