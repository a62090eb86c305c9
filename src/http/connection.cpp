#include "http/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <memory>

#include "base/clock.hpp"
#include "http/router.hpp"
#include "telemetry/log.hpp"

namespace aesel::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace errc = boost::system::errc;
using beast::http::field;
using tcp = asio::ip::tcp;

constexpr std::int64_t kMs = 1'000'000;
constexpr std::size_t kIdleBytes = 4u << 10;     // what a connection keeps between requests
constexpr std::size_t kFlushBytes = 64u << 10;   // answers to pipelined requests are sent in such portions
constexpr std::size_t kPieceBytes = 256u << 10;  // of a streamed response
constexpr std::size_t kDrainBytes = 64u
                                    << 10;  // of a body that the handler did not want, to keep a connection
constexpr unsigned kChunkedVersion = 11;    // HTTP/1.1; older clients cannot read chunks
constexpr int kDrainMs = 2'000;
constexpr int kLingerMs = 1'000;

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

std::string address_text(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

Response internal_error() {
  return error_response(500, 120, "internal error; the server's log has the details");
}

}  // namespace

/// What a handler reads from. The connection outlives it.
class Connection::RequestSource final : public BodySource {
 public:
  explicit RequestSource(Connection& connection) : connection_(connection) {}
  Task<Result<std::size_t>> read(std::span<char> into) override { return connection_.read_piece(into); }

 private:
  Connection& connection_;
};

Connection::Connection(tcp::socket socket, ServerShared& shared)
    : transport_(std::move(socket)), shared_(shared) {
  enter(Phase::kIdle);
  transport_.prepare();
  net::TlsIdentity* const tls = shared_.options.tls;
  if (tls == nullptr) return;
  transport_.secure(tls->accept(transport_.socket().native_handle()));
  deadline_ns_ = system_clock().steady_ns() + shared_.options.header_timeout_ms * kMs;
}

Task<void> Connection::serve() {
  try {
    bool goes_on = true;
    if (shared_.options.tls != nullptr) goes_on = co_await agree_on_secrets();
    if (goes_on) co_await serve_requests();
  } catch (const std::exception& e) {
    telemetry::log(telemetry::Level::kError, "a connection failed", {{"error", e.what()}});
    transport_.abort();
  }
  close();
}

/// The TLS handshake. False if it failed; a client that speaks plain HTTP is told so.
Task<bool> Connection::agree_on_secrets() {
  if (!transport_.is_secure()) co_return false;  // no memory for it
  const error_code error = co_await transport_.handshake();
  if (!error) {
    deadline_ns_ = 0;
    enter(Phase::kIdle);
    co_return true;
  }
  if (error != asio::error::operation_aborted) shared_.refused.add();
  if (error == net::TlsErrc::kPlainHttp) {
    transport_.secure(nullptr);  // the answer, and what is still to be read, are plain
    const Response response = error_response(400, 110, "this port speaks HTTPS; use https:// in the URL");
    co_await say_and_close(response);
  }
  co_return false;
}

void Connection::enforce_deadlines(std::int64_t now_ns) {
  const bool read_late = phase_ != Phase::kHandling && now_ns >= deadline_ns_;
  const bool write_late = write_deadline_ns_ != 0 && now_ns >= write_deadline_ns_;
  if (!read_late && !write_late) return;
  if (phase_ != Phase::kIdle) shared_.refused.add();
  if (write_late)
    transport_.abort();
  else
    close();
}

void Connection::close_if_idle() {
  if (phase_ == Phase::kIdle) close();
}

void Connection::close() {
  transport_.close();
}

void Connection::enter(Phase phase) {
  if (phase == phase_ && deadline_ns_ != 0) return;
  phase_ = phase;
  if (phase == Phase::kHandling) return;  // has no deadline
  const auto& o = shared_.options;
  const int allowance_ms = phase == Phase::kIdle     ? o.idle_timeout_ms
                           : phase == Phase::kHeader ? o.header_timeout_ms
                                                     : o.body_timeout_ms;
  deadline_ns_ = system_clock().steady_ns() + allowance_ms * kMs;
}

PaceLimit Connection::pace_limit() const {
  return {shared_.options.body_timeout_ms, shared_.options.body_bytes_min};
}

void Connection::wait_for_body(std::int64_t deadline_ns) {
  phase_ = Phase::kBody;
  deadline_ns_ = deadline_ns;
}

// ---- requests

