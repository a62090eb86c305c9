// A directory that is removed, with all that is in it, when this ends.
#pragma once

#include <filesystem>
#include <string_view>

namespace aesel::app {

class TemporaryDirectory {
 public:
  /// Below $TMPDIR or /tmp. Throws std::system_error when none can be made.
  explicit TemporaryDirectory(std::string_view prefix);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace aesel::app
