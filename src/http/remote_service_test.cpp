// A remote service between a loopback client and a loopback server.
#include "http/remote_service.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>

#include "http/basic_auth.hpp"
#include "http/router.hpp"
#include "http/test_server.hpp"

namespace aesel::http {
namespace {

using TestConnection = TestServer::TestConnection;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The server behind: says what it was asked, and a few things more.
class BackEnd final : public Service {
 public:
  BodyMode body_mode(const Request& head) const override {
    return head.segments[0] == "say" ? BodyMode::kWhole : BodyMode::kStream;
  }
  Task<Response> handle(Request& request) override {
    const std::string what = request.segments[0];
    Response response;
    response.content_type = "text/plain";
    if (what == "say") response.body = describe(request);
    if (what == "mirror") static_cast<void>(co_await read_all(request, response.body));
    if (what == "make") {
      TestSource::Options options{.bytes = std::stoull(request.segments[1])};
      response.source = std::make_unique<TestSource>(options);
      response.source_bytes = options.bytes;
      if (request.query_value("more")) response.source_bytes = 2 * options.bytes;
      if (request.query_value("chunks")) response.source_bytes.reset();
    }
    if (what == "swallow") {
      std::string body;
      const bool whole = co_await read_all(request, body);
      ++(whole ? whole_bodies : broken_bodies);
    }
    if (what == "refuse") response.status = 413;
    if (what == "empty") response.status = 204;
    if (what == "hang") co_await hang();
    co_return response;
  }

  std::atomic<int> whole_bodies = 0, broken_bodies = 0;

