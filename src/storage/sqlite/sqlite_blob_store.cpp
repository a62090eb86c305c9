// Each call is a job that lives in its coroutine's frame while a thread of the engine does it; after it was
// resumed a coroutine touches nothing but its own, so a store may be gone by then.
#include "storage/sqlite/sqlite_blob_store.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "storage/error.hpp"
#include "storage/sqlite/blob_reader.hpp"
#include "storage/sqlite/blob_schema.hpp"
#include "storage/sqlite/blob_writer.hpp"
#include "storage/sqlite/open_file.hpp"

namespace aesel::storage {
namespace {

using sqlite::BlobDraft;
using sqlite::BlobJob;
using sqlite::BlobReader;
using sqlite::BlobReadJob;
using sqlite::BlobReadThread;
using sqlite::BlobTables;
using sqlite::BlobWriter;
using sqlite::ContentId;
using sqlite::kChunkBytes;

struct ChunkJob final : BlobJob {
  ChunkJob(BlobDraft& whose, std::string_view next) : draft(whose), chunk(next) {}
  error_code apply(BlobTables& tables) override {
    const Result<ContentId> stored = tables.append(draft, chunk);
    if (!stored) return stored.error();
    content = *stored;
    return {};
  }
  std::uint64_t bytes() const override { return chunk.size(); }
  Sync sync() const override { return Sync::kLater; }

  BlobDraft& draft;
  std::string_view chunk;
  ContentId content = 0;
};

struct FinishJob final : BlobJob {
  FinishJob(BlobDraft& whose, std::string_view last, std::string name)
      : draft(whose), last_chunk(last), key(std::move(name)) {}
  error_code apply(BlobTables& tables) override {
    result = tables.finish(draft, last_chunk, key);
    return result ? error_code{} : result.error();
  }
  std::uint64_t bytes() const override { return last_chunk.size(); }

  BlobDraft& draft;
  std::string_view last_chunk;
  std::string key;
  Result<Blob> result = make_error_code(Errc::kUnavailable);
};

struct DiscardJob final : BlobJob {
  explicit DiscardJob(ContentId unwanted) : content(unwanted) {}
  error_code apply(BlobTables&) override { return {}; }
  Sync sync() const override { return Sync::kLater; }
  ContentId discarded() const override { return content; }

  ContentId content;
};

struct EraseJob final : BlobJob {
  explicit EraseJob(std::vector<std::string> list) : keys(std::move(list)) {}
  error_code apply(BlobTables& tables) override { return tables.erase(keys); }

  std::vector<std::string> keys;
};

struct ProbeJob final : BlobJob {
  error_code apply(BlobTables& tables) override { return tables.probe(); }
};

struct PingJob final : BlobReadJob {
  void read(BlobReader&) override {}
};

struct FindJob final : BlobReadJob {
  explicit FindJob(std::string which) : key(std::move(which)) {}
  void read(BlobReader& blobs) override { result = blobs.find(key); }

  std::string key;
  Result<Blob> result = make_error_code(Errc::kUnavailable);
};

struct BytesJob final : BlobReadJob {
  BytesJob(std::string which, std::uint64_t from, std::span<char> to)
      : key(std::move(which)), offset(from), into(to) {}
  void read(BlobReader& blobs) override { result = blobs.read(key, offset, into); }

  std::string key;
  std::uint64_t offset;
  std::span<char> into;
  Result<std::size_t> result = make_error_code(Errc::kUnavailable);
};

/// What all uploads together may hold in memory. Any thread.
class UploadMemory {
 public:
  explicit UploadMemory(std::size_t bytes) : left_(static_cast<std::int64_t>(bytes)) {}

  bool take(std::size_t bytes) {
    if (left_.fetch_sub(static_cast<std::int64_t>(bytes)) >= static_cast<std::int64_t>(bytes)) return true;
    give(bytes);
    return false;
  }
  void give(std::size_t bytes) { left_.fetch_add(static_cast<std::int64_t>(bytes)); }

