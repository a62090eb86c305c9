#include "http/client.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <optional>

namespace aesel::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

struct Link {
  explicit Link(asio::io_context& context) : socket(context) {}
  tcp::socket socket;
  beast::flat_buffer buffer;
};

/// Closes the socket at the deadline, unless it is destroyed before. A timer that has fired makes the pending
/// operation fail, and `expired` says why.
class Deadline {
 public:
  Deadline(asio::io_context& context, tcp::socket& socket, SteadyTime at)
      : state_(std::make_shared<State>(context)) {
    state_->socket = &socket;
    state_->timer.expires_at(at);
    state_->timer.async_wait([state = state_](error_code error) {
      if (error || state->socket == nullptr) return;
      state->expired = true;
      error_code ignored;
      state->socket->close(ignored);
    });
  }
  ~Deadline() {
    state_->socket = nullptr;
    state_->timer.cancel();
  }
  Deadline(const Deadline&) = delete;
  error_code explain(error_code error) const {
    return state_->expired ? error_code(asio::error::timed_out) : error;
  }

 private:
  struct State {
    explicit State(asio::io_context& context) : timer(context) {}
    asio::steady_timer timer;
    tcp::socket* socket = nullptr;
    bool expired = false;
  };
  std::shared_ptr<State> state_;
};

bool idempotent(Method method) {
  return method != Method::kPost && method != Method::kPatch;
}

std::string head_of(const Url& server, const ClientRequest& request) {
  std::string head = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\n", to_text(request.method), server.path,
                                 request.target.empty() ? "/" : request.target, server.text().substr(7));
  if (!request.body.empty()) head += fmt::format("Content-Type: {}\r\n", request.content_type);
  const bool has_body =
      !request.body.empty() || request.method == Method::kPost || request.method == Method::kPut;
  if (has_body) head += fmt::format("Content-Length: {}\r\n", request.body.size());
  for (const Header& header : request.headers) head += fmt::format("{}: {}\r\n", header.name, header.value);
  head += "\r\n";
  return head;
}

class PooledClient final : public Client {
 public:
  PooledClient(asio::io_context& context, ClientOptions options)
      : context_(context), options_(std::move(options)), resolver_(context) {}

  Task<Result<Response>> send(ClientRequest request) override {
    const auto now = std::chrono::steady_clock::now();
    const SteadyTime deadline = now + std::chrono::milliseconds(options_.request_timeout_ms);
    if (in_use_ >= options_.connections_max) {
      co_return make_error_code(boost::system::errc::resource_unavailable_try_again);
    }
    const InUse guard(in_use_);
    bool kept = !idle_.empty();
    Result<Response> result = co_await attempt(request, deadline);
    // A kept connection may have been closed by the server just now; that says nothing about the request.
    while (kept && !result && idempotent(request.method) && result.error() != asio::error::timed_out) {
      kept = !idle_.empty();
      result = co_await attempt(request, deadline);
    }
    co_return result;
  }

 private:
  struct InUse {
    explicit InUse(std::size_t& count) : count_(count) { ++count_; }
    ~InUse() { --count_; }
    std::size_t& count_;
  };

  Task<Result<Response>> attempt(const ClientRequest& request, SteadyTime deadline) {
    std::unique_ptr<Link> link;
    if (!idle_.empty()) {
      link = std::move(idle_.back());
      idle_.pop_back();
    } else {
      link = std::make_unique<Link>(context_);
      const error_code error = co_await connect(*link, deadline);
      if (error) co_return error;
    }
    const Deadline watch(context_, link->socket, deadline);
    const std::string head = head_of(options_.server, request);
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(request.body)};
    auto [write_error, written] = co_await asio::async_write(link->socket, parts, kTuple);
    static_cast<void>(written);
    if (write_error) co_return watch.explain(write_error);
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(options_.response_bytes_max);
    parser.skip(request.method == Method::kHead);
    auto [read_error, read] = co_await beast::http::async_read(link->socket, link->buffer, parser, kTuple);
    static_cast<void>(read);
    if (read_error) co_return watch.explain(read_error);
    Response response = to_response(parser.get());
    if (parser.get().keep_alive() && idle_.size() < options_.connections_max)
      idle_.push_back(std::move(link));
    co_return response;
  }

  Task<error_code> connect(Link& link, SteadyTime request_deadline) {
    const SteadyTime limit =
        std::min(request_deadline,
                 std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.connect_timeout_ms));
    const std::string port = std::to_string(options_.server.port);
    auto [resolve_error, addresses] = co_await resolver_.async_resolve(options_.server.host, port, kTuple);
    if (resolve_error) co_return resolve_error;
    const Deadline watch(context_, link.socket, limit);
    auto [error, endpoint] = co_await asio::async_connect(link.socket, addresses, kTuple);
    static_cast<void>(endpoint);
    if (error) co_return watch.explain(error);
    error_code ignored;
    link.socket.set_option(tcp::no_delay(true), ignored);
    co_return error_code{};
  }

  static Response to_response(beast::http::response<beast::http::string_body>& message) {
    Response response;
    response.status = message.result_int();
    response.content_type = std::string(message[beast::http::field::content_type]);
    for (const auto& field : message) {
      response.headers.push_back(Header{std::string(field.name_string()), std::string(field.value())});
    }
    response.body = std::move(message.body());
    return response;
  }

  asio::io_context& context_;
  ClientOptions options_;
  tcp::resolver resolver_;
  std::vector<std::unique_ptr<Link>> idle_;
  std::size_t in_use_ = 0;
};

}  // namespace

std::string Url::text() const {
  const bool v6 = host.find(':') != host.npos;
  return fmt::format("http://{}{}{}:{}{}", v6 ? "[" : "", host, v6 ? "]" : "", port, path);
}

Result<Url> parse_url(std::string_view text) {
  const auto invalid = make_error_code(boost::system::errc::invalid_argument);
  if (text.starts_with("http://")) text.remove_prefix(7);
  if (text.find("://") != text.npos) return invalid;
  Url url;
  const std::size_t slash = text.find('/');
  if (slash != text.npos) {
    url.path = text.substr(slash);
    while (url.path.ends_with('/')) url.path.pop_back();
    text = text.substr(0, slash);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return invalid;
    url.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    url.host = text.substr(0, colon);
    port = colon == text.npos ? std::string_view() : text.substr(colon);
  }
  if (url.host.empty() || url.host.find_first_of(" @?#\r\n") != url.host.npos) return invalid;
  if (port.empty()) return url;
  port.remove_prefix(1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535)
    return invalid;
  url.port = static_cast<std::uint16_t>(number);
  return url;
}

std::string encode_segment(std::string_view segment) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : segment) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_' || c == '~';
    if (safe) {
      out += c;
      continue;
    }
    out += '%';
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

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
