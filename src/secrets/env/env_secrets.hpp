// Secrets from the environment: "mongo.password" is AESEL_SECRET_MONGO_PASSWORD. Names that differ only in
// case, or in '.', '-' and '_', are the same variable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "secrets/secrets.hpp"

namespace aesel::secrets {

inline constexpr std::string_view kEnvPrefix = "AESEL_SECRET_";

/// The variable in which a name is looked up.
std::string env_name(std::string_view name);

using ReadEnv = std::function<std::optional<std::string>(const std::string& variable)>;
/// `read` answers a variable's value, for tests.
std::unique_ptr<Secrets> make_env_secrets(ReadEnv read);
/// Over the environment of this process.
std::unique_ptr<Secrets> make_env_secrets();

}  // namespace aesel::secrets