 private:
  std::atomic<std::int64_t> left_;
};

/// Collects pieces until they make a chunk. Its memory grows with the upload, up to one chunk.
class ChunkBuffer {
 public:
  explicit ChunkBuffer(std::shared_ptr<UploadMemory> memory) : memory_(std::move(memory)) {}
  ~ChunkBuffer() { memory_->give(taken_); }
  ChunkBuffer(const ChunkBuffer&) = delete;
  ChunkBuffer& operator=(const ChunkBuffer&) = delete;

  /// Takes as much from the front of `bytes` as there is room for. False: no memory is left for it.
  bool add(std::string_view& bytes) {
    const std::size_t size = std::min(bytes.size(), kChunkBytes - text_.size());
    if (!reserve(text_.size() + size)) return false;
    text_.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    return true;
  }
  bool is_full() const { return text_.size() == kChunkBytes; }
  std::string_view text() const { return text_; }
  void clear() { text_.clear(); }

 private:
  bool reserve(std::size_t bytes) {
    if (bytes <= taken_) return true;
    constexpr std::size_t kLeast = 16 * 1024;
    const std::size_t wanted = std::min(std::max({bytes, 2 * taken_, kLeast}), kChunkBytes);
    if (!memory_->take(wanted - taken_)) return false;
    taken_ = wanted;
    text_.reserve(wanted);
    return true;
  }

  std::shared_ptr<UploadMemory> memory_;
  std::size_t taken_ = 0;
  std::string text_;
};

class BlobEngine {
 public:
  BlobEngine(sqlite::OpenedFile file, const SqliteBlobOptions& options)
      : path_(file.path),
        busy_timeout_ms_(options.busy_timeout_ms),
        upload_memory_(std::make_shared<UploadMemory>(options.upload_memory_bytes_max)),
        lock_(std::move(file.lock)),
        writer_(std::move(file.writing), file.path, {options.queued_jobs_max, options.spare_bytes}),
        reader_(std::move(file.reading), options.queued_jobs_max) {}

  BlobWriter& writer() { return writer_; }
  BlobReadThread& reader() { return reader_; }
  std::shared_ptr<UploadMemory> upload_memory() const { return upload_memory_; }
  Result<sqlite::Database> connect() const {
    return sqlite::open_reading(path_, sqlite::blob_schema(), busy_timeout_ms_);
  }

 private:
  const std::filesystem::path path_;
  const int busy_timeout_ms_;
  std::shared_ptr<UploadMemory> upload_memory_;
  std::optional<sqlite::FileLock> lock_;  // released last
  BlobWriter writer_;
  BlobReadThread reader_;  // closed first, so that the log can be folded into the file
};

class SqliteBlobUpload final : public BlobUpload {
 public:
  explicit SqliteBlobUpload(const std::shared_ptr<BlobEngine>& engine)
      : engine_(engine), buffer_(engine->upload_memory()) {}

  ~SqliteBlobUpload() override {
    if (draft_.content == 0) return;
    if (BlobEngine* engine = reachable()) engine->writer().post(std::make_unique<DiscardJob>(draft_.content));
  }

  Task<Result<void>> append(std::string_view bytes) override {
    if (draft_.bytes + buffer_.text().size() + bytes.size() > sqlite::kBlobBytesMax) error_ = Errc::kFull;
    while (!error_ && !bytes.empty()) {
      if (buffer_.text().empty() && bytes.size() >= kChunkBytes) {  // needs no copy
        co_await store(bytes.substr(0, kChunkBytes));
        bytes.remove_prefix(kChunkBytes);
        continue;
      }
      if (!buffer_.add(bytes)) error_ = Errc::kUnavailable;
      if (!error_ && buffer_.is_full()) co_await store(buffer_.text());
    }
    if (error_) co_return error_;
    co_return Result<void>{};
  }

