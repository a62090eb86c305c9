// SecretValue: passwords come from the configuration, or from where secrets are kept.
#pragma once

#include <string>
#include <string_view>

#include "app/config.hpp"
#include "base/result.hpp"

namespace aesel::app {

/// The value of a key; when that is empty, the secret of that name: AESEL_SECRET_HTTP_BASIC_PASSWORD in the
/// environment, or the file http.basic.password in secrets.directory. "" if there is none anywhere. Blocks.
/// The error is a sentence for people.
Result<std::string, std::string> secret_value(const Config& config, std::string_view key);

}  // namespace aesel::app
