// Opening a store: look before touching. Nothing is written to a file before it is known to be ours.
#include "storage/sqlite/engine.hpp"

#include <array>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include "storage/error.hpp"
#include "storage/sqlite/schema.hpp"

namespace aesel::storage::sqlite {
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr const char* kChooseAnother = "choose another file with storage.sqlite.path.";

/// A directory, a missing parent, another program's file: what can be said without SQLite.
std::optional<OpenError> check_place(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (path.empty()) return OpenError{Errc::kUnavailable, "storage.sqlite.path is empty. Name a file."};
  std::error_code ignored;
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(parent, ignored)) {
    return OpenError{Errc::kUnavailable,
                     "the directory " + parent.string() + " of the store " + path.string() +
                         " does not exist. Make it first (mkdir -p), or " + kChooseAnother};
  }
  const fs::file_status status = fs::status(path, ignored);
  if (!fs::exists(status) || fs::is_regular_file(status)) return std::nullopt;
  return OpenError{
      Errc::kUnavailable,
      "the store " + path.string() +
          (fs::is_directory(status) ? " is a directory. Name a file in it, or " : " is not a file; ") +
          kChooseAnother};
}

std::optional<OpenError> check_header(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 16> head{};
  file.read(head.data(), head.size());
  const auto size = static_cast<std::size_t>(file.gcount());
  if (size == 0 || std::string_view(head.data(), size) == kMagic) return std::nullopt;
  return OpenError{Errc::kCorrupt, path.string() +
                                       " is not a SQLite database. Put a backup in its place, or " +
                                       kChooseAnother + " The file was not changed."};
}

OpenError cannot_open(const std::filesystem::path& path, error_code code, const std::string& reason) {
  OpenError error{code, "cannot open the store " + path.string() + ": " + reason + ". "};
  if (code == Errc::kFull) {
    error.message += "Make room on that disk, or ";
  } else if (code == Errc::kCorrupt) {
    error.message += "Put a backup in its place, or ";
  } else {
    error.message +=
        "Check the permissions of the file and its directory and that no other program uses it, or ";
  }
  error.message += kChooseAnother;
  return error;
}

/// Write-ahead log, and a sync for every commit.
error_code configure(Database& database) {
  const Result<std::string> mode = database.text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode != "wal") return Errc::kUnavailable;
  return database.execute(
      "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;"
      "PRAGMA journal_size_limit = 33554432;");
}

Result<Database, OpenError> open_writing(const std::filesystem::path& path, int busy_timeout_ms) {
  std::string reason;
  Result<Database> database = Database::open(path, Database::Access::kReadWrite, busy_timeout_ms, &reason);
  if (!database) return cannot_open(path, database.error(), reason);
  std::error_code ignored;
  const bool has_log = std::filesystem::exists(path.string() + "-wal", ignored);
  if (has_log) database->set_at_close(Database::AtClose::kKeepLog);
  if (auto refused = check_identity(*database, path, migrations())) return *std::move(refused);
  if (has_log) database->set_at_close(Database::AtClose::kFoldLog);
  if (database->is_read_only()) return cannot_open(path, Errc::kUnavailable, "the file is read-only");
  if (const error_code error = configure(*database)) return cannot_open(path, error, database->reason());
  if (const error_code error = migrate(*database, migrations())) {
    return cannot_open(path, error, "the tables could not be brought up to date (" + error.message() + ")");
  }
  return std::move(*database);
}

Result<Database> open_reading(const SqliteOptions& options, std::string* reason) {
  Result<Database> database =
      Database::open(options.path, Database::Access::kReadOnly, options.busy_timeout_ms, reason);
  if (!database) return database.error();
  if (const error_code error = database->execute("PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY"))
    return error;
  return database;
}

}  // namespace

Engine::Engine(FileLock lock, Database writing, Database reading, const SqliteOptions& options)
    : options_(options),
      lock_(std::move(lock)),
      writer_(std::move(writing), options.queued_writes_max),
      reader_(std::move(reading), options.queued_writes_max) {}

Result<Database> Engine::connect() const {
  return open_reading(options_, nullptr);
}

void Engine::remember_collection(const std::string& name) {
  const std::lock_guard lock(mutex_);
  collections_.insert(name);
}

bool Engine::knows_collection(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return collections_.contains(name);
}

Result<std::unique_ptr<Engine>, OpenError> open_engine(const SqliteOptions& options) {
  SqliteOptions resolved = options;
  if (auto wrong = check_place(resolved.path)) return *std::move(wrong);
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::weakly_canonical(resolved.path, failed);
  if (!failed) resolved.path = real;  // so that two names of one file meet at one lock
  Result<FileLock, OpenError> lock = FileLock::take(resolved.path);
  if (!lock) return lock.error();
  if (auto wrong = check_header(resolved.path)) return *std::move(wrong);
  Result<Database, OpenError> writing = open_writing(resolved.path, resolved.busy_timeout_ms);
  if (!writing) return writing.error();
  std::string reason = "a second connection failed";
  Result<Database> reading = open_reading(resolved, &reason);
  if (!reading) return cannot_open(resolved.path, reading.error(), reason);
  return std::make_unique<Engine>(std::move(*lock), std::move(*writing), std::move(*reading), resolved);
}

}  // namespace aesel::storage::sqlite
