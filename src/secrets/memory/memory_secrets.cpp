#include "secrets/memory/memory_secrets.hpp"

#include <utility>

namespace aesel::secrets {
namespace {

class MemorySecrets final : public Secrets {
 public:
  explicit MemorySecrets(std::map<std::string, std::string, std::less<>> values)
      : values_(std::move(values)) {}

  Result<std::string> get(std::string_view name) const override {
    if (!valid_name(name)) return make_error_code(boost::system::errc::invalid_argument);
    const auto it = values_.find(name);
    if (it == values_.end()) return make_error_code(boost::system::errc::no_such_file_or_directory);
    return it->second;
  }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace

std::unique_ptr<Secrets> make_memory_secrets(std::map<std::string, std::string, std::less<>> values) {
  return std::make_unique<MemorySecrets>(std::move(values));
}

}  // namespace aesel::secrets
