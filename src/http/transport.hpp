// Transport: the bytes of one connection. Its functions are plain ones that return what Asio returns, so that
// the coroutine that calls them pays for no second one.
#pragma once

#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <tuple>

#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::http {

constexpr auto kTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

/// Thread: the one that runs the socket's executor.
class Transport {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Outcome = std::tuple<error_code, std::size_t>;
  using Parts = std::array<boost::asio::const_buffer, 2>;

  explicit Transport(Socket socket) : socket_(std::move(socket)) {}

  Socket& socket() { return socket_; }
  /// To be called when the socket is connected.
  void prepare() {
    error_code ignored;
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
  }

  /// At least one byte, or an error; eof when the peer has said that it sends no more.
  Task<Outcome> read_some(boost::asio::mutable_buffer into) { return socket_.async_read_some(into, kTuple); }
  /// What can be sent without waiting. would_block when that is nothing.
  std::size_t write_now(const Parts& parts, error_code& error) { return socket_.write_some(parts, error); }
  /// Until write_now may get further.
  Task<std::tuple<error_code>> wait_writable() { return socket_.async_wait(Socket::wait_write, kTuple); }

  /// Is there something to read?
  bool has_arrived() {
    error_code ignored;
    return socket_.available(ignored) > 0;
  }
  /// Open, and nothing to read, as a connection between two requests should be.
  bool is_quiet() {
    char byte = 0;
    return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  /// Says that nothing more will be sent.
  void end_sending() {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }
  void close() {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.close(ignored);
  }
  /// Closes so that the peer notices that something is missing.
  void abort() {
    error_code ignored;
    socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
  }

 private:
  Socket socket_;
};

}  // namespace aesel::http
