// Engine: one open store, shared by the document store and the graph store over it.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/open_file.hpp"
#include "storage/sqlite/reader.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "storage/sqlite/writer.hpp"

namespace aesel::storage::sqlite {

/// The lock, the writer and the reader. Safe from every thread.
class Engine {
 public:
  Engine(OpenedFile file, const SqliteOptions& options);

  Writer& writer() { return writer_; }
  Reader& reader() { return reader_; }

  /// A connection for a caller that blocks (scan, load).
  Result<Database> connect() const;

  void remember_collection(const std::string& name);
  bool knows_collection(const std::string& name) const;

 private:
  const std::filesystem::path path_;
  const int busy_timeout_ms_;
  mutable std::mutex mutex_;
  std::set<std::string> collections_;  // guarded by mutex_
  std::optional<FileLock> lock_;       // released last
  Writer writer_;
  Reader reader_;  // closed first, so that the log can be folded into the file
};

/// All of open_sqlite_store's work.
Result<std::unique_ptr<Engine>, OpenError> open_engine(const SqliteOptions& options);

}  // namespace aesel::storage::sqlite
