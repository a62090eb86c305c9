// Bodies in pieces, by a loopback client: framing, what happens when a side stops in the middle, limits.
#include <gtest/gtest.h>

#include "http/router.hpp"
#include "http/test_server.hpp"

namespace aesel::http {
namespace {

using TestConnection = TestServer::TestConnection;

/// Reads a body to its end, with a buffer of that size.
Task<Result<std::string>> read_body(Request& request, std::size_t piece) {
  std::string all;
  std::string buffer(piece, '\0');
  while (request.source) {
    const std::span<char> into(buffer);
    const Result<std::size_t> bytes = co_await request.source->read(into);
    if (!bytes) co_return bytes.error();
    if (*bytes == 0) break;
    all.append(buffer, 0, *bytes);
  }
  co_return all;
}

/// "bytes|Content-Length|the error, if any", and the whole body for "/text".
Task<Response> take(Request& request, const Params&) {
  const Result<std::string> body = co_await read_body(request, 1000);
  Response response;
  response.status = body ? 200 : 400;
  response.body = body ? std::to_string(body->size()) : body.error().message();
  if (request.source_bytes) response.body += "|" + std::to_string(*request.source_bytes);
  if (body && request.segments[0] == "text") response.body = *body;
  co_return response;
}

Task<Response> echo(Request& request, const Params&) {
  Response response;
  response.content_type = "text/plain";
  response.source = std::move(request.source);
  if (request.header("x-length") == "known") response.source_bytes = request.source_bytes;
  co_return response;
}

Task<Response> ignore(Request&, const Params&) {
  Response response;
  response.status = 413;
  response.body = "no";
  co_return response;
}

/// /make/{bytes}/{piece}?known=N&fails
Task<Response> make(Request& request, const Params& params) {
  TestSource::Options options;
  options.bytes = std::stoull(params[0]);
  options.piece = std::stoull(params[1]);
  options.fails = request.query_value("fails") != nullptr;
  Response response;
  response.content_type = "text/plain";
  response.source = std::make_unique<TestSource>(options);
  if (const std::string* known = request.query_value("known")) response.source_bytes = std::stoull(*known);
  co_return response;
}

struct Holder {
  Router router{{
      {Method::kPost, "/take", take, BodyMode::kStream},
      {Method::kPost, "/text", take, BodyMode::kStream},
      {Method::kPost, "/echo", echo, BodyMode::kStream},
      {Method::kPost, "/ignore", ignore, BodyMode::kStream},
      {Method::kGet, "/make/{bytes}/{piece}", make},
  }};
};

class Running : public Holder, public TestServer {
 public:
  explicit Running(ServerOptions options = {}) : TestServer(router, options) {}
};

std::string post(std::string_view path, std::string_view headers, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n" +
         std::string(body);
}

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
}

std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == answer.npos ? answer : answer.substr(end + 4);
}

