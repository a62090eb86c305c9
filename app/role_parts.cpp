#include "app/role_parts.hpp"

#include <fmt/core.h>

namespace aesel::app {

std::string cannot_listen(const Config& config, std::string_view what, std::string_view key,
                          const error_code& error) {
  const std::string port_key = fmt::format("{}.port", key);
  const std::string host_key = key == "https" ? "http.host" : fmt::format("{}.host", key);
  return fmt::format("cannot listen for {} on {} port {}: {}; choose another with --{} or --{}", what,
                     config.text(host_key), config.text(port_key), error.message(), port_key, host_key);
}

}  // namespace aesel::app
