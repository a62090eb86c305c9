// Secrets that a test puts there.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "secrets/secrets.hpp"

namespace aesel::secrets {

std::unique_ptr<Secrets> make_memory_secrets(std::map<std::string, std::string, std::less<>> values);

}  // namespace aesel::secrets