/// One request after the other, until the connection is to be closed. One coroutine for all of them, since
/// its frame is large.
Task<void> Connection::serve_requests() {
  for (;;) {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_.options.header_bytes_max));
    parser_->body_limit(boost::none);  // decided when the head is there
    incoming_.reset();
    response_begun_ = false;
    Request request;
    const error_code error = co_await read_request(request);
    if (error) {
      if (error != asio::error::eof && error != asio::error::operation_aborted) co_await refuse(error);
      co_return;
    }
    enter(Phase::kHandling);
    const std::int64_t started_ns = system_clock().steady_ns();
    Response response = co_await answer(request);
    shared_.requests.add();
    shared_.duration.record(system_clock().steady_ns() - started_ns);
    const bool bodiless = request.method == Method::kHead || has_no_body(response.status);
    const After after = after_response(response);
    const Keep keep = after == After::kKeep || after == After::kDrainAndKeep ? Keep::kAlive : Keep::kClose;
    error_code write_error;
    if (response.source && !bodiless) {
      write_error = co_await stream(response, keep);
    } else {
      append_response(out_, response, keep, bodiless ? Body::kOmit : Body::kSend);
    }
    parser_.reset();
    const bool more_waits = after == After::kKeep && buffer_.size() > 0 && out_.size() < kFlushBytes;
    // A pipelined request that is here already is answered with the same write.
    if (!write_error && !more_waits) write_error = co_await flush();
    if (write_error) co_return;
    enter(Phase::kIdle);
    if (after == After::kKeep) continue;
    const bool kept = co_await finish(after);
    if (!kept) co_return;
  }
}

/// Reads the head of a request, and its body unless the service wants to read that itself.
Task<error_code> Connection::read_request(Request& request) {
  bool head_seen = false;
  for (;;) {
    while (buffer_.size() > 0) {
      error_code error;
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (error && error != beast::http::error::need_more) co_return error;
      if (parser_->is_header_done() && !head_seen) {
        head_seen = true;
        const error_code refused = begin_body(request);
        if (refused) co_return refused;
      }
      if (parser_->is_done()) request.body = std::move(parser_->get().body());
      if (parser_->is_done() || incoming_) co_return error_code{};
      enter(head_seen ? Phase::kBody : Phase::kHeader);
      if (error) break;
    }
    if (!out_.empty()) {  // the rest of this request may depend on the answers held back
      const error_code error = co_await flush();
      if (error) co_return error;
    }
    if (buffer_.capacity() > kIdleBytes && buffer_.size() == 0 && phase_ == Phase::kIdle) {
      buffer_.shrink_to_fit();
    }
    const auto space = buffer_.prepare(head_seen ? 64u << 10 : kIdleBytes);
    auto [error, bytes] = co_await transport_.read_some(space);
    buffer_.commit(bytes);
    if (error) {
      if (parser_->got_some() && error == asio::error::eof) co_return beast::http::error::partial_message;
      co_return error;
    }
  }
}

/// The head is there: describes the request, and decides how its body is read.
error_code Connection::begin_body(Request& request) {
  const auto& message = parser_->get();
  target_is_bad_ = !describe(request);
  // A body in an encoding that is not understood has an end that is not understood.
  const bool encoded = message.find(field::transfer_encoding) != message.end();
  if (encoded && !parser_->chunked()) return beast::http::error::bad_transfer_encoding;
  if (parser_->is_done()) return {};
  const bool asks =
      beast::iequals(message[field::expect], "100-continue") && message.version() >= kChunkedVersion;
  if (!target_is_bad_ && shared_.service.body_mode(request) == BodyMode::kStream) {
    stream_body(request);
    incoming_->continue_due = asks;
    return {};
  }
  const std::uint64_t limit = shared_.options.body_bytes_max;
  if (parser_->content_length().value_or(0) > limit) return beast::http::error::body_limit;
  parser_->body_limit(limit);
  parser_->eager(true);
  if (asks) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
  return {};
}

/// False if the target is malformed.
bool Connection::describe(Request& request) {
  const auto& message = parser_->get();
  request.method = to_method(message.method());
  request.headers.reserve(8);
  for (const auto& header : message) {
    request.headers.push_back(Header{std::string(header.name_string()), std::string(header.value())});
  }
  remember_addresses();
  request.local_address = local_address_;
  request.peer_address = peer_address_;
  request.secure = transport_.is_secure();
  const auto target = message.target();
  return parse_target({target.data(), target.size()}, request);
}

