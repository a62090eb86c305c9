// Version 1: the scene graph, the list of collections, and a row for the health check to write. The tables
// of a collection are made when it is opened (document_tables).
#include "storage/sqlite/schema.hpp"

#include <array>
#include <string>

#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

constexpr const char* kVersion1 = R"sql(
PRAGMA application_id = 1097167724;

CREATE TABLE collections(name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE scenes(key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE registrations(
  scene TEXT NOT NULL, device TEXT NOT NULL, body TEXT NOT NULL, sequence INTEGER NOT NULL,
  w REAL NOT NULL, qx REAL NOT NULL, qy REAL NOT NULL, qz REAL NOT NULL,
  x REAL NOT NULL, y REAL NOT NULL, z REAL NOT NULL,
  PRIMARY KEY(scene, device)) STRICT, WITHOUT ROWID;

CREATE TABLE links(
  from_scene TEXT NOT NULL, to_scene TEXT NOT NULL,
  w REAL NOT NULL, qx REAL NOT NULL, qy REAL NOT NULL, qz REAL NOT NULL,
  x REAL NOT NULL, y REAL NOT NULL, z REAL NOT NULL) STRICT;
CREATE UNIQUE INDEX links_pair ON links(min(from_scene, to_scene), max(from_scene, to_scene));
CREATE INDEX links_from ON links(from_scene);
CREATE INDEX links_to ON links(to_scene);

CREATE TABLE probe(id INTEGER PRIMARY KEY, checks INTEGER NOT NULL) STRICT;
)sql";
static_assert(kApplicationId == 1097167724);

constexpr std::array<Migration, 1> kMigrations{{{1, kVersion1}}};

OpenError refuse(Errc code, const std::filesystem::path& path, const std::string& what) {
  return {code, path.string() + " " + what + " The file was not changed."};
}

OpenError cannot_read(Database& database, error_code code, const std::filesystem::path& path) {
  std::string message = "cannot read the store " + path.string() + ": " + database.reason() + ". ";
  message += code == Errc::kCorrupt
                 ? "Put a backup in its place, or move it away to start with an empty store."
                 : "Check the disk and the permissions of the file and its directory.";
  return {code, message};
}

}  // namespace

std::span<const Migration> migrations() {
  return kMigrations;
}

std::optional<OpenError> check_identity(Database& database, const std::filesystem::path& path,
                                        std::span<const Migration> steps) {
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return cannot_read(database, tables.error(), path);
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return cannot_read(database, application.error(), path);
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return cannot_read(database, version.error(), path);

  const bool is_empty = *tables == 0 && *application == 0 && *version == 0;
  if (is_empty) return std::nullopt;
  if (*application != kApplicationId || *version < 1) {
    return refuse(Errc::kCorrupt, path,
                  "is a database of another program. Choose another file with storage.sqlite.path.");
  }
  const std::int64_t newest = steps.back().version;
  if (*version > newest) {
    return refuse(Errc::kTooNew, path,
                  "was written by a newer aesel (store version " + std::to_string(*version) +
                      ", this program knows versions up to " + std::to_string(newest) +
                      "). Start the newer program, or choose another file with storage.sqlite.path.");
  }
  return std::nullopt;
}

error_code migrate(Database& database, std::span<const Migration> steps) {
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  for (const Migration& step : steps) {
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
