// Server: HTTP/1.1 on one port: keep-alive, pipelining, chunked requests, limits and deadlines.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "http/service.hpp"
#include "net/fwd.hpp"
#include "net/tls.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::http {

struct ServerOptions {
  std::string host = "*";  // "*": every address, IPv6 and IPv4
  std::uint16_t port = 0;  // 0: any free one
  std::size_t body_bytes_max = 16u << 20;
  std::size_t header_bytes_max = 16u << 10;
  std::size_t connections_max = 20'000;
  int header_timeout_ms =
      15'000;  // for a TLS handshake; from the first byte of a request to the end of its head
  int body_timeout_ms = 60'000;  // for a whole body; for body_bytes_min of one that is streamed, either way
  std::size_t body_bytes_min = 64u << 10;
  int idle_timeout_ms = 120'000;    // between requests
  net::TlsIdentity* tls = nullptr;  // HTTPS as this one, which outlives the server; nullptr: plain HTTP
};

/// Thread: the core that runs `context`. Lifetime: stop() and wait before destroying.
class Server {
 public:
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  /// Accepts until stop().
  virtual Task<void> run() = 0;
  /// Closes the listener and idle connections; requests under way are answered first, for at most
  /// `drain_ms`. run() returns when all is quiet.
  virtual void stop(int drain_ms) = 0;
};

/// Errors: address in use, no such address, no permission.
Result<std::unique_ptr<Server>> open_server(boost::asio::io_context& context, const ServerOptions& options,
                                            Service& service, telemetry::Metrics& metrics);

}  // namespace aesel::http
