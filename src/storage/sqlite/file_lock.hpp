// FileLock: keeps a second process away from a store. The lock is on `<path>.lock`, not on the file itself,
// because closing any descriptor of a file drops the locks that SQLite holds on it. The kernel releases it
// when the process ends, however it ends, so a left-over lock file means nothing.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "storage/sqlite/open_error.hpp"
#include "storage/sqlite/schema.hpp"

namespace aesel::storage::sqlite {

class FileLock {
 public:
  /// Takes the lock of the store at `path` at once or fails: kInUse with the other's process number in the
  /// message, kFull or kUnavailable when the lock file cannot be made.
  static Result<FileLock, OpenError> take(const std::filesystem::path& path, const Schema& schema);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace aesel::storage::sqlite
