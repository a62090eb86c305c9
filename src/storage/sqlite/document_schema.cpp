// Version 1: the scene graph, the list of collections, and a row for the health check to write. The tables
// of a collection are made when it is opened (document_tables).
#include "storage/sqlite/document_schema.hpp"

#include <array>

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

constexpr std::array<Migration, 1> kMigrations{{{1, kVersion1}}};

constexpr Schema kSchema{
    .noun = "store",
    .setting = "storage.sqlite.path",
    .application_id = 1097167724,  // "Aesl"
    .steps = kMigrations,
    .writing =
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;"
        "PRAGMA journal_size_limit = 33554432;",  // a sync for every commit
    .reading = "PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY",
};

}  // namespace

const Schema& document_schema() {
  return kSchema;
}

}  // namespace aesel::storage::sqlite
