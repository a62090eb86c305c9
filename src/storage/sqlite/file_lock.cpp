// flock, because it belongs to the open file: two opens exclude each other even within one process.
#include "storage/sqlite/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

OpenError cannot_make(const std::string& lock_path, int system_errno, const Schema& schema) {
  const bool full = system_errno == ENOSPC || system_errno == EDQUOT;
  OpenError error;
  error.code = full ? Errc::kFull : Errc::kUnavailable;
  error.message = "cannot take the lock file " + lock_path + ": " + std::strerror(system_errno) + ". ";
  error.message += full ? "Make room on that disk" : "Give this account write permission to that directory";
  error.message += ", or choose another file with " + std::string(schema.setting) + ".";
  return error;
}

OpenError in_use(const std::string& path, int descriptor, const Schema& schema) {
  std::array<char, 24> digits{};
  const ssize_t size = ::pread(descriptor, digits.data(), digits.size() - 1, 0);
  std::string owner(digits.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!owner.empty() && owner.back() == '\n') owner.pop_back();
  OpenError error;
  error.code = Errc::kInUse;
  error.message = "the " + std::string(schema.noun) + " " + path + " is in use by " +
                  (owner.empty() ? std::string("another process") : "process " + owner) +
                  ". Stop it first, or choose another file with " + schema.setting + ".";
  return error;
}

}  // namespace

Result<FileLock, OpenError> FileLock::take(const std::filesystem::path& path, const Schema& schema) {
  const std::string lock_path = path.string() + ".lock";
  const int descriptor = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return cannot_make(lock_path, errno, schema);
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return in_use(path.string(), descriptor, schema);
    return cannot_make(lock_path, errno, schema);
  }
  // The number is for the other's message only; a full disk must not keep us from starting.
  const std::string owner = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, owner.data(), owner.size(), 0);
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace aesel::storage::sqlite
