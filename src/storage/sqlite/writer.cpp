// Group commit. Savepoints are used only where a job can fail half-way, because each costs as much as an
// insert.
#include "storage/sqlite/writer.hpp"

#include <utility>

#include "base/check.hpp"
#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

/// The request was wrong, not the store.
bool concerns_one_job(const error_code& error) {
  return error == Errc::kExists || error == Errc::kNotFound || error == Errc::kInvalid;
}

Statement prepare(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  CHECK(statement.has_value());  // these six need no table; only memory can fail them
  return std::move(*statement);
}

}  // namespace

Writer::Writer(Database database, std::size_t jobs_max, Database::AtClose at_close)
    : database_(std::move(database)),
      at_close_(at_close),
      documents_(database_),
      graph_(database_),
      begin_(prepare(database_, "BEGIN IMMEDIATE")),
      commit_(prepare(database_, "COMMIT")),
      rollback_(prepare(database_, "ROLLBACK")),
      savepoint_(prepare(database_, "SAVEPOINT job")),
      release_(prepare(database_, "RELEASE job")),
      back_to_savepoint_(prepare(database_, "ROLLBACK TO job")),
      queue_(jobs_max),
      thread_([this] { work(); }) {}

Writer::~Writer() {
  queue_.close();
  thread_.join();
  if (at_close_ == Database::AtClose::kKeepLog) return;
  // Nothing is lost if this fails (a full disk, say): the log is read at the next start.
  database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

void Writer::work() {
  std::vector<JobQueue::Entry> group;
  while (queue_.take(group)) {
    commit(group);
    queue_.finish(group);
  }
}

void Writer::commit(std::vector<JobQueue::Entry>& group) {
  const error_code error = apply_all(group);
  if (!error) return;
  if (database_.in_transaction()) rollback_.run();
  for (JobQueue::Entry& entry : group) entry.job->error = error;
}

error_code Writer::apply_all(std::vector<JobQueue::Entry>& group) {
  if (const error_code error = begin_.run()) return error;
  for (JobQueue::Entry& entry : group) {
    auto& job = static_cast<WriteJob&>(*entry.job);  // run() lets nothing else in
    job.error = apply(job);
    if (job.error && !concerns_one_job(job.error)) return job.error;
  }
  return commit_.run();
}

error_code Writer::apply(WriteJob& job) {
  WriteSession session{database_, documents_, graph_};
  if (job.isolation() == WriteJob::Isolation::kNone) return job.apply(session);
  if (const error_code error = savepoint_.run()) return error;
  const error_code failed = job.apply(session);
  if (failed && !concerns_one_job(failed)) return failed;
  if (failed) {
    if (const error_code error = back_to_savepoint_.run()) return error;
  }
  if (const error_code error = release_.run()) return error;
  return failed;
}

}  // namespace aesel::storage::sqlite
