#include "net/tls.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <compare>
#include <cstring>

#include "net/tls_socket.hpp"
#include "telemetry/log.hpp"

namespace aesel::net {
namespace {

constexpr std::int64_t kLookAgainNs = 1'000'000'000;
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK";  // of TLS 1.2
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr const char* kHowToMake = "`aesel cert self-signed` makes a pair to try it out";

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

/// What OpenSSL complained about first, for people.
std::string first_complaint() {
  const unsigned long code = ERR_peek_error();
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "no reason given";
}

int no_passphrase(char*, int, int, void*) {
  return 0;  // instead of asking at the terminal
}

Context make_context(const SSL_METHOD* method) {
  Context context(SSL_CTX_new(method));
  if (!context) return nullptr;
  SSL_CTX* const c = context.get();
  SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
  SSL_CTX_set_options(c, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Sessions are resumed by tickets, which cost the server no memory.
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(
      c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(c, no_passphrase);
  const bool chosen = SSL_CTX_set_cipher_list(c, kCiphers) == 1 && SSL_CTX_set1_groups_list(c, kGroups) == 1;
  return chosen ? std::move(context) : nullptr;
}

/// HTTP/1.1 is all there is; a client that wants something else may still take it.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_bytes, const unsigned char* offered,
                    unsigned offered_bytes, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_bytes, kOurs, sizeof kOurs - 1, offered, offered_bytes);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/// Tells whether a file is another one than before.
struct Stamp {
  ino_t inode = 0;
  off_t bytes = 0;
  std::int64_t changed_s = 0;
  std::int64_t changed_ns = 0;
  auto operator<=>(const Stamp&) const = default;
};

Stamp stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

struct Loaded {
  Context context;
  std::array<Stamp, 2> stamps;
};

std::array<Stamp, 2> stamps_of(const TlsFiles& files) {
  return {stamp_of(files.certificate_path), stamp_of(files.key_path)};
}

/// Why a file cannot be read at all; "" if it can.
std::string unreadable(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return std::strerror(errno);
  struct stat status {};
  const bool folder = ::fstat(::fileno(file), &status) == 0 && S_ISDIR(status.st_mode);
  std::fclose(file);
  return folder ? "it is a folder" : "";
}

void warn_about_key(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return;
  telemetry::log(telemetry::Level::kWarning, "everybody on this machine may read the TLS key; chmod 600 it",
                 {{"path", path}});
}

void warn_about_time(SSL_CTX* context, const std::string& path) {
  const X509* const certificate = SSL_CTX_get0_certificate(context);
  const bool over = X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
  const bool early = X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0;
  if (over || early)
    telemetry::log(telemetry::Level::kWarning,
                   over ? "the TLS certificate has expired; clients will refuse it"
                        : "the TLS certificate is not valid yet; clients will refuse it",
                   {{"path", path}});
}

std::string certificate_complaint(const std::string& path) {
  const int reason = ERR_GET_REASON(ERR_peek_error());
  if (reason == PEM_R_NO_START_LINE)
    return fmt::format("{} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); {}", path,
                       kHowToMake);
  return fmt::format("the certificate in {} cannot be used: {}", path, first_complaint());
}

std::string key_complaint(const TlsFiles& files) {
  const int reason = ERR_GET_REASON(ERR_peek_error());
  if (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH)
    return fmt::format(
        "the key in {} does not belong to the certificate in {}; give the two files that were made "
        "together",
        files.key_path, files.certificate_path);
  if (reason == PEM_R_BAD_PASSWORD_READ || reason == PEM_R_PROBLEMS_GETTING_PASSWORD)
    return fmt::format(
        "the key in {} is locked by a passphrase; `openssl pkey -in {} -out unlocked.pem` unlocks it",
        files.key_path, files.key_path);
  return fmt::format("{} holds no private key in PEM form that can be used: {}", files.key_path,
                     first_complaint());
}

Result<Loaded, std::string> load(const TlsFiles& files) {
  Loaded loaded;
  loaded.stamps = stamps_of(files);  // before reading: a change in between is seen the next time
  for (const auto& [path, key] : {std::pair{files.certificate_path, "tls.certificate.path"},
                                  std::pair{files.key_path, "tls.key.path"}}) {
    const std::string problem = unreadable(path);
    if (!problem.empty())
      return fmt::format("cannot read {} ({}): {}; {}", path.empty() ? "\"\"" : path, key, problem,
                         kHowToMake);
  }
  ERR_clear_error();
  loaded.context = make_context(TLS_server_method());
  if (!loaded.context) return "TLS cannot be set up: " + first_complaint();
  SSL_CTX* const c = loaded.context.get();
  if (SSL_CTX_use_certificate_chain_file(c, files.certificate_path.c_str()) != 1)
    return certificate_complaint(files.certificate_path);
  ERR_clear_error();
  if (SSL_CTX_use_PrivateKey_file(c, files.key_path.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(c) != 1)
    return key_complaint(files);
  SSL_CTX_set_alpn_select_cb(c, choose_protocol, nullptr);
  warn_about_key(files.key_path);
  warn_about_time(c, files.certificate_path);
  return loaded;
}

bool is_numeric(const std::string& host) {
  std::array<unsigned char, 16> scrap{};
  return ::inet_pton(AF_INET, host.c_str(), scrap.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), scrap.data()) == 1;
}

/// The certificate has to name this host.
bool demand_host(SSL* handle, const std::string& host) {
  if (is_numeric(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), host.c_str()) == 1;
  SSL_set_hostflags(handle, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(handle, host.c_str()) == 1 && SSL_set_tlsext_host_name(handle, host.c_str()) == 1;
}

std::unique_ptr<TlsSession> make_session(SSL_CTX* context, int socket, SSL** handle_out) {
  SSL* const handle = SSL_new(context);
  if (handle == nullptr) return nullptr;
  auto session = std::make_unique<TlsSession>(handle);
  BIO* const bio = make_tls_socket(socket);
  if (bio == nullptr) return nullptr;
  SSL_set_bio(handle, bio, bio);
  *handle_out = handle;
  return session;
}

}  // namespace

struct TlsIdentity::State {
  State(TlsFiles f, const Clock& c) : files(std::move(f)), clock(c) {}
  TlsFiles files;
  const Clock& clock;
  Loaded loaded;
  std::array<Stamp, 2> looked_at;  // what was loaded, or was no good
  std::int64_t looked_ns = 0;

  void look_again() {
    const std::int64_t now_ns = clock.steady_ns();
    if (now_ns - looked_ns < kLookAgainNs) return;
    looked_ns = now_ns;
    const auto stamps = stamps_of(files);
    if (stamps == looked_at) return;
    looked_at = stamps;
    auto fresh = load(files);
    if (!fresh) {
      telemetry::log(telemetry::Level::kError, "the new TLS certificate is not used, the old one stays",
                     {{"error", fresh.error()}});
      return;
    }
    loaded = std::move(*fresh);
    looked_at = loaded.stamps;
    telemetry::log(telemetry::Level::kInfo, "a new TLS certificate is in use",
                   {{"path", files.certificate_path}});
  }
};

TlsIdentity::TlsIdentity(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsIdentity::~TlsIdentity() = default;

std::unique_ptr<TlsSession> TlsIdentity::accept(int socket) {
  state_->look_again();
  SSL* handle = nullptr;
  auto session = make_session(state_->loaded.context.get(), socket, &handle);
  if (session) SSL_set_accept_state(handle);
  return session;
}

Result<std::unique_ptr<TlsIdentity>, std::string> open_tls_identity(const TlsFiles& files,
                                                                    const Clock& clock) {
  auto loaded = load(files);
  if (!loaded) return loaded.error();
  auto state = std::make_unique<TlsIdentity::State>(files, clock);
  state->looked_at = loaded->stamps;
  state->looked_ns = clock.steady_ns();
  state->loaded = std::move(*loaded);
  return std::unique_ptr<TlsIdentity>(new TlsIdentity(std::move(state)));
}

struct TlsTrust::State {
  Context context;
};

TlsTrust::TlsTrust(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsTrust::~TlsTrust() = default;

std::unique_ptr<TlsSession> TlsTrust::connect(int socket, const std::string& host) const {
  SSL* handle = nullptr;
  auto session = make_session(state_->context.get(), socket, &handle);
  if (!session || !demand_host(handle, host)) return nullptr;
  SSL_set_connect_state(handle);
  return session;
}

Result<std::unique_ptr<TlsTrust>, std::string> open_tls_trust(const std::string& ca_path) {
  ERR_clear_error();
  auto state = std::make_unique<TlsTrust::State>();
  state->context = make_context(TLS_client_method());
  if (!state->context) return "TLS cannot be set up: " + first_complaint();
  SSL_CTX* const c = state->context.get();
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nullptr);
  struct stat status {};
  bool taken = false;
  if (ca_path.empty()) {
    taken = SSL_CTX_set_default_verify_paths(c) == 1;
  } else if (::stat(ca_path.c_str(), &status) != 0) {
    return fmt::format("cannot read {} (tls.ca.path): {}", ca_path, std::strerror(errno));
  } else if (S_ISDIR(status.st_mode)) {
    taken = SSL_CTX_load_verify_dir(c, ca_path.c_str()) == 1;
  } else {
    taken = SSL_CTX_load_verify_file(c, ca_path.c_str()) == 1;
  }
  if (!taken)
    return fmt::format("{} (tls.ca.path) holds no certificates in PEM form: {}",
                       ca_path.empty() ? "the system's store" : ca_path, first_complaint());
  return std::unique_ptr<TlsTrust>(new TlsTrust(std::move(state)));
}

}  // namespace aesel::net
