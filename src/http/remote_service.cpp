#include "http/remote_service.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "http/router.hpp"

namespace aesel::http {
namespace {

/// Headers that belong to one connection or are made anew (RFC 9110, 7.6.1), and cookies.
bool stays_behind(std::string_view name) {
  static constexpr std::array<std::string_view, 13> kNames{
      "connection", "content-length",   "content-type", "cookie", "date",    "expect",           "host",
      "keep-alive", "proxy-connection", "set-cookie",   "te",     "trailer", "transfer-encoding"};
  const auto same = [&](std::string_view other) {
    return std::ranges::equal(
        name, other, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
  };
  return std::ranges::any_of(kNames, same) || same("upgrade");
}

std::vector<Header> passed_on(const std::vector<Header>& headers) {
  std::vector<Header> result;
  for (const Header& header : headers) {
    if (!stays_behind(header.name)) result.push_back(header);
  }
  return result;
}

std::string target_of(const Request& request) {
  std::string target;
  for (const std::string& segment : request.segments) target += "/" + encode_segment(segment);
  if (target.empty()) target = "/";
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    target += separator;
    target += encode_segment(name) + "=" + encode_segment(value);
    separator = '&';
  }
  return target;
}

class RemoteService final : public Service {
 public:
  RemoteService(boost::asio::io_context& context, const ClientOptions& options)
      : url_(options.server.text()), client_(make_client(context, options)) {}

  Task<Response> handle(Request& request) override {
    ClientRequest out;
    out.method = request.method;
    out.target = target_of(request);
    out.body = request.body;
    out.headers = passed_on(request.headers);
    Result<Response> answer = co_await client_->send(std::move(out));
    if (!answer) {
      co_return error_response(503, 120,
                               "the service at " + url_ + " does not answer: " + answer.error().message());
    }
    answer->headers = passed_on(answer->headers);
    co_return std::move(*answer);
  }

 private:
  std::string url_;
  std::unique_ptr<Client> client_;
};

}  // namespace

std::unique_ptr<Service> make_remote_service(boost::asio::io_context& context, const ClientOptions& options) {
  return std::make_unique<RemoteService>(context, options);
}

}  // namespace aesel::http
