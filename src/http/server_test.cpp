// The server by a loopback client: framing, limits, pipelining, deadlines.
#include "http/server.hpp"

#include <gtest/gtest.h>

#include "http/client.hpp"
#include "http/router.hpp"
#include "http/test_server.hpp"

namespace aesel::http {
namespace {

class Echo final : public Service {
 public:
  Task<Response> handle(Request& request) override {
    Response response;
    if (!request.segments.empty() && request.segments[0] == "throw") throw std::runtime_error("boom");
    response.body = std::string(to_text(request.method)) + "|" + request.body;
    for (const std::string& s : request.segments) response.body += "|" + s;
    co_return response;
  }
};

/// The echo service behind a server.
struct EchoHolder {
  Echo echo;
};
class Running : public EchoHolder, public TestServer {
 public:
  explicit Running(ServerOptions options = {}) : TestServer(echo, options) {}
};

int count(const std::string& text, std::string_view part) {
  int n = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  Running server;
  std::string bytes;
  for (int i = 0; i < 500; ++i) bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  bytes += "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string answer = server.exchange(bytes);
  EXPECT_EQ(count(answer, "HTTP/1.1 200 OK"), 501);
  EXPECT_LT(answer.find("GET||7"), answer.find("GET||8"));
  EXPECT_TRUE(answer.ends_with("GET||last"));
}

TEST(Server, TakesChunkedBodiesAndBodiesOnGet) {
  Running server;
  EXPECT_NE(
      server
          .exchange("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
          .find("POST|abcde|a"),
      std::string::npos);
  EXPECT_NE(server.exchange("GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
                .find("GET|{}|a"),
            std::string::npos);
}

TEST(Server, SaysContinueWhenAsked) {
  Running server;
  const std::string answer = server.exchange(
      "POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: "
      "close\r\n\r\nhi");
  EXPECT_NE(answer.find("POST|hi|a"), std::string::npos) << answer;
}

TEST(Server, RefusesBodiesAndHeadersOverTheLimit) {
  Running server({.body_bytes_max = 100, .header_bytes_max = 1000});
  EXPECT_TRUE(
      server.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'))
          .starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(server
                  .exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                            std::string(101, 'x') + "\r\n0\r\n\r\n")
                  .starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(server.exchange("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(2000, 'x') + "\r\n\r\n")
                  .starts_with("HTTP/1.1 431 "));
}

TEST(Server, RefusesWhatIsNotHttp) {
  Running server;
  EXPECT_TRUE(server.exchange("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(server.exchange("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(server.exchange(std::string(64, '\0')).starts_with("HTTP/1.1 400 "));
}

TEST(Server, ClosesSlowClients) {
  Running server({.header_timeout_ms = 100, .body_timeout_ms = 100, .idle_timeout_ms = 100});
  EXPECT_EQ(server.exchange("GET / HTT"), "");
  EXPECT_EQ(server.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"), "");
  EXPECT_EQ(server.exchange(""), "");
}

TEST(Server, TurnsAnExceptionIntoA500) {
  Running server;
  EXPECT_TRUE(server.exchange("GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 500 "));
}

TEST(Client, SendsAndKeepsConnections) {
  Running server;
  ClientOptions options;
  options.server = *parse_url("127.0.0.1:" + std::to_string(server.port()));
  const auto answer = send_blocking(options, {.method = Method::kPost, .target = "/a%20b", .body = "xyz"});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->body, "POST|xyz|a b");
}

TEST(Client, SaysWhyItFailed) {
  ClientOptions options;
  options.server = *parse_url("127.0.0.1:1");
  const auto answer = send_blocking(options, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), boost::system::errc::connection_refused);
}

}  // namespace
}  // namespace aesel::http