void Connection::stream_body(Request& request) {
  Framing framing;
  if (parser_->chunked()) {
    framing.kind = Framing::Kind::kChunked;
  } else {
    framing.bytes = parser_->content_length().value_or(0);
    request.source_bytes = framing.bytes;
  }
  incoming_.emplace(Incoming{BodyReader(transport_, buffer_, framing), Pace(pace_limit())});
  request.source = std::make_unique<RequestSource>(*this);
}

/// For the source of the present request.
Task<Result<std::size_t>> Connection::read_piece(std::span<char> into) {
  Incoming& body = *incoming_;
  if (body.failed) co_return make_error_code(errc::connection_reset);
  if (body.continue_due && !response_begun_) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
  body.continue_due = false;
  if (!out_.empty() && !response_begun_ && !body.reader.done()) {
    const error_code error = co_await flush();
    if (error) co_return error;
  }
  const std::int64_t began_ns = system_clock().steady_ns();
  wait_for_body(body.pace.deadline_ns(began_ns));
  Result<std::size_t> bytes = co_await body.reader.read(into);
  const std::int64_t now_ns = system_clock().steady_ns();
  const bool late = now_ns >= deadline_ns_;
  enter(Phase::kHandling);
  if (bytes) {
    body.pace.record(now_ns - began_ns, *bytes);
    co_return bytes;
  }
  body.failed = true;
  if (late) co_return make_error_code(errc::timed_out);
  co_return bytes;
}

Task<Response> Connection::answer(Request& request) {
  if (target_is_bad_) co_return error_response(400, 110, "the request target has a bad percent escape");
  try {
    Response response = co_await shared_.service.handle(request);
    co_return response;
  } catch (const std::exception& e) {
    telemetry::log(telemetry::Level::kError, "a request failed",
                   {{"method", std::string(to_text(request.method))}, {"error", e.what()}});
  }
  co_return internal_error();
}

/// The request cannot be understood: say so as far as the client still listens, then close.
Task<void> Connection::refuse(error_code error) {
  if (error.category() != beast::http::make_error_code(beast::http::error::body_limit).category()) co_return;
  shared_.refused.add();
  if (error == beast::http::error::partial_message) co_return;
  int status = 400;
  std::string text = "not a valid HTTP request: " + error.message();
  if (error == beast::http::error::body_limit) {
    status = 413;
    text = "the body is larger than " + std::to_string(shared_.options.body_bytes_max) + " bytes";
  }
  if (error == beast::http::error::header_limit) status = 431;
  const Response response = error_response(status, status == 413 ? 122 : 110, text);
  co_await say_and_close(response);
}

Task<void> Connection::say_and_close(const Response& response) {
  append_response(out_, response, Keep::kClose, Body::kSend);
  const error_code write_error = co_await flush();
  if (!write_error) co_await linger();
}

// ---- responses

Connection::After Connection::after_response(const Response& response) {
  const bool ends_by_closing =
      response.source && !response.source_bytes && parser_->get().version() < kChunkedVersion;
  const bool keep = parser_->get().keep_alive() && !shared_.draining && !ends_by_closing;
  if (!incoming_ || incoming_->reader.done()) return keep ? After::kKeep : After::kClose;
  if (incoming_->failed) return After::kClose;
  // The handler did not want the rest, or not yet. A client that waits for "100 Continue" may or may not send
  // it.
  if (incoming_->continue_due) return After::kLinger;
  if (response.source) return After::kLinger;  // which may read from the request
  if (incoming_->reader.skip_buffered()) return keep ? After::kKeep : After::kClose;
  const bool nearly_done = incoming_->reader.left().value_or(kDrainBytes + 1) <= kDrainBytes;
  return keep && nearly_done ? After::kDrainAndKeep : After::kLinger;
}

Task<bool> Connection::finish(After after) {
  if (after == After::kLinger) co_await linger();
  if (after != After::kDrainAndKeep) co_return false;
  const bool drained = co_await drain();
  co_return drained;
}

