// Why an unsynced append is durable when its upload is: with synchronous=FULL a commit syncs the whole log,
// with everything that was appended before it; and what has left the log was synced on both sides while it
// was folded, which synchronous=NORMAL does, too.
#include "storage/sqlite/blob_writer.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/check.hpp"
#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

constexpr std::uint64_t kPageBytes = 65536;
constexpr std::chrono::milliseconds kRetry{1000};

/// At how many pages the log is folded into the file: 16 MB, on a small disk a sixteenth of it.
int log_pages_for(const std::filesystem::path& path) {
  constexpr std::uint64_t kLeast = 8;
  constexpr std::uint64_t kMost = 256;
  std::error_code failed;
  const std::filesystem::space_info disk = std::filesystem::space(path, failed);
  if (failed) return kMost;
  return static_cast<int>(std::clamp(disk.capacity / 16 / kPageBytes, kLeast, kMost));
}

bool concerns_one_job(const error_code& error) {
  return error == Errc::kExists || error == Errc::kInvalid;
}

Statement prepare(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  CHECK(statement.has_value());  // these need no table; only memory can fail them
  return std::move(*statement);
}

}  // namespace

BlobWriter::BlobWriter(Database database, std::filesystem::path path, const Limits& limits)
    : database_(std::move(database)),
      path_(std::move(path)),
      limits_(limits),
      log_pages_limit_(log_pages_for(path_)),
      tables_(database_),
      begin_(prepare(database_, "BEGIN IMMEDIATE")),
      commit_(prepare(database_, "COMMIT")),
      rollback_(prepare(database_, "ROLLBACK")),
      patience_(std::chrono::milliseconds(0)),
      queue_(limits.jobs_max) {
  database_.watch_log(log_pages_);
  thread_ = std::thread([this] { work(); });
}

BlobWriter::~BlobWriter() {
  queue_.close();
  thread_.join();
  // Nothing is lost if this fails (a full disk, say): the log is read at the next start.
  database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

void BlobWriter::work() {
  std::vector<JobQueue::Entry> group;
  while (patience_ ? queue_.take(group, *patience_) : queue_.take(group)) {
    const bool is_idle = group.empty();
    if (!is_idle) {
      commit(group);
      queue_.finish(group);
    }
    tidy(is_idle);
  }
}

void BlobWriter::commit(std::vector<JobQueue::Entry>& group) {
  const error_code error = apply_all(group);
  if (!error) {
    tables_.committed();
    return;
  }
  if (database_.in_transaction()) rollback_.run();
  tables_.rolled_back();
  for (JobQueue::Entry& entry : group) entry.job->error = error;
}

error_code BlobWriter::apply_all(std::vector<JobQueue::Entry>& group) {
  std::uint64_t bytes = 0;
  BlobJob::Sync sync = BlobJob::Sync::kLater;
  for (const JobQueue::Entry& entry : group) {
    const auto& job = static_cast<const BlobJob&>(*entry.job);  // run() lets nothing else in
    bytes += job.bytes();
    sync = std::max(sync, job.sync());
    if (job.discarded() != 0) tables_.discard(job.discarded());
  }
  const error_code no_room = room_for(bytes);
  if (const error_code error = set_sync(sync)) return error;
  if (const error_code error = begin_.run()) return error;
  for (JobQueue::Entry& entry : group) {
    auto& job = static_cast<BlobJob&>(*entry.job);
    if (no_room && job.bytes() > 0) {
      job.error = no_room;
      continue;
    }
    job.error = job.apply(tables_);
    if (job.error && !concerns_one_job(job.error)) return job.error;
  }
  return commit_.run();
}

/// Content is refused a little before the disk is full: deleting it again takes some space, too, and those
/// who store small things on the same disk should not suffer.
error_code BlobWriter::room_for(std::uint64_t bytes) {
  if (bytes == 0) return {};
  const int too_many = 8 * log_pages_limit_;  // readers have kept it from being folded for long
  if (log_pages_ >= too_many) return Errc::kUnavailable;
  std::error_code failed;
  const std::filesystem::space_info disk = std::filesystem::space(path_, failed);
  if (failed) return {};
  const std::uint64_t spare = std::min<std::uint64_t>(limits_.spare_bytes, disk.capacity / 8);
  // Once in the log and once in the file, where what the log has already still has to go, too.
  const std::uint64_t needed = 2 * bytes + static_cast<std::uint64_t>(log_pages_) * kPageBytes + spare;
  return disk.available >= needed ? error_code{} : make_error_code(Errc::kFull);
}

error_code BlobWriter::set_sync(BlobJob::Sync sync) {
  if (sync_ == sync) return {};
  const error_code error = database_.execute(sync == BlobJob::Sync::kNow ? "PRAGMA synchronous = FULL"
                                                                         : "PRAGMA synchronous = NORMAL");
  if (!error) sync_ = sync;
  return error;
}

void BlobWriter::tidy(bool is_idle) {
  error_code error;
  if (log_pages_ >= log_pages_limit_) error = fold_log(Log::kReuse);
  if (!error && tables_.has_garbage()) {
    error = clean();
  } else if (!error && is_idle && !is_shrunk_) {
    error = shrink();
  }
  patience_.reset();
  if (tables_.has_garbage() || !is_shrunk_) patience_ = std::chrono::milliseconds(0);
  if (error) patience_ = kRetry;
}

/// Waits for readers, which take turns of some milliseconds. When one stays longer, this is no error.
error_code BlobWriter::fold_log(Log what) {
  const Result<std::int64_t> is_busy = database_.integer(
      what == Log::kReuse ? "PRAGMA wal_checkpoint(RESTART)" : "PRAGMA wal_checkpoint(TRUNCATE)");
  if (!is_busy) return is_busy.error();
  if (*is_busy == 0) log_pages_ = 0;
  return {};
}

error_code BlobWriter::clean() {
  error_code error = set_sync(BlobJob::Sync::kLater);
  if (!error) error = begin_.run();
  if (!error) error = tables_.clean();
  if (!error) error = commit_.run();
  if (!error) {
    tables_.cleaned();
    is_shrunk_ = false;
  } else if (database_.in_transaction()) {
    rollback_.run();
  }
  return error;
}

/// Moves some pages from the end of the file to where there are free ones; four megabytes at once.
error_code BlobWriter::shrink() {
  const Result<std::int64_t> before = database_.integer("PRAGMA freelist_count");
  if (!before) return before.error();
  if (const error_code error = set_sync(BlobJob::Sync::kLater)) return error;
  if (*before > 0) {
    if (const error_code error = database_.execute("PRAGMA incremental_vacuum(64)")) return error;
  }
  const Result<std::int64_t> after = database_.integer("PRAGMA freelist_count");
  if (!after) return after.error();
  is_shrunk_ = *after == 0 || *after >= *before;
  // The file itself becomes smaller when the log is folded into it.
  return is_shrunk_ && *before > 0 ? fold_log(Log::kTruncate) : error_code{};
}

}  // namespace aesel::storage::sqlite
