// Both sides of a connection in one thread, over a pair of sockets.
#include "net/tls.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "crypto/certificate.hpp"
#include "net/tls_socket.hpp"

namespace aesel::net {
namespace {

namespace fs = std::filesystem;
using Kind = TlsStep::Kind;

std::int64_t now_s() {
  return system_clock().wall_ns() / 1'000'000'000;
}

/// A folder with a certificate and its key.
class TlsTest : public testing::Test {
 protected:
  TlsTest() : folder_(fs::temp_directory_path() / ("aesel-tls-" + std::to_string(::getpid()))) {
    fs::create_directory(folder_);
    files_ = {folder_ / "certificate.pem", folder_ / "key.pem"};
    write_pair({.hosts = {"localhost", "127.0.0.1"}, .now_s = now_s()});
  }
  ~TlsTest() override { fs::remove_all(folder_); }

  void write_pair(const crypto::SelfSignedOptions& options) const {
    const auto pair = crypto::make_self_signed(options);
    ASSERT_TRUE(crypto::write_certificate(*pair, {files_.certificate_path, files_.key_path}));
  }
  static void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
  std::unique_ptr<TlsIdentity> identity() {
    auto opened = open_tls_identity(files_, clock_);
    EXPECT_TRUE(opened) << opened.error();
    return std::move(*opened);
  }
  std::unique_ptr<TlsTrust> trust() {
    auto opened = open_tls_trust(files_.certificate_path);
    EXPECT_TRUE(opened) << opened.error();
    return std::move(*opened);
  }
  std::string complaint() {
    const auto opened = open_tls_identity(files_, clock_);
    return opened ? "" : opened.error();
  }

