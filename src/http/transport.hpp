// Transport: the bytes of one connection, plain or encrypted. On a plain connection its functions return what
// Asio returns, so that the coroutine that calls them pays for no second one.
#pragma once

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <tuple>

#include "base/result.hpp"
#include "base/task.hpp"
#include "net/tls.hpp"

namespace aesel::http {

constexpr auto kTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

/// Thread: the one that runs the socket's executor. A read and a write may be under way at the same time.
class Transport {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Outcome = std::tuple<error_code, std::size_t>;
  using Parts = std::array<boost::asio::const_buffer, 2>;

  explicit Transport(Socket socket) : socket_(std::move(socket)) {}

  Socket& socket() { return socket_; }
  /// To be called when the socket is connected.
  void prepare();
  /// From now on everything is encrypted; handshake() comes next.
  void secure(std::unique_ptr<net::TlsSession> session) { tls_ = std::move(session); }
  bool is_secure() const { return tls_ != nullptr; }
  Task<error_code> handshake();

  /// At least one byte, or an error; eof when the peer has said that it sends no more.
  Task<Outcome> read_some(boost::asio::mutable_buffer into) {
    if (tls_) return read_encrypted(into);
    return socket_.async_read_some(into, kTuple);
  }
  /// What can be sent without waiting. would_block when that is nothing; then the same bytes come again.
  std::size_t write_now(const Parts& parts, error_code& error) {
    if (tls_) return encrypt_now(parts, error);
    return socket_.write_some(parts, error);
  }
  /// Until write_now may get further.
  Task<std::tuple<error_code>> wait_writable() {
    return socket_.async_wait(write_wants_read_ ? Socket::wait_read : Socket::wait_write, kTuple);
  }

  /// Is there something to read?
  bool has_arrived();
  /// Open, and nothing to read, as a connection between two requests should be.
  bool is_quiet();

  /// Says that nothing more will be sent.
  void end_sending();
  void close();
  /// Closes so that the peer notices that something is missing.
  void abort();

 private:
  Task<Outcome> read_encrypted(boost::asio::mutable_buffer into);
  std::size_t encrypt_now(const Parts& parts, error_code& error);

  Socket socket_;
  std::unique_ptr<net::TlsSession> tls_;
  bool write_wants_read_ = false;
};

}  // namespace aesel::http
