// A chunk is read through a handle that lives for one read: opening it costs some microseconds, and a handle
// that stays would keep its snapshot.
#include "storage/sqlite/blob_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "crypto/digest.hpp"
#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

constexpr const char* kFind =
    "SELECT c.bytes, c.sha256, c.id, b.key FROM blobs AS b JOIN contents AS c ON c.id = b.content";

Statement prepare(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  CHECK(statement.has_value());  // the tables are there; only memory can fail it
  return std::move(*statement);
}

Blob blob(const Statement& row) {
  return {std::string(row.text(3)), static_cast<std::uint64_t>(row.integer(0)), crypto::to_hex(row.text(1))};
}

}  // namespace

BlobReader::BlobReader(Database& database)
    : database_(database), find_(prepare(database, std::string(kFind) + " WHERE b.key = ?1")) {}

Result<Blob> BlobReader::find(const std::string& key) {
  find_.bind(1, key);
  const RunGuard guard(find_);
  const Result<bool> row = find_.step();
  if (!row) return row.error();
  if (!*row) return make_error_code(Errc::kNotFound);
  return blob(find_);
}

Result<std::size_t> BlobReader::read(const std::string& key, std::uint64_t offset, std::span<char> into) {
  find_.bind(1, key);
  const RunGuard guard(find_);  // the row stays until all is read, so that all is one snapshot
  const Result<bool> row = find_.step();
  if (!row) return row.error();
  if (!*row) return make_error_code(Errc::kNotFound);
  const auto bytes = static_cast<std::uint64_t>(find_.integer(0));
  const ContentId content = find_.integer(2);
  if (offset >= bytes) return std::size_t{0};
  const std::size_t size = std::min<std::uint64_t>(into.size(), bytes - offset);
  for (std::size_t done = 0; done < size;) {
    const std::uint64_t at = offset + done;
    const std::size_t in_chunk = at % kChunkBytes;
    const std::size_t piece = std::min(size - done, kChunkBytes - in_chunk);
    const Database::ValuePlace place{"chunks", "bytes", chunk_row(content, at / kChunkBytes)};
    const error_code error = database_.read_value(place, in_chunk, into.subspan(done, piece));
    if (error) return error;
    done += piece;
  }
  return size;
}

Result<void> BlobReader::scan(const std::function<bool(const Blob&)>& visit) {
  Statement all = prepare(database_, std::string(kFind) + " ORDER BY b.key");
  for (;;) {
    const Result<bool> row = all.step();
    if (!row) return row.error();
    if (!*row || !visit(blob(all))) return {};
  }
}

BlobReadThread::BlobReadThread(Database database, std::size_t jobs_max)
    : database_(std::move(database)), blobs_(database_), queue_(jobs_max), thread_([this] { work(); }) {}

BlobReadThread::~BlobReadThread() {
  queue_.close();
  thread_.join();
}

void BlobReadThread::work() {
  std::vector<JobQueue::Entry> jobs;
  std::vector<JobQueue::Entry> one;
  while (queue_.take(jobs)) {
    for (JobQueue::Entry& entry : jobs) {
      static_cast<BlobReadJob&>(*entry.job).read(blobs_);  // run() lets nothing else in
      one.push_back(std::move(entry));
      queue_.finish(one);
    }
    jobs.clear();
  }
}

}  // namespace aesel::storage::sqlite