  fs::path folder_;
  TlsFiles files_;
  ManualClock clock_;
};

struct Sockets {
  Sockets() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0); }
  ~Sockets() {
    close(0);
    close(1);
  }
  void close(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

/// A server's and a client's end.
struct Meeting {
  Meeting(TlsIdentity& identity, const TlsTrust& trust, const std::string& host)
      : server(identity.accept(sockets.ends[0])), client(trust.connect(sockets.ends[1], host)) {
    for (int i = 0; i < 10; ++i) {
      if (!finished(client_step)) client_step = client->handshake();
      if (!finished(server_step)) server_step = server->handshake();
    }
  }
  static bool finished(const TlsStep& step) { return step.kind == Kind::kDone || step.kind == Kind::kFailed; }
  bool agreed() const { return client_step.kind == Kind::kDone && server_step.kind == Kind::kDone; }

  Sockets sockets;
  std::unique_ptr<TlsSession> server, client;
  TlsStep client_step{.kind = Kind::kWantRead}, server_step{.kind = Kind::kWantRead};
};

std::string read_text(TlsSession& session) {
  std::array<char, 100> buffer{};
  const TlsStep step = session.read(buffer);
  return step.kind == Kind::kDone ? std::string(buffer.data(), step.bytes) : "";
}

TEST_F(TlsTest, AgreesAndCarriesBytesBothWays) {
  const auto server = identity();
  const auto client = trust();
  for (const char* host : {"localhost", "127.0.0.1"}) {
    Meeting meeting(*server, *client, host);
    ASSERT_TRUE(meeting.agreed()) << meeting.client_step.error.message();
    EXPECT_EQ(meeting.client->write("question").bytes, 8u);
    EXPECT_EQ(read_text(*meeting.server), "question");
    EXPECT_EQ(meeting.server->write("answer").bytes, 6u);
    EXPECT_EQ(meeting.client->peek().kind, Kind::kDone);
    EXPECT_EQ(read_text(*meeting.client), "answer");
    EXPECT_EQ(meeting.client->peek().kind, Kind::kWantRead);
  }
}

TEST_F(TlsTest, TellsAnEndFromACut) {
  const auto server = identity();
  const auto client = trust();
  Meeting ended(*server, *client, "localhost");
  EXPECT_EQ(read_text(*ended.client), "");
  ended.server->end();
  ended.sockets.close(0);
  EXPECT_EQ(ended.client->peek().kind, Kind::kEnd);
  Meeting cut(*server, *client, "localhost");
  EXPECT_EQ(read_text(*cut.client), "");
  cut.sockets.close(0);
  const TlsStep step = cut.client->peek();
  EXPECT_EQ(step.kind, Kind::kFailed);
  EXPECT_EQ(step.error, boost::system::errc::connection_reset);
  EXPECT_EQ(cut.client->write("x").kind, Kind::kFailed);  // and no signal
}

TEST_F(TlsTest, WritesNoMoreThanTheSocketTakes) {
  const auto server = identity();
  const auto client = trust();
  Meeting meeting(*server, *client, "localhost");
  const std::string much(10'000'000, 'x');
  std::size_t sent = 0, received = 0;
  bool was_full = false;
  std::vector<char> buffer(100'000);
  while (received < much.size()) {
    TlsStep step;
    while (sent < much.size() && step.kind == Kind::kDone) {
      const std::string copy = much.substr(sent);  // the bytes may move between two tries
      step = meeting.server->write(copy);
      sent += step.bytes;
    }
    was_full = was_full || step.kind == Kind::kWantWrite;
    for (step = {}; step.kind == Kind::kDone; received += step.bytes) step = meeting.client->read(buffer);
    ASSERT_EQ(step.kind, Kind::kWantRead);
  }
  EXPECT_TRUE(was_full);
  EXPECT_EQ(received, much.size());
}

TEST_F(TlsTest, RefusesAnotherHost) {
  const auto server = identity();
  const auto client = trust();
  for (const char* host : {"example.org", "127.0.0.2", "::1"}) {
    const Meeting meeting(*server, *client, host);
    EXPECT_EQ(meeting.client_step.error, TlsErrc::kWrongHost) << host;
    EXPECT_FALSE(meeting.agreed());
  }
}

TEST_F(TlsTest, RefusesWhatHasExpiredOrIsNotTrusted) {
  const auto system = open_tls_trust("");
  ASSERT_TRUE(system);
  {
    const auto server = identity();
    EXPECT_EQ(Meeting(*server, **system, "localhost").client_step.error, TlsErrc::kNotTrusted);
  }
  write_pair({.hosts = {"localhost"}, .days = 1, .now_s = now_s() - 10 * 86'400});
  const auto server = identity();
  const auto client = trust();
  EXPECT_EQ(Meeting(*server, *client, "localhost").client_step.error, TlsErrc::kExpired);
}

TEST_F(TlsTest, TakesNewFilesWithoutARestart) {
  const auto server = identity();
  const auto old_trust = trust();
  write_pair({.hosts = {"localhost"}, .now_s = now_s()});
  const auto new_trust = trust();
  EXPECT_TRUE(Meeting(*server, *old_trust, "localhost").agreed());  // does not look at files all the time
  clock_.advance_ns(1'000'000'000);
  EXPECT_FALSE(Meeting(*server, *old_trust, "localhost").agreed());
  EXPECT_TRUE(Meeting(*server, *new_trust, "localhost").agreed());
  for (const std::string& bad : {files_.certificate_path, files_.key_path}) {
    write(bad, "not a certificate");
    clock_.advance_ns(1'000'000'000);
    EXPECT_TRUE(Meeting(*server, *new_trust, "localhost").agreed());
  }
  fs::remove(files_.key_path);
  clock_.advance_ns(1'000'000'000);
  EXPECT_TRUE(Meeting(*server, *new_trust, "localhost").agreed());
  write_pair({.hosts = {"localhost"}, .now_s = now_s()});
  const auto third_trust = trust();
  clock_.advance_ns(1'000'000'000);
  EXPECT_TRUE(Meeting(*server, *third_trust, "localhost").agreed());
}

TEST_F(TlsTest, SaysWhatIsWrongWithTheFiles) {
  const TlsFiles good = files_;
  const auto names = [&](const std::string& part) { return complaint().find(part) != std::string::npos; };
  files_.certificate_path = folder_ / "none.pem";
  EXPECT_TRUE(names("none.pem (tls.certificate.path): No such file")) << complaint();
  files_ = good;
  files_.key_path = folder_;
  EXPECT_TRUE(names("(tls.key.path): it is a folder")) << complaint();
  files_ = {good.key_path, good.key_path};
  EXPECT_TRUE(names("holds no certificate in PEM form")) << complaint();
  files_ = {good.certificate_path, good.certificate_path};
  EXPECT_TRUE(names("holds no private key")) << complaint();
  files_ = good;
  const auto other = crypto::make_self_signed({.hosts = {"x"}, .now_s = now_s()});
  write(files_.key_path, other->key);
  EXPECT_TRUE(names("does not belong to the certificate in")) << complaint();
  EXPECT_FALSE(open_tls_trust(folder_ / "none.pem"));
  EXPECT_FALSE(open_tls_trust(files_.key_path));
}

/// What a client of an old kind gets.
struct OldClient {
  int version = TLS1_3_VERSION;  // at most
  const char* ciphers = nullptr;
};

bool admits(TlsIdentity& identity, const OldClient& old) {
  const Sockets sockets;
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, old.version);
  if (old.ciphers != nullptr) {
    EXPECT_EQ(SSL_CTX_set_cipher_list(context, old.ciphers), 1);
  }
  SSL* const client = SSL_new(context);
  BIO* const bio = make_tls_socket(sockets.ends[1]);
  SSL_set_bio(client, bio, bio);
  SSL_set_connect_state(client);
  const auto server = identity.accept(sockets.ends[0]);
  TlsStep step;
  for (int i = 0; i < 10; ++i) {
    SSL_do_handshake(client);
    step = server->handshake();
  }
  const bool agreed = SSL_is_init_finished(client) == 1 && step.kind == Kind::kDone;
  SSL_free(client);
  SSL_CTX_free(context);
  return agreed;
}

TEST_F(TlsTest, AdmitsNoOldVersionsAndCiphers) {
  const auto server = identity();
  EXPECT_TRUE(admits(*server, {.version = TLS1_3_VERSION}));
  EXPECT_TRUE(admits(*server, {.version = TLS1_2_VERSION}));
  EXPECT_FALSE(admits(*server, {.version = TLS1_1_VERSION}));
  EXPECT_FALSE(admits(*server, {.version = TLS1_VERSION}));
  EXPECT_TRUE(admits(*server, {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256"}));
  for (const char* old :
       {"ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "AES128-GCM-SHA256", "AES256-SHA",
        "AECDH-AES128-SHA", "PSK-AES128-GCM-SHA256", "ECDHE-ECDSA-NULL-SHA"}) {
    EXPECT_FALSE(admits(*server, {TLS1_2_VERSION, old})) << old;
  }
}

TEST_F(TlsTest, SurvivesWhatIsNotTls) {
  const auto server = identity();
  const auto answer = [&](const std::string& bytes) {
    const Sockets sockets;
    EXPECT_EQ(::send(sockets.ends[1], bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    ::shutdown(sockets.ends[1], SHUT_WR);
    const auto session = server->accept(sockets.ends[0]);
    const TlsStep step = session->handshake();
    EXPECT_EQ(step.kind, Kind::kFailed);
    return step.error;
  };
  EXPECT_EQ(answer("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), TlsErrc::kPlainHttp);
  EXPECT_EQ(answer(std::string(5000, '\0')), TlsErrc::kHandshake);
  EXPECT_TRUE(answer(""));
  EXPECT_TRUE(answer("\x16\x03\x01\x02"));
  EXPECT_TRUE(answer("\x16\x03\x01" + std::string(600, 'x')));
}

}  // namespace
}  // namespace aesel::net
