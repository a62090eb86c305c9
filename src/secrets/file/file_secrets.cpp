#include "secrets/file/file_secrets.hpp"

#include <cerrno>
#include <cstdio>
#include <utility>

namespace aesel::secrets {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

error_code last_error() {
  return error_code(errno, boost::system::system_category());
}

class FileSecrets final : public Secrets {
 public:
  explicit FileSecrets(std::filesystem::path directory) : directory_(std::move(directory)) {}

  Result<std::string> get(std::string_view name) const override {
    if (!valid_name(name)) return make_error_code(boost::system::errc::invalid_argument);
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen((directory_ / name).c_str(), "rbe"));
    if (!file) return last_error();
    std::string value(kFileBytesMax + 1, '\0');
    value.resize(std::fread(value.data(), 1, value.size(), file.get()));
    if (std::ferror(file.get()) != 0) return last_error();
    if (value.size() > kFileBytesMax) return make_error_code(boost::system::errc::file_too_large);
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    return value;
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace

std::unique_ptr<Secrets> make_file_secrets(std::filesystem::path directory) {
  return std::make_unique<FileSecrets>(std::move(directory));
}

}  // namespace aesel::secrets
