// The steps of a TLS connection, and the socket as OpenSSL sees it.
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <limits>

#include "net/tls.hpp"

namespace aesel::net {
namespace {

class TlsCategory final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tls"; }
  std::string message(int code) const override {
    switch (static_cast<TlsErrc>(code)) {
      case TlsErrc::kHandshake:
        return "no secure connection could be agreed upon";
      case TlsErrc::kNotTrusted:
        return "the server's certificate is not signed by a trusted authority (tls.ca.path)";
      case TlsErrc::kWrongHost:
        return "the server's certificate is for another host";
      case TlsErrc::kExpired:
        return "the server's certificate has expired or is not valid yet";
      case TlsErrc::kPlainHttp:
        return "the other side speaks HTTP without TLS";
      case TlsErrc::kBroken:
        return "the encrypted connection was damaged";
      case TlsErrc::kNoAuthorities:
        return "the system's certificate authorities cannot be read";
    }
    return "unknown";
  }
};

TlsErrc verdict(long verify_result) {
  switch (verify_result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return TlsErrc::kWrongHost;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return TlsErrc::kExpired;
    default:
      return TlsErrc::kNotTrusted;
  }
}

}  // namespace

error_code make_error_code(TlsErrc code) {
  static const TlsCategory category;
  return error_code(static_cast<int>(code), category);
}

TlsSession::~TlsSession() {
  SSL_free(handle_);
}

TlsStep TlsSession::handshake() {
  ERR_clear_error();
  errno = 0;
  const TlsStep step = outcome(SSL_do_handshake(handle_));
  if (step.kind == TlsStep::Kind::kDone) established_ = true;
  if (step.kind == TlsStep::Kind::kEnd) return {.kind = TlsStep::Kind::kFailed, .error = TlsErrc::kHandshake};
  return step;
}

TlsStep TlsSession::read(std::span<char> into) {
  ERR_clear_error();
  errno = 0;
  const auto bytes = std::min<std::size_t>(into.size(), std::numeric_limits<int>::max());
  return outcome(SSL_read(handle_, into.data(), static_cast<int>(bytes)));
}

TlsStep TlsSession::peek() {
  ERR_clear_error();
  errno = 0;
  char byte = 0;
  return outcome(SSL_peek(handle_, &byte, 1));
}

TlsStep TlsSession::write(std::string_view bytes) {
  if (bytes.empty()) return {};
  ERR_clear_error();
  errno = 0;
  const auto size = std::min<std::size_t>(bytes.size(), std::numeric_limits<int>::max());
  return outcome(SSL_write(handle_, bytes.data(), static_cast<int>(size)));
}

void TlsSession::end() {
  if (!established_) return;
  established_ = false;
  ERR_clear_error();
  SSL_shutdown(handle_);
  ERR_clear_error();
}

TlsStep TlsSession::outcome(int returned) {
  using Kind = TlsStep::Kind;
  if (returned > 0) return {.kind = Kind::kDone, .bytes = static_cast<std::size_t>(returned)};
  const int system_error = errno;
  switch (SSL_get_error(handle_, returned)) {
    case SSL_ERROR_WANT_READ:
      return {.kind = Kind::kWantRead};
    case SSL_ERROR_WANT_WRITE:
      return {.kind = Kind::kWantWrite};
    case SSL_ERROR_ZERO_RETURN:
      return {.kind = Kind::kEnd};
    case SSL_ERROR_SYSCALL: {
      established_ = false;  // after a failure nothing more may be sent, not even a goodbye
      const int value = system_error != 0 ? system_error : ECONNRESET;
      return {.kind = Kind::kFailed, .error = error_code(value, boost::system::system_category())};
    }
    default: {
      established_ = false;
      const error_code error = failure(ERR_GET_REASON(ERR_peek_last_error()));
      return {.kind = Kind::kFailed, .error = error};
    }
  }
}

error_code TlsSession::failure(int reason) const {
  // The peer closed without saying so: what has arrived may be cut off.
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return make_error_code(boost::system::errc::connection_reset);
  }
  if (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST) return TlsErrc::kPlainHttp;
  const long verified = SSL_get_verify_result(handle_);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK) return verdict(verified);
  return SSL_is_init_finished(handle_) ? TlsErrc::kBroken : TlsErrc::kHandshake;
}

}  // namespace aesel::net
