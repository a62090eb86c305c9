// The parts of one open store.
#include "storage/sqlite/engine.hpp"

#include <utility>

#include "storage/sqlite/document_schema.hpp"

namespace aesel::storage::sqlite {

Engine::Engine(OpenedFile file, const SqliteOptions& options)
    : path_(std::move(file.path)),
      busy_timeout_ms_(options.busy_timeout_ms),
      lock_(std::move(file.lock)),
      writer_(
          std::move(file.writing), options.queued_writes_max,
          options.sharing == Sharing::kExclusive ? Database::AtClose::kFoldLog : Database::AtClose::kKeepLog),
      reader_(std::move(file.reading), options.queued_writes_max) {}

Result<Database> Engine::connect() const {
  return open_reading(path_, document_schema(), busy_timeout_ms_);
}

void Engine::remember_collection(const std::string& name) {
  const std::lock_guard lock(mutex_);
  collections_.insert(name);
}

bool Engine::knows_collection(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return collections_.contains(name);
}

Result<std::unique_ptr<Engine>, OpenError> open_engine(const SqliteOptions& options) {
  const auto open = options.sharing == Sharing::kExclusive ? open_file : open_file_beside;
  Result<OpenedFile, OpenError> file = open(options.path, document_schema(), options.busy_timeout_ms);
  if (!file) return file.error();
  return std::make_unique<Engine>(std::move(*file), options);
}

}  // namespace aesel::storage::sqlite
