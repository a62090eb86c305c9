// Secrets: values that must not stand in a configuration file or a log, by name. Behind it stand the
// environment, files (as Docker and Kubernetes mount them), a memory version for tests, and later Vault.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace aesel::secrets {

/// Safe from every thread. May block: for start-up and background work, never for the event path.
class Secrets {
 public:
  virtual ~Secrets() = default;
  /// The value, byte for byte. Names are letters, digits, '.', '_' and '-', and begin with a letter.
  /// Errors: no_such_file_or_directory when there is none of that name; invalid_argument for a name that is
  /// none; whatever the source says (permission_denied, ...).
  virtual Result<std::string> get(std::string_view name) const = 0;
};

/// Is it a name that get() accepts? At most 128 characters.
bool valid_name(std::string_view name);

/// Asks each in turn; the first that has the name answers. An error other than "there is none" ends the
/// search: a secret that cannot be read must not be replaced by another.
std::unique_ptr<Secrets> first_of(std::vector<std::unique_ptr<Secrets>> sources);

}  // namespace aesel::secrets
