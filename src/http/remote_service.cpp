#include "http/remote_service.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "http/basic_auth.hpp"
#include "http/headers.hpp"
#include "http/router.hpp"

namespace aesel::http {
namespace {

/// Headers that belong to one connection or are made anew (RFC 9110, 7.6.1), and cookies.
bool stays_behind(std::string_view name) {
  static constexpr std::array<std::string_view, 16> kNames{
      "connection", "content-length",    "content-type",       "cookie",     "date", "expect",
      "host",       "keep-alive",        "proxy-authenticate", "set-cookie", "te",   "proxy-authorization",
      "trailer",    "transfer-encoding", "proxy-connection",   "upgrade"};
  return std::ranges::any_of(kNames, [&](std::string_view other) { return same_header_name(name, other); });
}

std::vector<Header> passed_on(std::vector<Header>& headers) {
  erase_connection_headers(headers);
  std::vector<Header> result;
  result.reserve(headers.size() + 4);
  for (const Header& header : headers) {
    if (!stays_behind(header.name)) result.push_back(header);
  }
  return result;
}

void set_header(std::vector<Header>& headers, std::string_view name, std::string value) {
  erase_header(headers, name);
  headers.push_back(Header{std::string(name), std::move(value)});
}

/// The port that the client asked for, as its Host header says.
std::string asked_port(std::string_view host, bool secure) {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');  // of a numeric IPv6 address
  const bool has_port = colon != host.npos && (bracket == host.npos || colon > bracket);
  if (has_port) return std::string(host.substr(colon + 1));
  return secure ? "443" : "80";
}

void say_forwarded(const Request& request, Forwarded policy, std::vector<Header>& headers) {
  const std::string earlier(request.header("X-Forwarded-For"));
  const bool extend = policy == Forwarded::kExtend && !earlier.empty();
  if (extend) {
    if (!request.peer_address.empty())
      set_header(headers, "X-Forwarded-For", earlier + ", " + request.peer_address);
    return;
  }
  std::erase_if(headers, [](const Header& header) {
    return same_header_name(std::string_view(header.name).substr(0, 12), "x-forwarded-") ||
           same_header_name(header.name, "forwarded");
  });
  if (request.peer_address.empty()) return;  // asked by this process
  const std::string_view host = request.header("Host");
  headers.push_back(Header{"X-Forwarded-For", request.peer_address});
  if (!host.empty()) headers.push_back(Header{"X-Forwarded-Host", std::string(host)});
  headers.push_back(Header{"X-Forwarded-Proto", request.secure ? "https" : "http"});
  headers.push_back(Header{"X-Forwarded-Port", asked_port(host, request.secure)});
}

/// Remembers whether it was the source that failed, or the server that it was sent to.
class WatchedSource final : public BodySource {
 public:
  explicit WatchedSource(BodySource& source) : source_(source) {}
  Task<Result<std::size_t>> read(std::span<char> into) override {
    Result<std::size_t> bytes = co_await source_.read(into);
    if (!bytes) failure_ = bytes.error();
    co_return bytes;
  }
  const error_code& failure() const { return failure_; }

 private:
  BodySource& source_;
  error_code failure_;
};

class RemoteService final : public Service {
 public:
  RemoteService(boost::asio::io_context& context, const RemoteOptions& options)
      : url_(options.client.server.text()),
        forwarded_(options.forwarded),
        client_(make_client(context, options.client)) {
    if (!options.username.empty()) authorization_ = basic_authorization(options.username, options.password);
  }

  BodyMode body_mode(const Request& head) const override {
    const std::string_view length = head.header("Content-Length");
    std::uint64_t bytes = kRemoteWholeBytes + 1;
    std::from_chars(length.data(), length.data() + length.size(), bytes);
    return bytes > kRemoteWholeBytes ? BodyMode::kStream : BodyMode::kWhole;
  }

  Task<Response> handle(Request& request) override {
    std::optional<WatchedSource> source;
    if (request.source) source.emplace(*request.source);
    ClientRequest out = translate(request);
    if (source) out.source = &*source;
    Result<Response> answer = co_await client_->send(std::move(out));
    if (source && source->failure()) {
      co_return error_response(400, 110, "the request body was cut off: " + source->failure().message());
    }
    if (!answer) {
      co_return error_response(503, 120,
                               "the service at " + url_ + " does not answer: " + answer.error().message());
    }
    erase_connection_headers(answer->headers);
    std::erase_if(answer->headers, [](const Header& header) { return stays_behind(header.name); });
    co_return std::move(*answer);
  }

 private:
  ClientRequest translate(Request& request) const {
    ClientRequest out;
    out.method = request.method;
    out.target = encode_target(request);
    out.body = std::move(request.body);
    out.source_bytes = request.source_bytes;
    out.stream_above = kRemoteWholeBytes;
    out.content_type = std::string(request.header("Content-Type"));
    out.headers = passed_on(request.headers);
    say_forwarded(request, forwarded_, out.headers);
    if (!authorization_.empty()) set_header(out.headers, "Authorization", authorization_);
    return out;
  }

  std::string url_;
  Forwarded forwarded_;
  std::string authorization_;
  std::unique_ptr<Client> client_;
};

}  // namespace

std::unique_ptr<Service> make_remote_service(boost::asio::io_context& context, const RemoteOptions& options) {
  return std::make_unique<RemoteService>(context, options);
}

}  // namespace aesel::http
