#include "crypto/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>

namespace aesel::crypto {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

struct Parsed {
  explicit Parsed(const CertificatePair& pair) {
    BIO* const c = BIO_new_mem_buf(pair.certificate.data(), static_cast<int>(pair.certificate.size()));
    BIO* const k = BIO_new_mem_buf(pair.key.data(), static_cast<int>(pair.key.size()));
    certificate = PEM_read_bio_X509(c, nullptr, nullptr, nullptr);
    key = PEM_read_bio_PrivateKey(k, nullptr, nullptr, nullptr);
    BIO_free(c);
    BIO_free(k);
  }
  ~Parsed() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  X509* certificate;
  EVP_PKEY* key;
};

bool valid_at(const X509* certificate, std::int64_t when_s) {
  auto when = static_cast<time_t>(when_s);
  return X509_cmp_time(X509_get0_notBefore(certificate), &when) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate), &when) > 0;
}

TEST(SelfSigned, NamesItsHostsAndSignsItself) {
  const auto pair =
      make_self_signed({.hosts = {"localhost", "*.example.org", "127.0.0.1", "::1"}, .now_s = kNow});
  ASSERT_TRUE(pair) << pair.error();
  const Parsed parsed(*pair);
  X509* const c = parsed.certificate;
  EXPECT_EQ(X509_check_private_key(c, parsed.key), 1);
  EXPECT_EQ(X509_verify(c, parsed.key), 1);
  EXPECT_EQ(X509_check_host(c, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(c, "a.example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(c, "example.com", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(c, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(c, "::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(c, "127.0.0.2", 0), 0);
}

TEST(SelfSigned, IsValidForItsDays) {
  const auto pair = make_self_signed({.hosts = {"x"}, .days = 10, .now_s = kNow});
  const Parsed parsed(*pair);
  EXPECT_TRUE(valid_at(parsed.certificate, kNow));
  EXPECT_TRUE(valid_at(parsed.certificate, kNow + 10 * 86'400 - 1));
  EXPECT_FALSE(valid_at(parsed.certificate, kNow + 10 * 86'400 + 1));
  EXPECT_FALSE(valid_at(parsed.certificate, kNow - 7200));
}

TEST(SelfSigned, RefusesWhatIsNoHost) {
  EXPECT_FALSE(make_self_signed({.hosts = {}, .now_s = kNow}));
  EXPECT_FALSE(make_self_signed({.hosts = {"x"}, .days = 0, .now_s = kNow}));
  for (const char* bad : {"", "a b", "a,DNS:b", "http://a", "a:80", ".a", "a..b", "-a", "a/b", "*"}) {
    EXPECT_FALSE(make_self_signed({.hosts = {bad}, .now_s = kNow})) << bad;
  }
}

TEST(SelfSigned, IsWrittenWithAKeyForItsOwnerOnly) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("aesel-certificate-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const CertificatePaths paths{folder / "c.pem", folder / "k.pem"};
  const auto pair = make_self_signed({.hosts = {"x"}, .now_s = kNow});
  for (int i = 0; i < 2; ++i) {  // the second time over the first
    const auto written = write_certificate(*pair, paths);
    ASSERT_TRUE(written) << written.error();
  }
  struct stat status {};
  ASSERT_EQ(::stat(paths.key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::ifstream file(paths.certificate);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), pair->certificate);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 2);
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(write_certificate(*pair, paths));
}

}  // namespace
}  // namespace aesel::crypto
