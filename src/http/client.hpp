// Client: requests to another HTTP server, with a pool of kept connections and a deadline for each request.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "net/fwd.hpp"

namespace aesel::http {

struct Url {
  std::string host;  // without brackets
  std::uint16_t port = 80;
  std::string path;  // without a trailing slash; "" for the root
  std::string text() const;
};
/// "http://host[:port][/path]", or "host:port". Errors: std::errc::invalid_argument.
Result<Url> parse_url(std::string_view text);

struct ClientOptions {
  Url server;
  int connect_timeout_ms = 3'000;
  int request_timeout_ms = 10'000;  // for a whole request, retry included
  std::size_t connections_max = 64;
  std::size_t response_bytes_max = 256u << 20;
};

struct ClientRequest {
  Method method = Method::kGet;
  std::string target;  // "/v1/object", already encoded
  std::string body;
  std::string content_type = "application/json";
  std::vector<Header> headers;
};

/// Thread: the core that runs `context`. An idempotent request is tried once more when a kept connection
/// turns out to be closed. Errors: timed_out, connection_refused, host not found, ...
class Client {
 public:
  virtual ~Client() = default;
  virtual Task<Result<Response>> send(ClientRequest request) = 0;
};
std::unique_ptr<Client> make_client(boost::asio::io_context& context, ClientOptions options);

/// One request from a program that has no event loop. Blocks.
Result<Response> send_blocking(const ClientOptions& options, const ClientRequest& request);

/// Percent-encodes one path segment.
std::string encode_segment(std::string_view segment);

}  // namespace aesel::http
