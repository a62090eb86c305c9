#include "app/secret_value.hpp"

#include <fmt/core.h>

#include <memory>
#include <vector>

#include "secrets/env/env_secrets.hpp"
#include "secrets/file/file_secrets.hpp"

namespace aesel::app {

Result<std::string, std::string> secret_value(const Config& config, std::string_view key) {
  if (!config.text(key).empty())
    return Result<std::string, std::string>(boost::system::in_place_value, config.text(key));
  std::vector<std::unique_ptr<secrets::Secrets>> sources;
  sources.push_back(secrets::make_env_secrets());
  const std::string& directory = config.text("secrets.directory");
  if (!directory.empty()) sources.push_back(secrets::make_file_secrets(directory));
  const auto value = secrets::first_of(std::move(sources))->get(key);
  if (value) return Result<std::string, std::string>(boost::system::in_place_value, *value);
  if (value.error() == boost::system::errc::no_such_file_or_directory)
    return Result<std::string, std::string>(boost::system::in_place_value, "");
  return Result<std::string, std::string>(
      boost::system::in_place_error,
      fmt::format("the secret {} cannot be read from the environment or {}: {}", key, directory,
                  value.error().message()));
}

}  // namespace aesel::app
