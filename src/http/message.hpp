// A request and a response as handlers see them: plain data, no library types.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aesel::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

std::string_view to_text(Method method);

struct Header {
  std::string name;
  std::string value;
};

struct Request {
  Method method = Method::kGet;
  std::vector<std::string> segments;  // of the path: percent-decoded once, empty ones dropped
  std::vector<std::pair<std::string, std::string>> query;  // decoded, '+' is a space, in order
  std::vector<Header> headers;                             // as received
  std::string body;
  std::string local_address;  // the address at which the client reached this server, e.g. "127.0.0.1"
  std::string peer_address;

  /// The first header of that name (case does not matter), or "".
  std::string_view header(std::string_view name) const;
  /// The first query parameter of that name, or nullptr.
  const std::string* query_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<Header> headers;  // beyond Content-Type, Content-Length and Connection
};

/// Splits and decodes a request target into a request's segments and query. False for a malformed target
/// (a bad percent escape, a NUL byte).
bool parse_target(std::string_view target, Request& into);

}  // namespace aesel::http
