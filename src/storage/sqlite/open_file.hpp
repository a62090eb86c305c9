// Opening a file of one of our kinds: its place, its lock, whose it is, its version, its connections.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/file_lock.hpp"
#include "storage/sqlite/open_error.hpp"
#include "storage/sqlite/schema.hpp"

namespace aesel::storage::sqlite {

struct OpenedFile {
  std::filesystem::path path;    // without symbolic links
  std::optional<FileLock> lock;  // nothing when opened beside another
  Database writing, reading;
};

/// Opens or creates the file for this process alone and brings it up to date.
Result<OpenedFile, OpenError> open_file(const std::filesystem::path& path, const Schema& schema,
                                        int busy_timeout_ms);

/// Opens a file that another process may have open. It has to be there, in the current version. Reads nothing
/// of it but through SQLite, whose locks another descriptor's closing would drop.
Result<OpenedFile, OpenError> open_file_beside(const std::filesystem::path& path, const Schema& schema,
                                               int busy_timeout_ms);

/// For who finds out later that something is wrong with the file.
OpenError cannot_open(const std::filesystem::path& path, const Schema& schema, error_code code,
                      const std::string& reason);

/// One more connection that reads. `reason`, when given, receives SQLite's words.
Result<Database> open_reading(const std::filesystem::path& path, const Schema& schema, int busy_timeout_ms,
                              std::string* reason = nullptr);

}  // namespace aesel::storage::sqlite