/// Sends a response whose body comes piece by piece, but for the very end, which is left in out_. While one
/// piece is sent, the next one is read. Anything that goes wrong on the way cuts the connection, so that the
/// client notices.
Task<error_code> Connection::stream(Response& response, Keep keep) {
  using namespace asio::experimental::awaitable_operators;
  const auto total = response.source_bytes;
  const bool chunked = !total && parser_->get().version() >= kChunkedVersion;
  const std::size_t space = std::min<std::uint64_t>(kPieceBytes, total.value_or(kPieceBytes));
  std::array<std::unique_ptr<char[]>, 2> memory;  // the second one when the first was not enough
  const auto place = [&](std::size_t which, std::uint64_t sent) {
    if (!memory[which]) memory[which] = std::make_unique_for_overwrite<char[]>(space);
    const std::uint64_t left = total.value_or(~std::uint64_t{0}) - sent;
    return std::span<char>(memory[which].get(), std::min<std::uint64_t>(space, left));
  };
  std::span<char> piece = place(0, 0);
  Result<std::size_t> bytes = std::size_t{0};
  if (!piece.empty()) bytes = co_await response.source->read(piece);
  if (!bytes || (*bytes == 0 && total.value_or(0) > 0)) {  // nothing was sent yet: there is a way to say it
    response = error_response(503, 120, "the content cannot be read at the moment");
    append_response(out_, response, keep, Body::kSend);
    co_return error_code{};
  }
  append_head(out_, response, keep, total ? Length::kKnown : chunked ? Length::kChunked : Length::kUnsaid);
  response_begun_ = true;
  std::uint64_t sent = 0;
  for (std::size_t turn = 1; *bytes > 0; turn ^= 1) {
    if (chunked) fmt::format_to(std::back_inserter(out_), "{}{:x}\r\n", sent > 0 ? "\r\n" : "", *bytes);
    sent += *bytes;
    const asio::const_buffer present(piece.data(), *bytes);
    if (sent == total) {
      const error_code error = co_await flush(present);
      co_return error;
    }
    piece = place(turn, sent);
    Task<Result<std::size_t>> reading = response.source->read(piece);
    Task<error_code> writing = flush(present);
    auto [read, error] = co_await (std::move(reading) && std::move(writing));
    if (error) co_return error;
    bytes = read;
    if (!bytes || (*bytes == 0 && total)) {
      transport_.abort();
      co_return make_error_code(errc::io_error);
    }
  }
  if (chunked) out_ += sent > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n";
  co_return error_code{};
}

/// Sends what is in out_, then a piece.
Task<error_code> Connection::flush(asio::const_buffer piece) {
  Transport::Parts parts{asio::buffer(out_), piece};
  std::optional<Pace> pace;  // only when something has to wait
  std::int64_t waited_ns = 0;
  error_code error;
  for (;;) {
    const std::size_t sent = transport_.write_now(parts, error);  // mostly takes it all at once
    if (error == asio::error::would_block) error = {};
    const std::size_t of_first = std::min(sent, parts[0].size());
    parts[0] += of_first;
    parts[1] += sent - of_first;
    if (error || (parts[0].size() == 0 && parts[1].size() == 0)) break;
    if (pace)
      pace->record(waited_ns, sent);
    else
      pace.emplace(pace_limit());
    const std::int64_t began_ns = system_clock().steady_ns();
    write_deadline_ns_ = pace->deadline_ns(began_ns);
    auto [wait_error] = co_await transport_.wait_writable();
    write_deadline_ns_ = 0;
    waited_ns = system_clock().steady_ns() - began_ns;
    error = wait_error;
    if (error) break;
  }
  if (out_.capacity() > kFlushBytes) std::string().swap(out_);
  out_.clear();
  co_return error;
}

/// Takes the little that is left of a body that the handler did not want.
Task<bool> Connection::drain() {
  wait_for_body(system_clock().steady_ns() + kDrainMs * kMs);
  std::string scrap(kDrainBytes, '\0');
  while (!incoming_->reader.done()) {
    const std::span<char> into(scrap);
    const Result<std::size_t> bytes = co_await incoming_->reader.read(into);
    if (!bytes) co_return false;
  }
  enter(Phase::kIdle);
  co_return true;
}

/// Reads on for a moment: closing with unread bytes would reset the connection and lose the answer.
Task<void> Connection::linger() {
  transport_.end_sending();
  deadline_ns_ = system_clock().steady_ns() + kLingerMs * kMs;
  phase_ = Phase::kIdle;
  for (std::size_t total = 0; total < (8u << 20);) {
    buffer_.consume(buffer_.size());
    const auto space = buffer_.prepare(64u << 10);
    auto [error, bytes] = co_await transport_.read_some(space);
    if (error) co_return;
    total += bytes;
  }
}

void Connection::remember_addresses() {
  if (!local_address_.empty()) return;
  error_code ignored;
  local_address_ = address_text(transport_.socket().local_endpoint(ignored).address());
  peer_address_ = address_text(transport_.socket().remote_endpoint(ignored).address());
}

}  // namespace aesel::http
