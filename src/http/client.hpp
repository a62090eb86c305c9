// Client: requests to another HTTP server, with a pool of kept connections and deadlines.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "http/url.hpp"
#include "net/fwd.hpp"
#include "net/tls.hpp"

namespace aesel::http {

struct ClientOptions {
  Url server;
  int connect_timeout_ms = 3'000;
  int request_timeout_ms = 10'000;  // to the end of the response, retry included; with a streamed request
                                    // body, from its end; of a streamed response body, to its beginning
  int stall_timeout_ms = 30'000;    // without progress of a streamed body
  int idle_timeout_ms = 60'000;     // a connection that is kept longer than this is not used again
  std::size_t connections_max = 1024;
  std::size_t response_bytes_max = 256u << 20;  // of a body that is taken whole
  const net::TlsTrust* trust = nullptr;  // for https; outlives the client. nullptr: the system's authorities
};

struct ClientRequest {
  Method method = Method::kGet;
  std::string target;  // "/v1/object", already encoded
  std::string body;
  std::string content_type = "application/json";  // "": not said
  std::vector<Header> headers;
  BodySource* source = nullptr;               // instead of `body`, when set; used until send() returns
  std::optional<std::uint64_t> source_bytes;  // exactly so many; absent: sent in chunks
  std::optional<std::size_t> stream_above;    // a response body of more bytes, or of an unknown number, comes
                                              // as Response::source
};

/// Thread: the core that runs `context`. An idempotent request whose body is not streamed is tried once more
/// when a kept connection turns out to be closed. A request body whose source fails is never completed: the
/// connection is cut, and the source's error returned.
/// An https server has to show a certificate for its host that is trusted.
/// Errors: timed_out, connection_refused, host not found, net::TlsErrc, resource_unavailable_try_again when
/// connections_max are in use, ... The source of a response may outlive the client, but not the context.
/// Reading it fails with timed_out when the server stalls, connection_reset when it leaves.
class Client {
 public:
  virtual ~Client() = default;
  virtual Task<Result<Response>> send(ClientRequest request) = 0;
};
std::unique_ptr<Client> make_client(boost::asio::io_context& context, ClientOptions options);

/// One request from a program that has no event loop. Blocks. REQUIRES: no stream_above.
Result<Response> send_blocking(const ClientOptions& options, const ClientRequest& request);

}  // namespace aesel::http
