#include "http/server.hpp"

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <list>
#include <optional>

#include "base/clock.hpp"
#include "http/router.hpp"
#include "http/serialize.hpp"
#include "net/task_group.hpp"
#include "telemetry/log.hpp"

namespace aesel::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::int64_t kMs = 1'000'000;
constexpr std::size_t kFlushBytes = 64u << 10;  // answers to pipelined requests are sent in such portions

Method to_method(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::kGet;
    case beast::http::verb::head:
      return Method::kHead;
    case beast::http::verb::post:
      return Method::kPost;
    case beast::http::verb::put:
      return Method::kPut;
    case beast::http::verb::patch:
      return Method::kPatch;
    case beast::http::verb::delete_:
      return Method::kDelete;
    case beast::http::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

/// What the whole server shares. One thread.
struct Shared {
  Shared(Service& s, const ServerOptions& o, telemetry::Metrics& m)
      : service(s),
        options(o),
        requests(m.counter("aesel_http_requests_total", "Requests answered.")),
        refused(
            m.counter("aesel_http_refused_total", "Requests that were malformed, too large or too slow.")),
        duration(m.histogram("aesel_http_request_seconds", "From the end of a request to its answer.")) {}
  Service& service;
  const ServerOptions options;
  telemetry::Counter& requests;
  telemetry::Counter& refused;
  telemetry::Histogram& duration;
  bool draining = false;
};

/// One client's connection. Lives in the server's list until its coroutine has ended.
class Connection {
 public:
  enum class Phase { kIdle, kHeader, kBody, kHandling };

  Connection(tcp::socket socket, Shared& shared) : socket_(std::move(socket)), shared_(shared) {
    enter(Phase::kIdle);
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
  }

  Task<void> serve() {
    try {
      while (co_await serve_one()) {
      }
    } catch (const std::exception& e) {
      telemetry::log(telemetry::Level::kError, "a connection failed", {{"error", e.what()}});
    }
    close();
  }

  /// Called now and then: closes a connection whose client is too slow.
  void enforce_deadline(std::int64_t now_ns) {
    if (phase_ == Phase::kHandling || now_ns < deadline_ns_) return;
    if (phase_ != Phase::kIdle) shared_.refused.add();
    close();
  }

  void close_if_idle() {
    if (phase_ == Phase::kIdle) close();
  }

  void close() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }

 private:
  void enter(Phase phase) {
    if (phase == phase_ && deadline_ns_ != 0) return;
    phase_ = phase;
    const auto& o = shared_.options;
    const int allowance_ms = phase == Phase::kIdle     ? o.idle_timeout_ms
                             : phase == Phase::kHeader ? o.header_timeout_ms
                                                       : o.body_timeout_ms;
    deadline_ns_ = system_clock().steady_ns() + allowance_ms * kMs;
  }

  /// Reads one request, answers it. False when the connection is to be closed.
  Task<bool> serve_one() {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(static_cast<std::uint32_t>(shared_.options.header_bytes_max));
    parser_->body_limit(shared_.options.body_bytes_max);
    const error_code error = co_await read_request();
    if (error) {
      if (error != asio::error::eof && error != asio::error::operation_aborted) co_await refuse(error);
      co_return false;
    }
    enter(Phase::kHandling);
    const bool keep = parser_->get().keep_alive() && !shared_.draining;
    const bool head_only = parser_->get().method() == beast::http::verb::head;
    const std::int64_t started_ns = system_clock().steady_ns();
    Response response = co_await answer();
    append_response(out_, response, keep ? Keep::kAlive : Keep::kClose,
                    head_only ? Body::kOmit : Body::kSend);
    shared_.requests.add();
    shared_.duration.record(system_clock().steady_ns() - started_ns);
    parser_.reset();
    enter(Phase::kIdle);
    const bool more_waits = keep && buffer_.size() > 0 && out_.size() < kFlushBytes;
    if (more_waits) co_return true;  // a pipelined request is here already: answer both at once
    const error_code write_error = co_await flush();
    co_return keep && !write_error;
  }

  Task<error_code> read_request() {
    bool continue_sent = false;
    for (;;) {
      if (buffer_.size() > 0) {
        error_code error;
        buffer_.consume(parser_->put(buffer_.data(), error));
        if (error && error != beast::http::error::need_more) co_return error;
        if (parser_->is_done()) co_return error_code{};
        if (parser_->is_header_done())
          enter(Phase::kBody);
        else
          enter(Phase::kHeader);
      }
      if (!out_.empty()) {  // the rest of this request may depend on the answers held back
        const error_code error = co_await flush();
        if (error) co_return error;
      }
      if (parser_->is_header_done() && !continue_sent) {
        continue_sent = true;
        if (beast::iequals(parser_->get()[beast::http::field::expect], "100-continue")) {
          out_ += "HTTP/1.1 100 Continue\r\n\r\n";
          const error_code error = co_await flush();
          if (error) co_return error;
        }
      }
      if (buffer_.size() == 0 && phase_ == Phase::kIdle) buffer_.shrink_to_fit();
      const auto space = buffer_.prepare(parser_->is_header_done() ? 64u << 10 : 4u << 10);
      auto [error, bytes] = co_await socket_.async_read_some(space, kTuple);
      buffer_.commit(bytes);
      if (error)
        co_return parser_->got_some() && error == asio::error::eof ? beast::http::error::partial_message
                                                                   : error;
    }
  }

  Task<Response> answer() {
    Request request;
    auto& message = parser_->get();
    request.method = to_method(message.method());
    const auto target = message.target();
    if (!parse_target({target.data(), target.size()}, request)) {
      co_return error_response(400, 110, "the request target has a bad percent escape");
    }
    for (const auto& field : message) {
      request.headers.push_back(Header{std::string(field.name_string()), std::string(field.value())});
    }
    request.body = std::move(message.body());
    remember_addresses();
    request.local_address = local_address_;
    request.peer_address = peer_address_;
    try {
      Response response = co_await shared_.service.handle(request);
      co_return response;
    } catch (const std::exception& e) {
      telemetry::log(telemetry::Level::kError, "a request failed",
                     {{"method", std::string(to_text(request.method))}, {"error", e.what()}});
    }
    co_return error_response(500, 120, "internal error; the server's log has the details");
  }

  /// The request cannot be understood: say so as far as the client still listens, then close.
  Task<void> refuse(error_code error) {
    if (error.category() != beast::http::make_error_code(beast::http::error::body_limit).category())
      co_return;
    shared_.refused.add();
    if (error == beast::http::error::partial_message) co_return;
    int status = 400;
    if (error == beast::http::error::body_limit) status = 413;
    if (error == beast::http::error::header_limit) status = 431;
    const std::string text =
        status == 413 ? "the body is larger than " + std::to_string(shared_.options.body_bytes_max) + " bytes"
                      : "not a valid HTTP request: " + error.message();
    append_response(out_, error_response(status, 110, text), Keep::kClose, Body::kSend);
    const error_code write_error = co_await flush();
    if (!write_error) co_await linger();
  }

  /// Reads on for a moment: closing with unread bytes would reset the connection and lose the answer.
  Task<void> linger() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    deadline_ns_ = system_clock().steady_ns() + 1000 * kMs;
    phase_ = Phase::kIdle;
    for (std::size_t total = 0; total < (8u << 20);) {
      buffer_.consume(buffer_.size());
      const auto space = buffer_.prepare(64u << 10);
      auto [error, bytes] = co_await socket_.async_read_some(space, kTuple);
      if (error) co_return;
      total += bytes;
    }
  }

  Task<error_code> flush() {
    error_code error;
    const std::size_t sent = socket_.write_some(asio::buffer(out_), error);  // mostly takes it all at once
    if (error == asio::error::would_block || (!error && sent < out_.size())) {
      const auto rest = asio::buffer(out_) + sent;
      phase_ = Phase::kBody;
      deadline_ns_ = system_clock().steady_ns() + shared_.options.body_timeout_ms * kMs;
      auto [write_error, bytes] = co_await asio::async_write(socket_, rest, kTuple);
      static_cast<void>(bytes);
      error = write_error;
      enter(Phase::kIdle);
    }
    if (out_.capacity() > kFlushBytes) std::string().swap(out_);
    out_.clear();
    co_return error;
  }

  void remember_addresses() {
    if (!local_address_.empty()) return;
    error_code ignored;
    local_address_ = address_text(socket_.local_endpoint(ignored).address());
    peer_address_ = address_text(socket_.remote_endpoint(ignored).address());
  }

  static std::string address_text(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
  }

  tcp::socket socket_;
  Shared& shared_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::string out_;
  std::string local_address_, peer_address_;
  Phase phase_ = Phase::kIdle;
  std::int64_t deadline_ns_ = 0;
};

class ServerOnBeast final : public Server {
 public:
  ServerOnBeast(asio::io_context& context, const ServerOptions& options, tcp::acceptor acceptor,
                Service& service, telemetry::Metrics& metrics)
      : context_(context),
        shared_(service, options, metrics),
        acceptor_(std::move(acceptor)),
        sweep_timer_(context),
        tasks_(context) {
    metrics.gauge("aesel_http_connections", "Open connections.", [count = open_] { return double(*count); });
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
        connection.enforce_deadline(now_ns);
      }
    }
  }

  asio::io_context& context_;
  Shared shared_;
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
