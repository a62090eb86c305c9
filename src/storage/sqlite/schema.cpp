// Whose file it is, which version it has, and the steps to the current one.
#include "storage/sqlite/schema.hpp"

#include <string>

#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

OpenError refuse(Errc code, const std::filesystem::path& path, const std::string& what) {
  return {code, path.string() + " " + what + " The file was not changed."};
}

OpenError cannot_read(Database& database, error_code code, const std::filesystem::path& path,
                      const Schema& schema) {
  std::string message =
      "cannot read the " + std::string(schema.noun) + " " + path.string() + ": " + database.reason() + ". ";
  message += code == Errc::kCorrupt ? "Put a backup in its place, or move it away to start with an empty " +
                                          std::string(schema.noun) + "."
                                    : "Check the disk and the permissions of the file and its directory.";
  return {code, message};
}

}  // namespace

std::optional<OpenError> check_identity(Database& database, const std::filesystem::path& path,
                                        const Schema& schema) {
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return cannot_read(database, tables.error(), path, schema);
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return cannot_read(database, application.error(), path, schema);
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return cannot_read(database, version.error(), path, schema);

  const bool is_empty = *tables == 0 && *application == 0 && *version == 0;
  if (is_empty) return std::nullopt;
  const std::string setting = schema.setting;
  const std::string noun = schema.noun;
  if (*application != schema.application_id || *version < 1) {
    return refuse(Errc::kCorrupt, path,
                  "is a database of another program, or not a " + noun +
                      " of aesel. Choose another file with " + setting + ".");
  }
  const std::int64_t newest = schema.steps.back().version;
  if (*version > newest) {
    return refuse(Errc::kTooNew, path,
                  "was written by a newer aesel (" + noun + " version " + std::to_string(*version) +
                      ", this program knows versions up to " + std::to_string(newest) +
                      "). Start the newer program, or choose another file with " + setting + ".");
  }
  return std::nullopt;
}

std::optional<OpenError> check_current(Database& database, const std::filesystem::path& path,
                                       const Schema& schema) {
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return cannot_read(database, version.error(), path, schema);
  const std::int64_t current = schema.steps.back().version;
  if (*version == current) return std::nullopt;
  return refuse(Errc::kUnavailable, path,
                "has " + std::string(schema.noun) + " version " + std::to_string(*version) +
                    ", and this program works with version " + std::to_string(current) +
                    ". Start this version of the server with it once, or choose another file with " +
                    schema.setting + ".");
}

error_code migrate(Database& database, const Schema& schema) {
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  for (const Migration& step : schema.steps) {
    if (step.version <= *version) continue;
    const std::string number = std::to_string(step.version);
    const error_code error = database.execute("BEGIN IMMEDIATE;" + std::string(step.sql) +
                                              "PRAGMA user_version = " + number + ";COMMIT;");
    if (!error) continue;
    if (database.in_transaction()) database.execute("ROLLBACK");
    return error;
  }
  return {};
}

}  // namespace aesel::storage::sqlite
