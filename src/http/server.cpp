#include "http/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>

#include "base/clock.hpp"
#include "http/connection.hpp"
#include "net/task_group.hpp"

namespace aesel::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr std::int64_t kMs = 1'000'000;

class ServerOnBeast final : public Server {
 public:
  ServerOnBeast(asio::io_context& context, const ServerOptions& options, tcp::acceptor acceptor,
                Service& service, telemetry::Metrics& metrics)
      : context_(context),
        shared_(service, options, metrics),
        acceptor_(std::move(acceptor)),
        sweep_timer_(context),
        tasks_(context) {
    metrics.gauge(
        "aesel_http_connections", "Open connections.", [count = open_] { return double(*count); },
        options.tls != nullptr ? "scheme=\"https\"" : "scheme=\"http\"");
  }

  std::uint16_t port() const override {
    error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

  Task<void> run() override {
    tasks_.spawn("http deadlines", sweep());
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(kTuple);
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) break;
      if (error) {
        // Out of file descriptors, or a client that left in the queue: give the others a moment.
        asio::steady_timer pause(context_, std::chrono::milliseconds(50));
        co_await pause.async_wait(kTuple);
        continue;
      }
      admit(std::move(socket));
    }
    co_await tasks_.wait();
  }

  void stop(int drain_ms) override {
    shared_.draining = true;
    error_code ignored;
    acceptor_.close(ignored);
    drain_until_ns_ = system_clock().steady_ns() + drain_ms * kMs;
    for (auto& connection : connections_) connection.close_if_idle();
    sweep_timer_.cancel();
  }

 private:
  void admit(tcp::socket socket) {
    if (connections_.size() >= shared_.options.connections_max) {
      if (shared_.options.tls != nullptr) return;  // closing is all that can be said without a handshake
      static constexpr std::string_view kBusy =
          "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      error_code ignored;
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(kBusy), ignored);
      return;
    }
    const auto position = connections_.emplace(connections_.end(), std::move(socket), shared_);
    *open_ = connections_.size();
    tasks_.spawn("http connection", own(position));
  }

  Task<void> own(std::list<Connection>::iterator position) {
    co_await position->serve();
    connections_.erase(position);
    *open_ = connections_.size();
  }

  /// One timer for all connections: cheaper than arming one for each request.
  Task<void> sweep() {
    while (!shared_.draining || !connections_.empty()) {
      sweep_timer_.expires_after(std::chrono::milliseconds(shared_.draining ? 20 : 250));
      co_await sweep_timer_.async_wait(kTuple);
      const std::int64_t now_ns = system_clock().steady_ns();
      for (auto& connection : connections_) {
        if (shared_.draining && now_ns > drain_until_ns_)
          connection.close();
        else if (shared_.draining)
          connection.close_if_idle();
        connection.enforce_deadlines(now_ns);
      }
    }
  }

  asio::io_context& context_;
  ServerShared shared_;
  tcp::acceptor acceptor_;
  asio::steady_timer sweep_timer_;
  std::list<Connection> connections_;
  std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);
  net::TaskGroup tasks_;
  std::int64_t drain_until_ns_ = 0;
};

Result<tcp::acceptor> open_acceptor(asio::io_context& context, const tcp::endpoint& at, const bool every) {
  tcp::acceptor acceptor(context);
  error_code error;
  acceptor.open(at.protocol(), error);
  if (error) return error;
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (every && at.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
  acceptor.bind(at, error);
  if (error) return error;
  acceptor.listen(4096, error);
  if (error) return error;
  return acceptor;
}

}  // namespace

Result<std::unique_ptr<Server>> open_server(asio::io_context& context, const ServerOptions& options,
                                            Service& service, telemetry::Metrics& metrics) {
  error_code error;
  const bool every = options.host == "*" || options.host.empty();
  const auto address = every ? asio::ip::make_address("::") : asio::ip::make_address(options.host, error);
  if (error) return error;
  auto acceptor = open_acceptor(context, tcp::endpoint(address, options.port), every);
  if (!acceptor && every && acceptor.error() == asio::error::address_family_not_supported) {
    const tcp::endpoint any_v4(asio::ip::address_v4::any(), options.port);  // a machine without IPv6
    acceptor = open_acceptor(context, any_v4, false);
  }
  if (!acceptor) return acceptor.error();
  return std::unique_ptr<Server>(
      std::make_unique<ServerOnBeast>(context, options, std::move(*acceptor), service, metrics));
}

}  // namespace aesel::http