  Task<Result<Blob>> finish(std::string key) override {
    BlobEngine* engine = reachable();
    if (!error_ && engine == nullptr) error_ = Errc::kUnavailable;
    if (error_) co_return error_;
    error_ = Errc::kUnavailable;  // for calls after this one
    FinishJob job(draft_, buffer_.text(), std::move(key));
    co_await engine->writer().run(job);
    if (job.error) co_return job.error;
    draft_.content = 0;  // belongs to the key now, or is not wanted, which the store knows
    co_return std::move(job.result);
  }

 private:
  /// Null when the store is gone.
  BlobEngine* reachable() const { return engine_.lock().get(); }

  /// Sets error_ when it fails.
  Task<> store(std::string_view chunk) {
    BlobEngine* engine = reachable();
    if (engine == nullptr) {
      error_ = Errc::kUnavailable;
      co_return;
    }
    ChunkJob job(draft_, chunk);
    co_await engine->writer().run(job);
    error_ = job.error;
    if (error_) co_return;
    draft_.content = job.content;
    draft_.bytes += chunk.size();
    ++draft_.chunks;
    buffer_.clear();
  }

  std::weak_ptr<BlobEngine> engine_;
  ChunkBuffer buffer_;
  BlobDraft draft_;
  error_code error_;  // once there was one, all calls get it
};

class SqliteBlobStore final : public BlobStore {
 public:
  explicit SqliteBlobStore(std::shared_ptr<BlobEngine> engine) : engine_(std::move(engine)) {}

  std::unique_ptr<BlobUpload> upload() override { return std::make_unique<SqliteBlobUpload>(engine_); }

  Task<Result<Blob>> find(std::string key) override {
    FindJob job(std::move(key));
    co_await engine_->reader().run(job);
    if (job.error) co_return job.error;
    co_return std::move(job.result);
  }

  Task<Result<std::size_t>> read(std::string key, std::uint64_t offset, std::span<char> into) override {
    BytesJob job(std::move(key), offset, into);
    co_await engine_->reader().run(job);
    if (job.error) co_return job.error;
    co_return std::move(job.result);
  }

  Task<Result<void>> erase(std::vector<std::string> keys) override {
    EraseJob job(std::move(keys));
    co_await engine_->writer().run(job);
    if (job.error) co_return job.error;
    co_return Result<void>{};
  }

  Result<void> scan(const std::function<bool(const Blob&)>& visit) override {
    Result<sqlite::Database> database = engine_->connect();
    if (!database) return database.error();
    BlobReader blobs(*database);
    return blobs.scan(visit);
  }

  Task<Result<void>> check() override {
    PingJob ping;
    ProbeJob probe;
    BlobWriter& writer = engine_->writer();
    co_await engine_->reader().run(ping);
    if (ping.error) co_return ping.error;
    co_await writer.run(probe);
    if (probe.error) co_return probe.error;
    co_return Result<void>{};
  }

 private:
  std::shared_ptr<BlobEngine> engine_;
};

/// The version says which tables there are; this finds out whether they are.
error_code check_tables(sqlite::Database& database) {
  return database.execute(
      "SELECT id, bytes, sha256 FROM contents LIMIT 0; SELECT key, content FROM blobs LIMIT 0;"
      "SELECT id, bytes FROM chunks LIMIT 0; SELECT id, checks FROM probe LIMIT 0");
}

}  // namespace

Result<std::unique_ptr<BlobStore>, OpenError> open_sqlite_blob_store(const SqliteBlobOptions& options) {
  const sqlite::Schema& schema = sqlite::blob_schema();
  Result<sqlite::OpenedFile, OpenError> file =
      sqlite::open_file(options.path, schema, options.busy_timeout_ms);
  if (!file) return file.error();
  if (const error_code error = check_tables(file->reading)) {
    return sqlite::cannot_open(file->path, schema, error, file->reading.reason());
  }
  const std::filesystem::path path = file->path;
  try {
    return std::make_unique<SqliteBlobStore>(std::make_shared<BlobEngine>(std::move(*file), options));
  } catch (const boost::system::system_error& error) {  // what the tables hold cannot be read
    return sqlite::cannot_open(path, schema, error.code(), error.code().message());
  }
}

}  // namespace aesel::storage
