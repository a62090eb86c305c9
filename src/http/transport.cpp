#include "http/transport.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace aesel::http {
namespace {

namespace asio = boost::asio;
using net::TlsStep;

std::span<char> span_of(asio::mutable_buffer buffer) {
  return {static_cast<char*>(buffer.data()), buffer.size()};
}

std::string_view text_of(asio::const_buffer buffer) {
  return {static_cast<const char*>(buffer.data()), buffer.size()};
}

}  // namespace

void Transport::prepare() {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

Task<error_code> Transport::handshake() {
  for (;;) {
    const TlsStep step = tls_->handshake();
    if (step.kind == TlsStep::Kind::kDone) co_return error_code{};
    if (step.kind == TlsStep::Kind::kFailed) co_return step.error;
    const auto what = step.kind == TlsStep::Kind::kWantRead ? Socket::wait_read : Socket::wait_write;
    auto [error] = co_await socket_.async_wait(what, kTuple);
    if (error) co_return error;
  }
}

Task<Transport::Outcome> Transport::read_encrypted(asio::mutable_buffer into) {
  for (;;) {
    const TlsStep step = tls_->read(span_of(into));
    error_code error = step.error;
    if (step.kind == TlsStep::Kind::kEnd) error = asio::error::eof;
    if (error || step.kind == TlsStep::Kind::kDone) co_return Outcome(error, step.bytes);
    const auto what = step.kind == TlsStep::Kind::kWantRead ? Socket::wait_read : Socket::wait_write;
    auto [wait_error] = co_await socket_.async_wait(what, kTuple);
    if (wait_error) co_return Outcome(wait_error, 0);
  }
}

std::size_t Transport::encrypt_now(const Parts& parts, error_code& error) {
  std::size_t sent = 0;
  error = {};
  for (const asio::const_buffer& part : parts) {
    std::string_view left = text_of(part);
    while (!left.empty()) {
      const TlsStep step = tls_->write(left);
      sent += step.bytes;
      left.remove_prefix(step.bytes);
      if (step.kind == TlsStep::Kind::kDone) continue;
      write_wants_read_ = step.kind == TlsStep::Kind::kWantRead;
      const bool wants = write_wants_read_ || step.kind == TlsStep::Kind::kWantWrite;
      error = wants ? error_code(asio::error::would_block) : step.error;
      return sent;
    }
  }
  return sent;
}

bool Transport::has_arrived() {
  if (tls_) return tls_->peek().kind == TlsStep::Kind::kDone;
  error_code ignored;
  return socket_.available(ignored) > 0;
}

bool Transport::is_quiet() {
  if (tls_) return tls_->peek().kind == TlsStep::Kind::kWantRead;
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Transport::end_sending() {
  if (tls_) tls_->end();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Transport::close() {
  if (!socket_.is_open()) return;
  end_sending();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void Transport::abort() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace aesel::http
