// TLS: the identity that a server shows, the authorities that a client trusts, and one encrypted connection.
// Versions 1.2 and 1.3; only ciphers with forward secrecy that authenticate what they encrypt.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.hpp"
#include "base/result.hpp"

struct ssl_st;

namespace aesel::net {

enum class TlsErrc {
  kHandshake = 1,  // the two sides have no version or cipher in common, or one does not speak TLS
  kNotTrusted,     // the certificate is not signed by an authority that is trusted
  kWrongHost,      // the certificate is for another host
  kExpired,        // the certificate's time is over, or has not come
  kPlainHttp,      // the peer speaks HTTP without TLS
  kBroken,         // what arrived was not what the peer had encrypted
  kNoAuthorities,  // the system's certificate authorities cannot be read
};
error_code make_error_code(TlsErrc code);

}  // namespace aesel::net

template <>
struct boost::system::is_error_code_enum<aesel::net::TlsErrc> : std::true_type {};

namespace aesel::net {

/// What a step of a session came to.
struct TlsStep {
  enum class Kind {
    kDone,
    kWantRead,   // try again when the socket is readable
    kWantWrite,  // try again when it is writable
    kEnd,        // the peer has said that it sends no more
    kFailed,
  };
  Kind kind = Kind::kDone;
  std::size_t bytes = 0;  // of kDone
  error_code error;       // of kFailed
};

/// One connection, over a non-blocking socket that stays the caller's. No call blocks. One thread.
class TlsSession {
 public:
  explicit TlsSession(ssl_st* handle) : handle_(handle) {}
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  TlsStep handshake();
  /// At least one byte, unless `into` is empty.
  TlsStep read(std::span<char> into);
  /// Is there something to read?
  TlsStep peek();
  /// Some of it. After a kWant it has to be called with the same bytes again, which may have moved.
  TlsStep write(std::string_view bytes);
  /// Tells the peer that no more will be sent, as far as that is possible at once.
  void end();

 private:
  TlsStep outcome(int returned);
  error_code failure(int reason) const;
  ssl_st* handle_;
  bool established_ = false;
};

struct TlsFiles {
  std::string certificate_path;  // PEM, with the intermediate certificates behind it
  std::string key_path;          // PEM, without a passphrase
};

/// A certificate with its key. Looks at the files again, at most once a second, when a connection comes in:
/// new ones are used from then on; bad ones are logged, and the old ones stay. One thread.
class TlsIdentity {
 public:
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  /// A session for a connection that was accepted; nullptr when memory is short.
  std::unique_ptr<TlsSession> accept(int socket);

 private:
  friend Result<std::unique_ptr<TlsIdentity>, std::string> open_tls_identity(const TlsFiles&, const Clock&);
  struct State;
  explicit TlsIdentity(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Errors are sentences: which file, what is wrong with it, what to do. A key that everybody may read and a
/// certificate that has expired are logged. `clock` outlives the identity.
Result<std::unique_ptr<TlsIdentity>, std::string> open_tls_identity(const TlsFiles& files,
                                                                    const Clock& clock);

/// The authorities that a client trusts. One thread.
class TlsTrust {
 public:
  ~TlsTrust();
  TlsTrust(const TlsTrust&) = delete;
  TlsTrust& operator=(const TlsTrust&) = delete;

  /// A session for a connection to `host`, a name or a numeric address, which the certificate has to name;
  /// nullptr when memory is short.
  std::unique_ptr<TlsSession> connect(int socket, const std::string& host) const;

 private:
  friend Result<std::unique_ptr<TlsTrust>, std::string> open_tls_trust(const std::string&);
  struct State;
  explicit TlsTrust(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// `ca_path`: a PEM file, or a folder of hashed ones; "": the system's. Errors are sentences.
Result<std::unique_ptr<TlsTrust>, std::string> open_tls_trust(const std::string& ca_path);

}  // namespace aesel::net
