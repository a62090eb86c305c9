// A request and a response as handlers see them: plain data, no library types.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

std::string_view to_text(Method method);

struct Header {
  std::string name;
  std::string value;
};

/// Case does not matter.
bool same_header_name(std::string_view a, std::string_view b);

/// A body that is read piece by piece, so that its size costs no memory. Read by one coroutine.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// Fills the front of `into` and says how many bytes; 0 at the end, and at every call after it. An error is
  /// final: the sender went away or was too slow (a request), what is sent cannot be read (a response).
  virtual Task<Result<std::size_t>> read(std::span<char> into) = 0;
};

/// How a service wants the body of a request.
enum class BodyMode {
  kWhole,   // in Request::body, at most http.body.bytes_max
  kStream,  // from Request::source, of any size: the handler sets the limit
};

struct Request {
  Method method = Method::kGet;
  std::vector<std::string> segments;  // of the path: percent-decoded once, empty ones dropped
  std::vector<std::pair<std::string, std::string>> query;  // decoded, '+' is a space, in order
  std::vector<Header> headers;                             // as received
  std::string body;                                        // BodyMode::kWhole
  std::unique_ptr<BodySource> source;  // BodyMode::kStream; nullptr if there is no body. Valid until the
                                       // response has been sent, so that a response may read from it
  std::optional<std::uint64_t> source_bytes;  // what Content-Length says, if the body comes with one
  std::string local_address;  // the address at which the client reached this server, e.g. "127.0.0.1"
  std::string peer_address;
  bool secure = false;  // the client came by HTTPS

  /// The first header of that name (case does not matter), or "".
  std::string_view header(std::string_view name) const;
  /// The first query parameter of that name, or nullptr.
  const std::string* query_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<Header> headers;                // beyond Content-Type, Content-Length and Connection
  std::unique_ptr<BodySource> source;         // instead of `body`, when set
  std::optional<std::uint64_t> source_bytes;  // exactly so many; absent: sent in chunks. The answer to a HEAD
                                              // may have it without a source
};

/// Splits and decodes a request target into a request's segments and query. False for a malformed target
/// (a bad percent escape, a NUL byte).
bool parse_target(std::string_view target, Request& into);

}  // namespace aesel::http
