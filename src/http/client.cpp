#include "http/client.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <cstring>
#include <optional>

#include "http/body_reader.hpp"
#include "http/link.hpp"
#include "http/pace.hpp"
#include "net/resolver.hpp"

namespace aesel::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace errc = boost::system::errc;
using tcp = asio::ip::tcp;
using Parser = beast::http::response_parser<beast::http::string_body>;

constexpr std::size_t kPieceBytes = 256u << 10;
constexpr std::size_t kReadBytes = 16u << 10;
constexpr int kLastWordsMs = 1'000;  // for the answer of a server that stopped reading the request

SteadyTime in_ms(int ms) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
}

bool idempotent(Method method) {
  return method != Method::kPost && method != Method::kPatch;
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

std::string head_of(const LinkPool& pool, const ClientRequest& request) {
  std::string head;
  head.reserve(512);
  head.append(to_text(request.method)).append(" ").append(pool.options.server.path);
  head.append(request.target.empty() ? "/" : request.target);
  head.append(" HTTP/1.1\r\nHost: ").append(pool.authority).append("\r\n");
  const bool has_body = !request.body.empty() || request.source != nullptr;
  const bool says_length = has_body || request.method == Method::kPost || request.method == Method::kPut;
  if (says_length && !request.content_type.empty())
    head.append("Content-Type: ").append(request.content_type).append("\r\n");
  if (request.source != nullptr && !request.source_bytes) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (says_length) {
    head += "Content-Length: ";
    append_number(head, request.source_bytes.value_or(request.body.size()));
    head += "\r\n";
  }
  for (const Header& header : request.headers) {
    head.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  head += "\r\n";
  return head;
}

Framing framing_of(const Parser& parser) {
  Framing framing;
  if (parser.chunked()) {
    framing.kind = Framing::Kind::kChunked;
  } else if (const auto length = parser.content_length()) {
    framing.bytes = *length;
  } else {
    framing.kind = Framing::Kind::kUntilClose;
  }
  return framing;
}

/// The rest of a response, and the connection that it comes by.
class ResponseSource final : public BodySource {
 public:
  enum class Afterwards { kKeep, kClose };
  ResponseSource(LinkLease lease, std::unique_ptr<Link> link, Framing framing, Afterwards afterwards)
      : lease_(std::move(lease)),
        link_(std::move(link)),
        reader_(link_->transport, link_->buffer, framing),
        pace_({.window_ms = lease_.pool().options.stall_timeout_ms}),
        afterwards_(afterwards) {}

  Task<Result<std::size_t>> read(std::span<char> into) override {
    if (failed_) co_return make_error_code(errc::connection_reset);
    if (!link_) co_return std::size_t{0};
    using std::chrono::nanoseconds;
    const auto began = std::chrono::steady_clock::now();
    link_->watch.arm(began + nanoseconds(pace_.deadline_ns(0)));
    Result<std::size_t> bytes = co_await reader_.read(into);
    link_->watch.disarm();
    if (!bytes) {
      failed_ = true;
      co_return link_->watch.explain(bytes.error());
    }
    const nanoseconds waited = std::chrono::steady_clock::now() - began;
    pace_.record(waited.count(), *bytes);
    if (reader_.done()) give_back();
    co_return bytes;
  }

 private:
  void give_back() {
    if (afterwards_ == Afterwards::kKeep) lease_.pool().keep(std::move(link_));
    link_.reset();
  }

  LinkLease lease_;
  std::unique_ptr<Link> link_;
  BodyReader reader_;
  Pace pace_;
  Afterwards afterwards_;
  bool failed_ = false;
};

/// One try of one request.
class Exchange {
 public:
  Exchange(const ClientRequest& request, SteadyTime deadline) : request_(request), deadline_(deadline) {}

  /// Sends the request by that link and takes the answer. The link goes back to the pool or with the answer.
  Task<Result<Response>> run(std::unique_ptr<Link> link, LinkLease& lease) {
    link_ = std::move(link);
    const ClientOptions& options = lease.pool().options;
    const std::string head = head_of(lease.pool(), request_);
    if (request_.source != nullptr) {
      const error_code error = co_await send_streamed(head, options);
      if (error) co_return error;
    } else {
      link_->watch.arm(deadline_);
      const Transport::Parts parts{asio::buffer(head), asio::buffer(request_.body)};
      const error_code error = co_await write_all(*link_, parts);
      if (error) co_return error;
    }
    const error_code head_error = co_await receive_head(options);
    if (head_error) co_return head_error;
    if (streams()) co_return streamed_response(lease);
    if (!parser_->is_done()) {
      const error_code error = co_await receive_body();
      if (error) co_return error;
    }
    Response response = describe();
    response.body = std::move(parser_->get().body());
    if (may_be_kept()) lease.pool().keep(std::move(link_));
    co_return response;
  }

  /// Has the server said anything? If not, and the connection was an old one, it may just have been closed.
  bool answered() const { return answered_; }

 private:
  /// Errors: only those of the source, and time. When the server stops reading, its answer says why.
  Task<error_code> send_streamed(const std::string& head, const ClientOptions& options) {
    const auto total = request_.source_bytes;
    const auto memory = std::make_unique_for_overwrite<char[]>(kPieceBytes);
    std::string prefix = head;
    for (std::uint64_t sent = 0;;) {
      const std::uint64_t left = total.value_or(~std::uint64_t{0}) - sent;
      const std::span<char> piece(memory.get(), std::min<std::uint64_t>(kPieceBytes, left));
      Result<std::size_t> bytes = std::size_t{0};
      if (!piece.empty()) bytes = co_await request_.source->read(piece);
      if (!bytes) co_return bytes.error();
      if (*bytes == 0 && left > 0 && total) co_return make_error_code(errc::io_error);
      if (!total) prefix += fmt::format("{:x}\r\n", *bytes);
      if (!total && *bytes == 0) prefix += "\r\n";
      link_->watch.arm(in_ms(options.stall_timeout_ms));
      const Transport::Parts parts{asio::buffer(prefix), asio::buffer(piece.data(), *bytes)};
      const error_code error = co_await write_all(*link_, parts);
      sent += *bytes;
      if (error == asio::error::timed_out) co_return error;
      const bool complete = total ? sent == *total : *bytes == 0;
      all_sent_ = complete && !error;
      if (complete || error || link_->transport.has_arrived()) break;
      link_->watch.disarm();
      prefix = total ? "" : "\r\n";
    }
    deadline_ = in_ms(all_sent_ ? options.request_timeout_ms : kLastWordsMs);
    link_->watch.arm(deadline_);
    co_return error_code{};
  }

  Task<error_code> receive_head(const ClientOptions& options) {
    renew_parser();
    for (;;) {
      if (link_->buffer.size() > 0) {
        answered_ = true;
        error_code error;
        link_->buffer.consume(parser_->put(link_->buffer.data(), error));
        if (error && error != beast::http::error::need_more) co_return error;
      }
      if (parser_->is_header_done()) {
        if (parser_->get().result_int() / 100 != 1) break;
        renew_parser();  // "100 Continue" and the like come before the answer
        continue;
      }
      const auto space = link_->buffer.prepare(kReadBytes);
      auto [error, bytes] = co_await link_->transport.read_some(space);
      link_->buffer.commit(bytes);
      if (error == asio::error::eof) co_return make_error_code(errc::connection_reset);
      if (error) co_return link_->watch.explain(error);
    }
    if (parser_->is_done() || streams()) co_return error_code{};
    if (parser_->content_length().value_or(0) > options.response_bytes_max)
      co_return make_error_code(errc::message_size);
    parser_->body_limit(options.response_bytes_max);
    parser_->eager(true);
    if (link_->buffer.size() == 0) co_return error_code{};
    error_code error;  // mostly the whole body is here already
    link_->buffer.consume(parser_->put(link_->buffer.data(), error));
    if (error == beast::http::error::need_more) error = {};
    co_return error;
  }

  Task<error_code> receive_body() {
    while (!parser_->is_done()) {
      error_code error;
      if (link_->buffer.size() > 0) {
        link_->buffer.consume(parser_->put(link_->buffer.data(), error));
        if (error && error != beast::http::error::need_more) co_return error;
        if (parser_->is_done()) break;
      }
      const auto space = link_->buffer.prepare(kReadBytes);
      auto [read_error, bytes] = co_await link_->transport.read_some(space);
      link_->buffer.commit(bytes);
      error = link_->watch.explain(read_error);
      if (error == asio::error::eof) {
        error = {};
        parser_->put_eof(error);  // fine if that is how this body ends
      }
      if (error) co_return error;
    }
    co_return error_code{};
  }

  void renew_parser() {
    parser_.emplace();
    parser_->body_limit(boost::none);
    parser_->skip(request_.method == Method::kHead);
  }

  bool streams() const {
    if (!request_.stream_above || parser_->is_done()) return false;
    const auto length = parser_->content_length();
    return !length || *length > *request_.stream_above;
  }

  bool may_be_kept() const { return parser_->get().keep_alive() && !parser_->need_eof() && all_sent_; }

  Response streamed_response(LinkLease& lease) {
    Response response = describe();
    const auto length = parser_->content_length();
    if (length) response.source_bytes = *length;
    link_->watch.disarm();
    const auto afterwards =
        may_be_kept() ? ResponseSource::Afterwards::kKeep : ResponseSource::Afterwards::kClose;
    response.source = std::make_unique<ResponseSource>(std::move(lease), std::move(link_),
                                                       framing_of(*parser_), afterwards);
    return response;
  }

  Response describe() const {
    const auto& message = parser_->get();
    Response response;
    response.status = static_cast<int>(message.result_int());
    response.content_type = std::string(message[beast::http::field::content_type]);
    response.headers.reserve(8);
    for (const auto& field : message) {
      response.headers.push_back(Header{std::string(field.name_string()), std::string(field.value())});
    }
    if (request_.method == Method::kHead) {
      if (const auto length = parser_->content_length()) response.source_bytes = *length;
    }
    return response;
  }

  const ClientRequest& request_;
  SteadyTime deadline_;
  std::unique_ptr<Link> link_;
  std::optional<Parser> parser_;
  bool answered_ = false;
  bool all_sent_ = true;
};

class PooledClient final : public Client {
 public:
  PooledClient(asio::io_context& context, ClientOptions options)
      : context_(context), resolver_(context), pool_(std::make_shared<LinkPool>(std::move(options))) {}

  Task<Result<Response>> send(ClientRequest request) override {
    const SteadyTime deadline = in_ms(pool_->options.request_timeout_ms);
    if (pool_->in_use >= pool_->options.connections_max) {
      co_return make_error_code(errc::resource_unavailable_try_again);
    }
    LinkLease lease(pool_);
    const bool repeatable = idempotent(request.method) && request.source == nullptr;
    // One that is closed already costs a repeatable request only another try.
    auto link = pool_->take(repeatable ? LinkPool::Check::kQuick : LinkPool::Check::kSure);
    if (link) {
      Exchange exchange(request, deadline);
      Result<Response> result = co_await exchange.run(std::move(link), lease);
      const bool closed = !result && !exchange.answered() && result.error() != asio::error::timed_out;
      if (!closed || !repeatable) co_return result;
      pool_->idle.clear();  // the others are as old
    }
    link = std::make_unique<Link>(context_);
    const error_code error = co_await connect(*link, deadline);
    if (error) co_return error;
    Exchange exchange(request, deadline);
    Result<Response> result = co_await exchange.run(std::move(link), lease);
    co_return result;
  }

 private:
  Task<error_code> connect(Link& link, SteadyTime request_deadline) {
    const SteadyTime limit = std::min(request_deadline, in_ms(pool_->options.connect_timeout_ms));
    Result<net::Endpoint> address = co_await resolve(limit);
    if (!address) co_return address.error();
    tcp::endpoint endpoint;
    std::memcpy(endpoint.data(), &address->storage, address->length);
    endpoint.resize(address->length);
    link.watch.arm(limit);
    auto [error] = co_await link.transport.socket().async_connect(endpoint, kTuple);
    if (error) co_return link.watch.explain(error);
    link.transport.prepare();
    if (pool_->options.server.secure) {
      const error_code tls_error = co_await agree_on_secrets(link);
      if (tls_error) co_return link.watch.explain(tls_error);
    }
    link.watch.disarm();
    co_return error_code{};
  }

  Task<error_code> agree_on_secrets(Link& link) {
    const net::TlsTrust* const trust = trusted();
    if (trust == nullptr) co_return net::TlsErrc::kNoAuthorities;
    const int socket = link.transport.socket().native_handle();
    auto session = trust->connect(socket, pool_->options.server.host);
    if (!session) co_return make_error_code(errc::not_enough_memory);
    link.transport.secure(std::move(session));
    const error_code error = co_await link.transport.handshake();
    co_return error;
  }

  const net::TlsTrust* trusted() {
    if (pool_->options.trust != nullptr) return pool_->options.trust;
    if (!system_trust_) {
      auto opened = net::open_tls_trust("");
      if (opened) system_trust_ = std::move(*opened);
    }
    return system_trust_.get();
  }

  /// A name is looked up on another thread, which a deadline cannot stop; so its answer may come too late.
  Task<Result<net::Endpoint>> resolve(SteadyTime limit) {
    const Url& server = pool_->options.server;
    const net::Endpoint numeric = net::Endpoint::parse(server.host, server.port);
    if (numeric.valid()) co_return numeric;
    struct Answer {
      explicit Answer(asio::io_context& context) : arrived(context) {}
      asio::steady_timer arrived;
      Result<net::Endpoint> address = error_code(asio::error::timed_out);
    };
    const auto answer = std::make_shared<Answer>(context_);
    answer->arrived.expires_at(limit);
    resolver_.resolve(server.host, [answer](Result<net::Endpoint> address) {
      answer->address = address;
      answer->arrived.cancel();
    });
    auto [cancelled] = co_await answer->arrived.async_wait(kTuple);
    static_cast<void>(cancelled);
    if (answer->address) answer->address->set_port(server.port);
    co_return answer->address;
  }

  asio::io_context& context_;
  net::Resolver resolver_;
  std::shared_ptr<LinkPool> pool_;
  std::unique_ptr<net::TlsTrust> system_trust_;
};

}  // namespace

std::unique_ptr<Client> make_client(asio::io_context& context, ClientOptions options) {
  return std::make_unique<PooledClient>(context, std::move(options));
}

Result<Response> send_blocking(const ClientOptions& options, const ClientRequest& request) {
  asio::io_context context(1);
  const auto client = make_client(context, options);
  std::optional<Result<Response>> answer;
  auto body = [&]() -> Task<void> { answer = co_await client->send(request); };
  asio::co_spawn(context, body, asio::detached);
  context.run();
  if (!answer) return make_error_code(boost::system::errc::io_error);
  return std::move(*answer);
}

}  // namespace aesel::http
