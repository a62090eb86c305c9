// HTTPS by a loopback client, and beside it the plain port.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "crypto/certificate.hpp"
#include "http/client.hpp"
#include "http/remote_service.hpp"
#include "http/router.hpp"
#include "http/test_server.hpp"

namespace aesel::http {
namespace {

namespace fs = std::filesystem;

Task<Response> whoami(Request& request, const Params&) {
  Response response;
  response.body = (request.secure ? "secure " : "plain ") + request.peer_address + " " +
                  std::string(request.header("X-Forwarded-Proto"));
  co_return response;
}

Task<Response> mirror(Request& request, const Params&) {
  Response response;
  response.source = std::move(request.source);
  response.source_bytes = request.source_bytes;
  co_return response;
}

Task<Response> make(Request& request, const Params& params) {
  Response response;
  response.source = std::make_unique<TestSource>(TestSource::Options{.bytes = std::stoull(params[0])});
  if (!request.query_value("chunks")) response.source_bytes = std::stoull(params[0]);
  co_return response;
}

Task<Response> count(Request& request, const Params&) {
  Response response;
  std::string buffer(50'000, '\0');
  std::uint64_t total = 0;
  for (;;) {
    const std::span<char> into(buffer);
    const Result<std::size_t> bytes = co_await request.source->read(into);
    if (!bytes || *bytes == 0) break;
    total += *bytes;
  }
  response.body = std::to_string(total);
  co_return response;
}

/// A certificate for localhost and the server that shows it.
class TlsServerTest : public testing::Test {
 protected:
  TlsServerTest() : folder_(fs::temp_directory_path() / ("aesel-https-" + std::to_string(::getpid()))) {
    fs::create_directory(folder_);
    write_certificate();
    identity_ = std::move(*net::open_tls_identity({certificate(), folder_ / "key.pem"}, clock_));
    trust_ = std::move(*net::open_tls_trust(certificate()));
    ServerOptions options;
    options.tls = identity_.get();
    secure_ = std::make_unique<TestServer>(router_, options);
  }
  ~TlsServerTest() override {
    secure_.reset();
    fs::remove_all(folder_);
  }

  std::string certificate() const { return folder_ / "certificate.pem"; }
  void write_certificate() const {
    const std::int64_t now_s = system_clock().wall_ns() / 1'000'000'000;
    const auto pair = crypto::make_self_signed({.hosts = {"localhost"}, .now_s = now_s});
    ASSERT_TRUE(crypto::write_certificate(*pair, {certificate(), folder_ / "key.pem"}));
  }
  ClientOptions client(const std::string& host = "localhost") const {
    ClientOptions options;
    options.server = *parse_url("https://" + host + ":" + std::to_string(secure_->port()));
    options.trust = trust_.get();
    return options;
  }

  Router router_{{{Method::kGet, "/whoami", whoami},
                  {Method::kPost, "/mirror", mirror, BodyMode::kStream},
                  {Method::kPost, "/count", count, BodyMode::kStream},
                  {Method::kGet, "/make/{bytes}", make}}};
  fs::path folder_;
  ManualClock clock_;
  std::unique_ptr<net::TlsIdentity> identity_;
  std::unique_ptr<net::TlsTrust> trust_;
  std::unique_ptr<TestServer> secure_;
};

TEST_F(TlsServerTest, AnswersBesideThePlainPort) {
  const TestServer plain(router_);
  const auto secure = send_blocking(client(), {.target = "/whoami"});
  ASSERT_TRUE(secure) << secure.error().message();
  EXPECT_EQ(secure->body, "secure 127.0.0.1 ");
  ClientOptions options;
  options.server = *parse_url(plain.address());
  EXPECT_EQ(send_blocking(options, {.target = "/whoami"})->body, "plain 127.0.0.1 ");
}

TEST_F(TlsServerTest, CarriesLargeBodies) {
  const auto answer = send_blocking(client(), {.target = "/make/5000000"});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_TRUE(answer->body == TestSource::text(5'000'000));
  EXPECT_EQ(send_blocking(client(), {.target = "/make/500000?chunks"})->body.size(), 500'000u);
  ClientRequest upload;
  upload.method = Method::kPost;
  upload.target = "/count";
  TestSource source({.bytes = 3'000'000});
  upload.source = &source;
  const auto counted = send_blocking(client(), upload);
  ASSERT_TRUE(counted) << counted.error().message();
  EXPECT_EQ(counted->body, "3000000");
}

TEST_F(TlsServerTest, IsRefusedByClientsThatDoNotTrustIt) {
  ClientOptions options = client();
  options.trust = nullptr;
  EXPECT_EQ(send_blocking(options, {.target = "/whoami"}).error(), net::TlsErrc::kNotTrusted);
  EXPECT_EQ(send_blocking(client("127.0.0.1"), {.target = "/whoami"}).error(), net::TlsErrc::kWrongHost);
}

TEST_F(TlsServerTest, ShowsANewCertificateWithoutARestart) {
  write_certificate();
  const auto new_trust = std::move(*net::open_tls_trust(certificate()));
  ClientOptions options = client();
  options.trust = new_trust.get();
  EXPECT_EQ(send_blocking(options, {.target = "/whoami"}).error(), net::TlsErrc::kNotTrusted);
  clock_.advance_ns(2'000'000'000);
  EXPECT_TRUE(send_blocking(options, {.target = "/whoami"}));
}

TEST_F(TlsServerTest, TellsClientsThatSpeakPlainHttp) {
  const std::string answer = secure_->exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  EXPECT_NE(answer.find("https://"), answer.npos);
  const std::string large =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'x');
  EXPECT_TRUE(secure_->exchange(large).starts_with("HTTP/1.1 400 ")) << "also to who still sends";
}

TEST_F(TlsServerTest, CutsOffGarbageAndSilence) {
  ServerOptions options;
  options.tls = identity_.get();
  options.header_timeout_ms = 200;
  const TestServer impatient(router_, options);
  for (const std::string& bytes :
       {std::string(10'000, '\x16'), std::string("\x16\x03\x01\x02"), std::string()}) {
    impatient.exchange(bytes);  // returns when the server has closed
  }
  EXPECT_TRUE(send_blocking(client(), {.target = "/whoami"}));
}

TEST_F(TlsServerTest, IsReachedByARemoteService) {
  RemoteOptions options;
  options.client = client();
  const TestServer::Make remote = [&](boost::asio::io_context& context) {
    return make_remote_service(context, options);
  };
  const TestServer front(remote);
  ClientOptions plain;
  plain.server = *parse_url(front.address());
  for (int i = 0; i < 3; ++i) {  // by a kept connection from the second on
    EXPECT_EQ(send_blocking(plain, {.target = "/whoami"})->body, "secure 127.0.0.1 http");
  }
  EXPECT_TRUE(send_blocking(plain, {.target = "/make/1000000"})->body == TestSource::text(1'000'000));
  ClientRequest upload{.method = Method::kPost, .target = "/count", .body = std::string(500'000, 'x')};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send_blocking(plain, upload)->body, "500000");
}

}  // namespace
}  // namespace aesel::http
