// Version 1. Large pages, because a chunk is a chain of them.
#include "storage/sqlite/blob_schema.hpp"

#include <array>

namespace aesel::storage::sqlite {
namespace {

constexpr const char* kVersion1 = R"sql(
PRAGMA application_id = 1097167714;

CREATE TABLE contents(id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, sha256 BLOB UNIQUE) STRICT;

CREATE TABLE blobs(key TEXT PRIMARY KEY, content INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX blobs_content ON blobs(content);

CREATE TABLE chunks(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

CREATE TABLE probe(id INTEGER PRIMARY KEY, checks INTEGER NOT NULL) STRICT;
)sql";

constexpr std::array<Migration, 1> kMigrations{{{1, kVersion1}}};

// Overwriting what is deleted (Debian's default) would write every erased byte once more. A cache that is
// smaller than a group of chunks spills into the log before the commit, which keeps memory flat.
constexpr Schema kSchema{
    .noun = "blob store",
    .setting = "storage.blobs.path",
    .application_id = 1097167714,  // "Aesb"
    .steps = kMigrations,
    .new_file = "PRAGMA page_size = 65536; PRAGMA auto_vacuum = INCREMENTAL;",
    .writing =
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;"
        "PRAGMA secure_delete = OFF; PRAGMA journal_size_limit = 33554432;",
    .reading = "PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;",
};

}  // namespace

const Schema& blob_schema() {
  return kSchema;
}

}  // namespace aesel::storage::sqlite
