// Url: where a server is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aesel::http {

struct Url {
  std::string host;  // without brackets
  std::uint16_t port = 80;
  std::string path;  // without a trailing slash; "" for the root
  bool secure = false;
  std::string text() const;
  /// "host:port", as in a Host header.
  std::string authority() const;
};

/// "http://host[:port][/path]", the same with https, or "host:port". Errors: std::errc::invalid_argument.
Result<Url> parse_url(std::string_view text);

struct Request;
/// Path and query of a request, encoded once; the inverse of parse_target.
std::string encode_target(const Request& request);

/// Percent-encodes one path segment.
std::string encode_segment(std::string_view segment);

}  // namespace aesel::http
