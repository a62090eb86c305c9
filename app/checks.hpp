// Checks: what would keep a server with this configuration from starting or running well. Each looks at one
// thing and leaves it as it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/config.hpp"

namespace aesel::app {

enum class Severity { kGood, kWarning, kProblem };

struct Finding {
  Severity severity = Severity::kGood;
  std::string text;    // what was looked at, and what was found
  std::string advice;  // what to do; "" when all is well
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// Are the ports of the roles free, and the addresses ours?
std::vector<Finding> check_ports(const Config& config);
/// Can the store be opened or created?
std::vector<Finding> check_store(const Config& config);
/// Do the host names in the configuration resolve?
std::vector<Finding> check_names(const Config& config);
/// Are enough files allowed for the connections?
std::vector<Finding> check_limits(const Config& config);
/// Does the kernel allow large socket buffers? `proc` is /proc, or a copy for tests.
std::vector<Finding> check_kernel(const std::filesystem::path& proc = "/proc");

std::vector<Finding> check_everything(const Config& config);

}  // namespace aesel::app
