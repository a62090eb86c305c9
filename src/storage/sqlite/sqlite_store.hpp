// The embedded store: one SQLite file (WAL) that holds documents and the scene graph. Nothing to install.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.hpp"
#include "storage/document_store.hpp"
#include "storage/graph_store.hpp"
#include "storage/sqlite/open_error.hpp"

namespace aesel::storage {

enum class Sharing {
  kExclusive,  // nobody else has the store open
  kBeside,     // another process may have it open: no lock, and no migration
};

struct SqliteOptions {
  std::filesystem::path path;
  Sharing sharing = Sharing::kExclusive;
  int busy_timeout_ms = 2000;
  std::size_t queued_writes_max = 4096;  // beyond this a write fails at once with kUnavailable
};

/// Both stores over one file, one writer thread with group commit, one reader thread. Destroying it finishes
/// the queued writes.
struct SqliteStore {
  std::unique_ptr<DocumentStore> documents;
  std::unique_ptr<GraphStore> graph;
};

/// Opens or creates the file, takes its exclusive lock, migrates an older schema forward. On failure the text
/// says what was wrong, where, and what to do. Beside another: kUnavailable, too, when there is no store yet
/// or when it has an older version.
Result<SqliteStore, OpenError> open_sqlite_store(const SqliteOptions& options);

}  // namespace aesel::storage
