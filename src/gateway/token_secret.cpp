#include "gateway/token_secret.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "crypto/base64.hpp"
#include "crypto/random.hpp"

namespace aesel::gateway {
namespace {

using Outcome = Result<void, SecretError>;

class File {
 public:
  explicit File(int handle) : handle_(handle) {}
  ~File() {
    if (handle_ >= 0) ::close(handle_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int handle() const { return handle_; }
  bool is_open() const { return handle_ >= 0; }

 private:
  int handle_;
};

std::string reason() {
  return std::generic_category().message(errno);
}

SecretError cannot(const char* what, const std::filesystem::path& path) {
  return {std::string("cannot ") + what + " the token secret " + path.string() + ": " + reason() +
          "; name another file with auth.secret.path"};
}

/// A file that others may read is as good as published.
Outcome check_protection(const File& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.handle(), &status) != 0) return cannot("look at", path);
  if (!S_ISREG(status.st_mode)) return SecretError{"the token secret " + path.string() + " is not a file"};
  if ((status.st_mode & 077) != 0)
    return SecretError{"others may read the token secret " + path.string() +
                       ": run chmod 600 on it, and better make a new " +
                       "one by deleting it (everybody has to log in again then)"};
  return {};
}

Result<TokenSecret, SecretError> read_secret(const File& file, const std::filesystem::path& path) {
  if (Outcome outcome = check_protection(file, path); !outcome) return outcome.error();
  std::string secret(kSecretBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < secret.size()) {
    const ssize_t got = ::read(file.handle(), secret.data() + size, secret.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  secret.resize(size);
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.size() < kSecretBytesMin || secret.size() > kSecretBytesMax)
    return SecretError{"the token secret " + path.string() + " has " + std::to_string(secret.size()) +
                       " bytes; between " + std::to_string(kSecretBytesMin) + " and " +
                       std::to_string(kSecretBytesMax) + " are wanted. Delete it, and a good one is made"};
  return TokenSecret{std::move(secret)};
}

bool write_all(const File& file, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(file.handle(), text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  return ::fsync(file.handle()) == 0;
}

/// The file appears under its name only when it is whole; whoever comes second finds that of the first.
Outcome create(const std::filesystem::path& path) {
  std::filesystem::path draft = path;
  draft += "." + crypto::random_word(12) + ".new";
  {
    const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) return cannot("create", path);
    if (!write_all(file, crypto::to_base64url(crypto::random_bytes(64)) + "\n")) {
      SecretError problem = cannot("write", path);
      ::unlink(draft.c_str());
      return problem;
    }
  }
  const bool is_there = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  SecretError problem = cannot("create", path);
  ::unlink(draft.c_str());
  if (!is_there) return problem;
  const std::filesystem::path parent =
      path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const File directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) static_cast<void>(::fsync(directory.handle()));
  return {};
}

}  // namespace

Result<TokenSecret, SecretError> load_token_secret(const std::filesystem::path& path) {
  if (path.empty()) return SecretError{"auth.secret.path is empty; name a file for the token secret"};
  for (int i = 0; i < 2; ++i) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.is_open()) return read_secret(file, path);
    if (errno != ENOENT || i > 0) break;
    if (Outcome outcome = create(path); !outcome) return outcome.error();
  }
  return cannot("open", path);
}

}  // namespace aesel::gateway
