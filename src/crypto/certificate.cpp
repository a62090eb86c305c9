#include "crypto/certificate.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/check.hpp"

namespace aesel::crypto {
namespace {

template <auto free_function>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    free_function(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;

constexpr std::int64_t kDayS = 86'400;
constexpr int kDaysMax = 36'500;

bool is_numeric(const std::string& host) {
  std::array<unsigned char, 16> scrap{};
  return ::inet_pton(AF_INET, host.c_str(), scrap.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), scrap.data()) == 1;
}

/// Letters, digits, dashes and underscores between dots; the first label may be "*".
bool is_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  if (host.starts_with("*.")) host.remove_prefix(2);
  while (true) {
    const std::string_view label = host.substr(0, host.find('.'));
    const bool spelled = std::ranges::all_of(label, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
             c == '_';
    });
    if (label.empty() || label.size() > 63 || !spelled || label.front() == '-' || label.back() == '-')
      return false;
    if (label.size() == host.size()) return true;
    host.remove_prefix(label.size() + 1);
  }
}

std::string check(const SelfSignedOptions& options) {
  if (options.hosts.empty()) return "a certificate needs at least one host name or address";
  if (options.days < 1 || options.days > kDaysMax)
    return fmt::format("a certificate is valid for 1 to {} days, not {}", kDaysMax, options.days);
  for (const std::string& host : options.hosts) {
    if (!is_numeric(host) && !is_name(host))
      return fmt::format("\"{}\" is neither a host name nor a numeric address", host);
  }
  return {};
}

/// "DNS:localhost,IP:127.0.0.1". The hosts were checked, so none can bring a comma.
std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    if (!names.empty()) names += ',';
    names += (is_numeric(host) ? "IP:" : "DNS:") + host;
  }
  return names;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
}

void set_serial(X509* certificate) {
  const Number number(BN_new());
  CHECK(number != nullptr && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
  CHECK(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void set_subject(X509* certificate, const std::string& host) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  const std::string shown = host.substr(0, 64);  // what a common name may have; the real names are elsewhere
  CHECK(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("Aesel self-signed"), -1, -1,
                                   0) == 1);
  CHECK(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(shown.data()),
                                   static_cast<int>(shown.size()), -1, 0) == 1);
  CHECK(X509_set_issuer_name(certificate, name) == 1);
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long bytes = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(bytes)};
}

std::string pem_of(X509* certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  CHECK(memory != nullptr && PEM_write_bio_X509(memory.get(), certificate) == 1);
  return text_of(memory.get());
}

std::string pem_of(EVP_PKEY* key) {
  const Memory memory(BIO_new(BIO_s_mem()));
  CHECK(memory != nullptr &&
        PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(memory.get());
}

std::string failure(std::string_view doing, const std::string& path) {
  return fmt::format("cannot {} {}: {}", doing, path, std::strerror(errno));
}

bool write_fully(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(fd) == 0;
}

Result<void, std::string> write_file(const std::string& path, std::string_view text, mode_t mode) {
  const std::string aside = path + ".new";
  ::unlink(aside.c_str());  // of an earlier run that died
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return failure("create", aside);
  const bool written = write_fully(fd, text);
  if (!written || ::close(fd) != 0) {
    std::string problem = failure("write", aside);
    if (!written) ::close(fd);
    ::unlink(aside.c_str());
    return problem;
  }
  if (::rename(aside.c_str(), path.c_str()) != 0) {
    std::string problem = failure("replace", path);
    ::unlink(aside.c_str());
    return problem;
  }
  return {};
}

}  // namespace

Result<CertificatePair, std::string> make_self_signed(const SelfSignedOptions& options) {
  std::string problem = check(options);
  if (!problem.empty()) return {boost::system::in_place_error, std::move(problem)};
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  CHECK(key != nullptr && certificate != nullptr);
  X509* const c = certificate.get();
  CHECK(X509_set_version(c, X509_VERSION_3) == 1);
  set_serial(c);
  set_subject(c, options.hosts.front());
  CHECK(ASN1_TIME_set(X509_getm_notBefore(c), options.now_s - 3600) != nullptr);
  CHECK(ASN1_TIME_set(X509_getm_notAfter(c), options.now_s + options.days * kDayS) != nullptr);
  CHECK(X509_set_pubkey(c, key.get()) == 1);
  add_extension(c, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(c, NID_key_usage, "critical,digitalSignature");
  add_extension(c, NID_ext_key_usage, "serverAuth");
  add_extension(c, NID_subject_alt_name, alternative_names(options.hosts));
  add_extension(c, NID_subject_key_identifier, "hash");
  add_extension(c, NID_authority_key_identifier, "keyid:always");
  CHECK(X509_sign(c, key.get(), EVP_sha256()) > 0);
  CertificatePair pair;
  pair.certificate = pem_of(c);
  pair.key = pem_of(key.get());
  return pair;
}

Result<void, std::string> write_certificate(const CertificatePair& pair, const CertificatePaths& paths) {
  auto key = write_file(paths.key, pair.key, 0600);
  if (!key) return key;
  return write_file(paths.certificate, pair.certificate, 0644);
}

}  // namespace aesel::crypto
