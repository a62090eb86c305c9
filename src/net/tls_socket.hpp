// A socket as OpenSSL reads and writes it.
#pragma once

#include <openssl/bio.h>

namespace aesel::net {

/// Non-blocking; the socket stays the caller's. Unlike OpenSSL's own, writing to a closed one raises no
/// signal. nullptr when memory is short.
BIO* make_tls_socket(int socket);

}  // namespace aesel::net
