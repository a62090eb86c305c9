#include "secrets/secrets.hpp"

#include <algorithm>
#include <utility>

namespace aesel::secrets {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool may_follow(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

class FirstOf final : public Secrets {
 public:
  explicit FirstOf(std::vector<std::unique_ptr<Secrets>> sources) : sources_(std::move(sources)) {}

  Result<std::string> get(std::string_view name) const override {
    if (!valid_name(name)) return make_error_code(boost::system::errc::invalid_argument);
    for (const auto& source : sources_) {
      auto value = source->get(name);
      if (value || value.error() != boost::system::errc::no_such_file_or_directory) return value;
    }
    return make_error_code(boost::system::errc::no_such_file_or_directory);
  }

 private:
  std::vector<std::unique_ptr<Secrets>> sources_;
};

}  // namespace

bool valid_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), may_follow);
}

std::unique_ptr<Secrets> first_of(std::vector<std::unique_ptr<Secrets>> sources) {
  return std::make_unique<FirstOf>(std::move(sources));
}

}  // namespace aesel::secrets
