// Look before touching: nothing is written to a file before it is known to be ours.
#include "storage/sqlite/open_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};

std::string choose_another(const Schema& schema) {
  return "choose another file with " + std::string(schema.setting) + ".";
}

/// "the store /path", "the blob store /path"
std::string the_file(const std::filesystem::path& path, const Schema& schema) {
  return "the " + std::string(schema.noun) + " " + path.string();
}

/// A directory, a missing parent, another program's file: what can be said without SQLite.
std::optional<OpenError> check_place(const std::filesystem::path& path, const Schema& schema) {
  namespace fs = std::filesystem;
  if (path.empty())
    return OpenError{Errc::kUnavailable, std::string(schema.setting) + " is empty. Name a file."};
  std::error_code ignored;
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(parent, ignored)) {
    return OpenError{Errc::kUnavailable,
                     "the directory " + parent.string() + " of " + the_file(path, schema) +
                         " does not exist. Make it first (mkdir -p), or " + choose_another(schema)};
  }
  const fs::file_status status = fs::status(path, ignored);
  if (!fs::exists(status) || fs::is_regular_file(status)) return std::nullopt;
  return OpenError{
      Errc::kUnavailable,
      the_file(path, schema) +
          (fs::is_directory(status) ? " is a directory. Name a file in it, or " : " is not a file; ") +
          choose_another(schema)};
}

std::optional<OpenError> check_header(const std::filesystem::path& path, const Schema& schema) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 16> head{};
  file.read(head.data(), head.size());
  const auto size = static_cast<std::size_t>(file.gcount());
  if (size == 0 || std::string_view(head.data(), size) == kMagic) return std::nullopt;
  return OpenError{Errc::kCorrupt, path.string() +
                                       " is not a SQLite database. Put a backup in its place, or " +
                                       choose_another(schema) + " The file was not changed."};
}

error_code configure(Database& database, const Schema& schema) {
  if (const error_code error = database.execute(schema.new_file)) return error;
  const Result<std::string> mode = database.text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode != "wal") return Errc::kUnavailable;
  return database.execute(schema.writing);
}

/// A new file is for nobody else to read: it may come to hold password hashes. SQLite gives its log the same
/// mode. Failures show when the file is opened.
void make_private(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) ::close(file);
}

Result<Database, OpenError> open_writing(const std::filesystem::path& path, const Schema& schema,
                                         int busy_timeout_ms) {
  make_private(path);
  std::string reason;
  Result<Database> database = Database::open(path, Database::Access::kReadWrite, busy_timeout_ms, &reason);
  if (!database) return cannot_open(path, schema, database.error(), reason);
  std::error_code ignored;
  const bool has_log = std::filesystem::exists(path.string() + "-wal", ignored);
  if (has_log) database->set_at_close(Database::AtClose::kKeepLog);
  if (auto refused = check_identity(*database, path, schema)) return *std::move(refused);
  if (has_log) database->set_at_close(Database::AtClose::kFoldLog);
  if (database->is_read_only()) return cannot_open(path, schema, Errc::kUnavailable, "the file is read-only");
  if (const error_code error = configure(*database, schema)) {
    return cannot_open(path, schema, error, database->reason());
  }
  if (const error_code error = migrate(*database, schema)) {
    return cannot_open(path, schema, error,
                       "the tables could not be brought up to date (" + error.message() + ")");
  }
  return std::move(*database);
}

/// For a file that another process may have open: changes neither its settings nor its tables.
Result<Database, OpenError> open_beside(const std::filesystem::path& path, const Schema& schema,
                                        int busy_timeout_ms) {
  std::string reason;
  Result<Database> database = Database::open(path, Database::Access::kReadWrite, busy_timeout_ms, &reason);
  if (!database) return cannot_open(path, schema, database.error(), reason);
  database->set_at_close(Database::AtClose::kKeepLog);
  if (auto refused = check_identity(*database, path, schema)) return *std::move(refused);
  if (auto refused = check_current(*database, path, schema)) return *std::move(refused);
  if (database->is_read_only()) return cannot_open(path, schema, Errc::kUnavailable, "the file is read-only");
  if (const error_code error = database->execute(schema.writing)) {
    return cannot_open(path, schema, error, database->reason());
  }
  return std::move(*database);
}

Result<OpenedFile, OpenError> with_reader(std::filesystem::path path, const Schema& schema,
                                          int busy_timeout_ms, std::optional<FileLock> lock,
                                          Database writing) {
  std::string reason = "a second connection failed";
  Result<Database> reading = open_reading(path, schema, busy_timeout_ms, &reason);
  if (!reading) return cannot_open(path, schema, reading.error(), reason);
  return OpenedFile{std::move(path), std::move(lock), std::move(writing), std::move(*reading)};
}

/// So that two names of one file meet at one lock.
std::filesystem::path resolve(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::path real = std::filesystem::weakly_canonical(path, failed);
  return failed ? path : real;
}

}  // namespace

OpenError cannot_open(const std::filesystem::path& path, const Schema& schema, error_code code,
                      const std::string& reason) {
  OpenError error{code, "cannot open " + the_file(path, schema) + ": " + reason + ". "};
  if (code == Errc::kFull) {
    error.message += "Make room on that disk, or ";
  } else if (code == Errc::kCorrupt) {
    error.message += "Put a backup in its place, or ";
  } else {
    error.message +=
        "Check the permissions of the file and its directory and that no other program uses it, or ";
  }
  error.message += choose_another(schema);
  return error;
}

Result<Database> open_reading(const std::filesystem::path& path, const Schema& schema, int busy_timeout_ms,
                              std::string* reason) {
  Result<Database> database = Database::open(path, Database::Access::kReadOnly, busy_timeout_ms, reason);
  if (!database) return database.error();
  if (const error_code error = database->execute(schema.reading)) return error;
  return database;
}

Result<OpenedFile, OpenError> open_file(const std::filesystem::path& path, const Schema& schema,
                                        int busy_timeout_ms) {
  if (auto wrong = check_place(path, schema)) return *std::move(wrong);
  std::filesystem::path real = resolve(path);
  Result<FileLock, OpenError> lock = FileLock::take(real, schema);
  if (!lock) return lock.error();
  if (auto wrong = check_header(real, schema)) return *std::move(wrong);
  Result<Database, OpenError> writing = open_writing(real, schema, busy_timeout_ms);
  if (!writing) return writing.error();
  return with_reader(std::move(real), schema, busy_timeout_ms, std::move(*lock), std::move(*writing));
}

Result<OpenedFile, OpenError> open_file_beside(const std::filesystem::path& path, const Schema& schema,
                                               int busy_timeout_ms) {
  if (auto wrong = check_place(path, schema)) return *std::move(wrong);
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) {
    return OpenError{Errc::kUnavailable, "there is no " + std::string(schema.noun) + " at " + path.string() +
                                             ". Start the server with it once, or " + choose_another(schema)};
  }
  std::filesystem::path real = resolve(path);
  Result<Database, OpenError> writing = open_beside(real, schema, busy_timeout_ms);
  if (!writing) return writing.error();
  return with_reader(std::move(real), schema, busy_timeout_ms, std::nullopt, std::move(*writing));
}

}  // namespace aesel::storage::sqlite
