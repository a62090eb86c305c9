// What a kind of file looks like and how an older one becomes a current one. The version is in the file's
// header (PRAGMA user_version), together with a number that says whose file it is (PRAGMA application_id).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/open_error.hpp"

namespace aesel::storage::sqlite {

/// A step from version - 1 to version. Steps are never changed once released; a new one goes to the end.
struct Migration {
  std::int64_t version = 0;
  const char* sql = "";
};

struct Schema {
  const char* noun = "";     // what it is called in messages: "store"
  const char* setting = "";  // the configuration key that names the file
  std::int64_t application_id = 0;
  std::span<const Migration> steps;  // from nothing to the current version, ascending by one
  const char* new_file = "";  // pragmas that have to come before everything else; free in an older file
  const char* writing = "";   // pragmas of a connection that writes
  const char* reading = "";   // pragmas of a connection that reads
};

/// Refuses what is not ours, without changing it: kCorrupt for another program's file or a damaged one,
/// kTooNew for one from a later version. Nothing for an empty database or one that can be migrated.
std::optional<OpenError> check_identity(Database& database, const std::filesystem::path& path,
                                        const Schema& schema);

/// Refuses every version but the current one (kTooNew, kUnavailable). After check_identity.
std::optional<OpenError> check_current(Database& database, const std::filesystem::path& path,
                                       const Schema& schema);

/// Runs the missing steps, each in a transaction of its own together with the new version number.
error_code migrate(Database& database, const Schema& schema);

}  // namespace aesel::storage::sqlite