 private:
  static std::string describe(const Request& request) {
    std::string text(to_text(request.method));
    for (const std::string& segment : request.segments) text += "/" + segment;
    for (const auto& [name, value] : request.query) text += "&" + name + "=" + value;
    text += "\n";
    for (const Header& header : request.headers) text += header.name + ": " + header.value + "\n";
    return text + request.body;
  }
  static Task<bool> read_all(Request& request, std::string& body) {
    std::string buffer(10'000, '\0');
    for (;;) {
      const std::span<char> into(buffer);
      const Result<std::size_t> bytes = co_await request.source->read(into);
      if (!bytes) co_return false;
      if (*bytes == 0) co_return true;
      body.append(buffer, 0, *bytes);
    }
  }
  static Task<void> hang() {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, milliseconds(700));
    constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    co_await timer.async_wait(token);
  }
};

ClientOptions to(std::uint16_t port) {
  ClientOptions options;
  options.server = *parse_url("127.0.0.1:" + std::to_string(port));
  options.request_timeout_ms = 5'000;
  return options;
}

TestServer::Make remote(RemoteOptions options) {
  return [options](boost::asio::io_context& context) { return make_remote_service(context, options); };
}

/// A back-end, and a door in front of it.
struct Pair {
  explicit Pair(RemoteOptions options = {}) : front(remote(at(std::move(options), back.port()))) {}
  static RemoteOptions at(RemoteOptions options, std::uint16_t port) {
    options.client = to(port);
    return options;
  }
  BackEnd service;
  TestServer back{service};
  TestServer front;
};

std::string request(std::string_view line, std::string_view headers = "", std::string_view body = "") {
  return std::string(line) + " HTTP/1.1\r\nHost: door:81\r\nConnection: close\r\n" + std::string(headers) +
         (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" +
         std::string(body);
}

std::string body_of(const std::string& answer) {
  return answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

TEST(RemoteService, PassesOnWhatWasAsked) {
  Pair pair;
  const std::string answer = pair.front.exchange(
      request("POST /say/a%20b%2Fc?x=1%2B&y",
              "Content-Type: text/csv\r\nX-Own: z\r\nAuthorization: Bearer t\r\n", "body"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  for (const char* part :
       {"POST/say/a b/c&x=1+&y=\n", "Content-Type: text/csv\n", "X-Own: z\n", "Authorization: Bearer t\n",
        "Content-Length: 4\n", "\r\nContent-Type: text/plain\r\n"})
    EXPECT_TRUE(has(answer, part)) << part << answer;
  EXPECT_TRUE(answer.ends_with("\nbody"));
}

TEST(RemoteService, LeavesHeadersOfOneConnectionBehind) {
  Pair pair;
  const std::string answer = pair.front.exchange(
      "GET /say HTTP/1.1\r\nHost: x\r\nConnection: close, X-Mine\r\nconnection: x-other\r\nX-Mine: "
      "1\r\nX-OTHER: "
      "2\r\nX-Third: 3\r\nCookie: c\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\nProxy-Authorization: "
      "p\r\n\r\n");
  const std::string seen = body_of(answer);
  EXPECT_TRUE(has(seen, "X-Third: 3"));
  for (const char* name : {"X-Mine", "X-OTHER", "Cookie", "Keep-Alive", "TE:", "Upgrade", "Proxy-Auth"})
    EXPECT_FALSE(has(seen, name)) << name;
}

TEST(RemoteService, SaysWhoAsked) {
  Pair pair;
  const std::string claims =
      "X-Forwarded-For: 1.2.3.4\r\nx-forwarded-proto: https\r\nX-Forwarded-Prefix: /p\r\nForwarded: "
      "for=1.2.3.4\r\n";
  const std::string seen = body_of(pair.front.exchange(request("GET /say", claims)));
  for (const char* line : {"X-Forwarded-For: 127.0.0.1\n", "X-Forwarded-Host: door:81\n",
                           "X-Forwarded-Proto: http\n", "X-Forwarded-Port: 81\n"})
    EXPECT_TRUE(has(seen, line)) << line << seen;
  for (const char* claim : {"1.2.3.4", "https", "/p"}) EXPECT_FALSE(has(seen, claim)) << claim;

  Pair behind_a_proxy({.forwarded = Forwarded::kExtend});
  const std::string extended = body_of(behind_a_proxy.front.exchange(request("GET /say", claims)));
  EXPECT_TRUE(has(extended, "X-Forwarded-For: 1.2.3.4, 127.0.0.1\n"));
  EXPECT_TRUE(has(extended, "x-forwarded-proto: https\n"));
}

TEST(RemoteService, HasCredentialsOfItsOwn) {
  Pair pair({.username = "door", .password = "key"});
  const std::string seen =
      body_of(pair.front.exchange(request("GET /say", "authorization: Bearer smuggled\r\n")));
  EXPECT_TRUE(has(seen, "Authorization: " + basic_authorization("door", "key") + "\n"));
  EXPECT_FALSE(has(seen, "smuggled"));
}

TEST(RemoteService, StreamsLargeBodiesBothWays) {
  Pair pair;
  const std::string text = TestSource::text(3'000'000);
  const std::string answer = pair.front.exchange(request("POST /mirror", "", text));
  EXPECT_TRUE(has(answer, "\r\nContent-Length: 3000000\r\n"));
  EXPECT_TRUE(body_of(answer) == text);
  const std::string chunks = pair.front.exchange(request("GET /make/300000?chunks"));
  EXPECT_TRUE(has(chunks, "\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(chunks.ends_with("\r\n0\r\n\r\n"));
  const std::string upload =
      "POST /swallow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
      "close\r\n\r\n4\r\nabcd\r\n0\r\n\r\n";
  EXPECT_TRUE(pair.front.exchange(upload).starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(pair.service.whole_bodies, 1);
}

TEST(RemoteService, KeepsTheLengthOfHeadAndTheEmptinessOf204) {
  Pair pair;
  for (const char* path : {"HEAD /make/100", "HEAD /make/1000000"}) {
    const std::string answer = pair.front.exchange(request(path));
    EXPECT_TRUE(has(answer, "\r\nContent-Length: 100")) << answer;
    EXPECT_EQ(body_of(answer), "");
  }
  const std::string empty = pair.front.exchange(request("GET /empty"));
  EXPECT_TRUE(empty.starts_with("HTTP/1.1 204 No Content\r\n"));
  EXPECT_FALSE(has(empty, "Content-Length"));
}

TEST(RemoteService, CompletesNoRequestThatWasCutOff) {
  Pair pair;
  for (const char* framing :
       {"Content-Length: 1000000\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"}) {
    TestConnection connection(pair.front);
    connection.send("POST /swallow HTTP/1.1\r\nHost: x\r\n" + std::string(framing));
    connection.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send);
    EXPECT_TRUE(connection.read_all().starts_with("HTTP/1.1 400 ")) << framing;
  }
  for (int i = 0; i < 400 && pair.service.broken_bodies < 2; ++i)
    std::this_thread::sleep_for(milliseconds(5));
  EXPECT_EQ(pair.service.broken_bodies, 2);
  EXPECT_EQ(pair.service.whole_bodies, 0);
}

TEST(RemoteService, PassesOnARefusalOfALargeBody) {
  Pair pair;
  TestConnection connection(pair.front);
  std::thread sender([&] { connection.send(request("POST /refuse", "", std::string(5'000'000, 'x'))); });
  EXPECT_TRUE(connection.read_all().starts_with("HTTP/1.1 413 "));
  sender.join();
}

TEST(RemoteService, CutsAResponseThatTheServerCut) {
  Pair pair;
  TestConnection connection(pair.front);
  connection.send(request("GET /make/500000?more"));
  EXPECT_LT(connection.read_all().size(), 700'000u);
  EXPECT_EQ(connection.error(), boost::system::errc::connection_reset);
}

TEST(RemoteService, SaysWhenTheServerIsAwayAndRecovers) {
  BackEnd service;
  auto back = std::make_unique<TestServer>(service);
  const std::uint16_t port = back->port();
  RemoteOptions options;
  options.client = to(port);
  TestServer front(remote(options));
  EXPECT_TRUE(front.exchange(request("GET /say")).starts_with("HTTP/1.1 200 "));
  back.reset();
  const std::string answer = front.exchange(request("POST /say", "", "x"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  EXPECT_TRUE(has(answer, "\"err_code\":120"));
  ServerOptions same_port;
  same_port.port = port;
  back = std::make_unique<TestServer>(service, same_port);
  EXPECT_TRUE(front.exchange(request("POST /say", "", "x")).starts_with("HTTP/1.1 200 "));
  // Now with a kept connection that the server closed in between: neither sort of request notices.
  for (const char* line : {"GET /say", "POST /say", "POST /swallow"}) {
    back.reset();
    back = std::make_unique<TestServer>(service, same_port);
    EXPECT_TRUE(front.exchange(request(line, "", std::string(100'000, 'x'))).starts_with("HTTP/1.1 200 "))
        << line;
  }
}

TEST(RemoteService, DoesNotWaitForeverForTheServer) {
  BackEnd service;
  const TestServer back(service);
  RemoteOptions options;
  options.client = to(back.port());
  options.client.request_timeout_ms = 300;
  const TestServer front(remote(options));
  const auto began = steady_clock::now();
  EXPECT_TRUE(front.exchange(request("GET /hang")).starts_with("HTTP/1.1 503 "));
  EXPECT_LT(steady_clock::now() - began, milliseconds(650));
}

TEST(BasicAuth, AdmitsWithTheRightCredentialsOnly) {
  BackEnd behind;
  BasicAuth guard(behind, {.username = "door", .password = "k:ey"});
  TestServer server(guard);
  const auto status = [&](const std::string& authorization, const char* line = "GET /say") {
    const std::string header = authorization.empty() ? "" : "Authorization: " + authorization + "\r\n";
    return server.exchange(request(line, header)).substr(9, 3);
  };
  EXPECT_EQ(status(basic_authorization("door", "k:ey")), "200");
  EXPECT_EQ(status("bAsIc  " + basic_authorization("door", "k:ey").substr(6)), "200");
  for (const std::string& wrong :
       {std::string(), std::string("Basic"), std::string("Basic !!!!"), std::string("Bearer x"),
        basic_authorization("door", "k:e"), basic_authorization("door", "k:eyy"), basic_authorization("", ""),
        basic_authorization("door", std::string("k:ey\0", 5)), basic_authorization("Door", "k:ey")}) {
    EXPECT_EQ(status(wrong), "401") << wrong;
  }
  EXPECT_TRUE(has(server.exchange(request("GET /say")), "WWW-Authenticate: Basic realm=\"aesel\""));
  EXPECT_EQ(status("", "GET /health"), "200");
  EXPECT_EQ(status("", "GET /ready"), "200");
  EXPECT_EQ(status("", "GET /health/x"), "401");
}

}  // namespace
}  // namespace aesel::http