std::string in_chunks(std::string_view text, std::size_t piece) {
  std::string out;
  char size[32];
  while (!text.empty()) {
    const std::string_view part = text.substr(0, piece);
    out.append(size, static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", part.size())));
    out.append(part).append("\r\n");
    text.remove_prefix(part.size());
  }
  return out + "0\r\n\r\n";
}

TEST(StreamedRequest, IsReadPieceByPiece) {
  Running server({.body_bytes_max = 10});  // which is for bodies that are taken whole
  const std::string text = TestSource::text(200'000);
  const std::string length = "Content-Length: 200000\r\nConnection: close\r\n";
  EXPECT_EQ(body_of(server.exchange(post("/take", length, text))), "200000|200000");
  EXPECT_EQ(body_of(server.exchange(post("/text", length, text))), text);
  for (const std::size_t piece : {1u, 7u, 1000u, 70'000u}) {
    const std::string chunks = in_chunks(text, piece);
    const std::string headers = "Transfer-Encoding: chunked\r\nConnection: close\r\n";
    EXPECT_EQ(body_of(server.exchange(post("/text", headers, chunks))), text) << piece;
  }
}

TEST(StreamedRequest, LeavesTheNextRequestAlone) {
  Running server;
  const std::string both = post("/text", "Content-Length: 3\r\n", "abc") +
                           post("/text", "Transfer-Encoding: chunked\r\n", "3\r\ndef\r\n0\r\n\r\n") +
                           post("/text", "Content-Length: 0\r\n", "") +
                           post("/text", "Content-Length: 3\r\nConnection: close\r\n", "ghi");
  const std::string answer = server.exchange(both);
  EXPECT_LT(answer.find("abc"), answer.find("def"));
  EXPECT_LT(answer.find("def"), answer.find("ghi"));
  EXPECT_TRUE(answer.ends_with("ghi"));
}

TEST(StreamedRequest, IsToldToContinueWhenItIsRead) {
  Running server;
  const std::string expect = "Expect: 100-continue\r\nContent-Length: 3\r\n";
  TestConnection reads(server);
  reads.send(post("/text", expect, ""));
  EXPECT_EQ(reads.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  reads.send("abc");
  EXPECT_TRUE(reads.read_until("abc").starts_with("HTTP/1.1 200 "));
  // A handler that wants none of it says so at once.
  const std::string refused = server.exchange(post("/ignore", expect, ""));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 413 "));
  EXPECT_NE(refused.find("Connection: close"), refused.npos);
}

TEST(StreamedRequest, ThatIsCutOffIsAnError) {
  Running server;
  for (const std::string& request : {post("/take", "Content-Length: 10\r\n", "abc"),
                                     post("/take", "Transfer-Encoding: chunked\r\n", "5\r\nabc"),
                                     post("/take", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n")}) {
    TestConnection connection(server);
    connection.send(request);
    connection.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send);
    EXPECT_TRUE(connection.read_all().starts_with("HTTP/1.1 400 ")) << request;
  }
  EXPECT_TRUE(
      server.exchange(post("/take", "Transfer-Encoding: chunked\r\n", "x\r\n")).starts_with("HTTP/1.1 400 "));
}

TEST(StreamedRequest, ThatStallsOrDripsIsCutOff) {
  Running server({.body_timeout_ms = 300, .body_bytes_min = 1000});
  EXPECT_EQ(server.exchange(post("/take", "Content-Length: 10\r\n", "abc")), "");
  TestConnection drips(server);
  drips.send(post("/take", "Content-Length: 10000\r\n", ""));
  const auto began = std::chrono::steady_clock::now();
  error_code error;
  while (!error && std::chrono::steady_clock::now() - began < std::chrono::seconds(5)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    error = drips.send("x");
  }
  EXPECT_TRUE(error);
}

TEST(StreamedRequest, ThatIsNotReadIsAnsweredAnyway) {
  Running server;
  // A little is taken for the sake of the connection.
  const std::string small = post("/ignore", "Content-Length: 20000\r\n", std::string(20'000, 'x'));
  const std::string two = server.exchange(small + get("/make/3/3"));
  EXPECT_TRUE(two.starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(two.ends_with("0\r\n\r\n")) << two;
  // Much is not.
  const std::string large = post("/ignore", "Content-Length: 99999999\r\n", std::string(1'000'000, 'x'));
  const std::string answer = server.exchange(large + get("/make/3/3"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(body_of(answer), "no");
  const std::string chunks = post("/ignore", "Transfer-Encoding: chunked\r\n", "5\r\nabc");
  EXPECT_EQ(body_of(server.exchange(chunks)), "no");
}

TEST(StreamedRequest, WithAnUnknownEncodingIsRefused) {
  Running server;
  for (const char* encoding : {"gzip", "chunked, gzip", "xchunked"}) {
    const std::string header = "Transfer-Encoding: " + std::string(encoding) + "\r\n";
    EXPECT_TRUE(server.exchange(post("/take", header, "0\r\n\r\n")).starts_with("HTTP/1.1 400 ")) << encoding;
  }
}

TEST(StreamedResponse, HasALengthOrChunks) {
  Running server;
  const std::string text = TestSource::text(1'000'000);
  const std::string known = server.exchange(get("/make/1000000/70000?known=1000000"));
  EXPECT_NE(known.find("\r\nContent-Length: 1000000\r\n"), known.npos);
  EXPECT_EQ(body_of(known), text);
  const std::string chunked = server.exchange(get("/make/1000000/70000"));
  EXPECT_NE(chunked.find("\r\nTransfer-Encoding: chunked\r\n"), chunked.npos);
  EXPECT_EQ(chunked.find("Content-Length"), chunked.npos);
  EXPECT_EQ(body_of(chunked), in_chunks(text, 70'000));
  EXPECT_EQ(body_of(server.exchange(get("/make/0/1"))), "0\r\n\r\n");
  EXPECT_EQ(body_of(server.exchange(get("/make/0/1?known=0"))), "");
}

TEST(StreamedResponse, EndsWithTheConnectionForOldClients) {
  Running server;
  const std::string answer =
      server.exchange("GET /make/100000/700 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(answer.find("chunked"), answer.npos);
  EXPECT_NE(answer.find("Connection: close"), answer.npos);
  EXPECT_EQ(body_of(answer), TestSource::text(100'000));
}

TEST(StreamedResponse, KeepsTheConnectionAndTheOrder) {
  Running server;
  const std::string keep = "GET /make/100/7 HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string answer = server.exchange(keep + keep + get("/make/5/5?known=5"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\nabcde"));
  EXPECT_EQ(answer.find("HTTP/1.1 200 OK", answer.find("0\r\n\r\n")), answer.find("0\r\n\r\n") + 5);
}

TEST(StreamedResponse, MayComeFromTheRequest) {
  Running server;
  const std::string text = TestSource::text(3'000'000);
  const std::string headers = "Content-Length: 3000000\r\nX-Length: known\r\nConnection: close\r\n";
  TestConnection connection(server);
  std::thread sender([&] { connection.send(post("/echo", headers, text)); });
  const std::string answer = connection.read_all();
  sender.join();
  EXPECT_TRUE(body_of(answer) == text);
}

TEST(StreamedResponse, AnswersHeadWithTheLengthAlone) {
  Running server;
  const std::string answer =
      server.exchange("HEAD /make/100/7?known=100 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("\r\nContent-Length: 100\r\n"), answer.npos);
  EXPECT_EQ(body_of(answer), "");
}

TEST(StreamedResponse, ThatFailsIsCutSoThatTheClientNotices) {
  Running server;
  for (const char* path : {"/make/100000/7000?fails", "/make/100000/7000?known=200000"}) {
    TestConnection connection(server);
    connection.send(get(path));
    EXPECT_FALSE(connection.read_all().ends_with("\r\n0\r\n\r\n")) << path;
    EXPECT_EQ(connection.error(), boost::system::errc::connection_reset) << path;
  }
  const std::string answer = server.exchange(get("/make/0/1?fails"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  // A source with too much is cut where the length says.
  EXPECT_EQ(body_of(server.exchange(get("/make/100/7?known=10"))), TestSource::text(10));
}

TEST(StreamedResponse, ThatIsNotReadIsCutOff) {
  Running server({.body_timeout_ms = 300});
  TestConnection connection(server);
  connection.send(get("/make/100000000/70000?known=100000000"));
  std::this_thread::sleep_for(std::chrono::milliseconds(900));
  EXPECT_LT(connection.read_all().size(), 50'000'000u);
  EXPECT_EQ(connection.error(), boost::system::errc::connection_reset);
}

}  // namespace
}  // namespace aesel::http
