// Certificate: self-signed ones, for trying out TLS and for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace aesel::crypto {

struct SelfSignedOptions {
  std::vector<std::string> hosts;  // DNS names ("*.example.org" too) and numeric addresses; at least one
  int days = 825;                  // the most that browsers take
  std::int64_t now_s = 0;          // since 1970 (UTC); valid from an hour before, for clocks that differ
};

/// Both in PEM form.
struct CertificatePair {
  std::string certificate;
  std::string key;
};

/// ECDSA on P-256, for servers only. Errors are sentences: no host, a host that is neither a name nor an
/// address, days below 1.
Result<CertificatePair, std::string> make_self_signed(const SelfSignedOptions& options);

struct CertificatePaths {
  std::string certificate;
  std::string key;
};

/// Writes each file aside and renames it, so that nobody reads half of one. The key can be read by its owner
/// only. Errors are sentences.
Result<void, std::string> write_certificate(const CertificatePair& pair, const CertificatePaths& paths);

}  // namespace aesel::crypto
