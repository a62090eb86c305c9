// The embedded blob store: one SQLite file (WAL) of its own, so that a large upload does not delay those who
// store documents. Nothing to install.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.hpp"
#include "storage/blob_store.hpp"
#include "storage/sqlite/open_error.hpp"

namespace aesel::storage {

struct SqliteBlobOptions {
  std::filesystem::path path;
  int busy_timeout_ms = 2000;
  std::size_t queued_jobs_max = 4096;  // beyond this a call fails at once with kUnavailable
  /// What uploads may hold in memory altogether, half a megabyte each at most. An upload that finds nothing
  /// left when it begins or while it is still smaller than that fails with kUnavailable.
  std::size_t upload_memory_bytes_max = 32 << 20;
  /// Uploads fail with kFull when less than this would be left on the disk (or an eighth of a small disk).
  std::uint64_t spare_bytes = 32 << 20;
};

/// Opens or creates the file, takes its exclusive lock, migrates an older schema forward. On failure the text
/// says what was wrong, where, and what to do. One writer thread, one reader thread; destroying the store
/// finishes what waits. Not at the same time as a call on another thread.
Result<std::unique_ptr<BlobStore>, OpenError> open_sqlite_blob_store(const SqliteBlobOptions& options);

}  // namespace aesel::storage
