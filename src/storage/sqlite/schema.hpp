// The tables of a store and how an older file becomes a current one. The version is in the file's header
// (PRAGMA user_version), together with a number that says whose file it is (PRAGMA application_id).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::storage::sqlite {

inline constexpr std::int64_t kApplicationId = 0x4165736C;  // "Aesl"

/// A step from version - 1 to version. Steps are never changed once released; a new one goes to the end.
struct Migration {
  std::int64_t version = 0;
  const char* sql = "";
};

/// The steps from nothing to the current version, ascending by one.
std::span<const Migration> migrations();

/// Refuses what is not ours, without changing it: kCorrupt for another program's file or a damaged one,
/// kTooNew for one from a later version. Nothing for an empty database or one that can be migrated.
std::optional<OpenError> check_identity(Database& database, const std::filesystem::path& path,
                                        std::span<const Migration> steps);

/// Runs the missing steps, each in a transaction of its own together with the new version number.
error_code migrate(Database& database, std::span<const Migration> steps);

}  // namespace aesel::storage::sqlite
