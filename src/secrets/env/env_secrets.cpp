#include "secrets/env/env_secrets.hpp"

#include <cstdlib>
#include <utility>

namespace aesel::secrets {
namespace {

class EnvSecrets final : public Secrets {
 public:
  explicit EnvSecrets(ReadEnv read) : read_(std::move(read)) {}

  Result<std::string> get(std::string_view name) const override {
    if (!valid_name(name)) return make_error_code(boost::system::errc::invalid_argument);
    auto value = read_(env_name(name));
    if (!value) return make_error_code(boost::system::errc::no_such_file_or_directory);
    return std::move(*value);
  }

 private:
  ReadEnv read_;
};

std::optional<std::string> read_process_env(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

}  // namespace

std::string env_name(std::string_view name) {
  std::string variable(kEnvPrefix);
  for (const char c : name) {
    if (c == '.' || c == '-') {
      variable += '_';
    } else {
      variable += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return variable;
}

std::unique_ptr<Secrets> make_env_secrets(ReadEnv read) {
  return std::make_unique<EnvSecrets>(std::move(read));
}
std::unique_ptr<Secrets> make_env_secrets() {
  return make_env_secrets(read_process_env);
}

}  // namespace aesel::secrets
