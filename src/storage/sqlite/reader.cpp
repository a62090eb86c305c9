// One read transaction for all that wait: opening one costs about as much as finding a document by its key.
#include "storage/sqlite/reader.hpp"

#include <utility>

#include "base/check.hpp"

namespace aesel::storage::sqlite {
namespace {

Statement prepare(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  CHECK(statement.has_value());  // needs no table; only memory can fail it
  return std::move(*statement);
}

}  // namespace

Reader::Reader(Database database, std::size_t jobs_max)
    : database_(std::move(database)),
      documents_(database_),
      begin_(prepare(database_, "BEGIN")),
      end_(prepare(database_, "COMMIT")),
      queue_(jobs_max),
      thread_([this] { work(); }) {}

Reader::~Reader() {
  queue_.close();
  thread_.join();
}

void Reader::work() {
  std::vector<JobQueue::Entry> jobs;
  while (queue_.take(jobs)) {
    answer(jobs);
    queue_.finish(jobs);
  }
}

void Reader::answer(std::vector<JobQueue::Entry>& jobs) {
  const error_code error = begin_.run();
  for (JobQueue::Entry& entry : jobs) {
    entry.job->error = error;
    if (!error) static_cast<ReadJob&>(*entry.job).read(documents_);  // run() lets nothing else in
  }
  if (database_.in_transaction()) end_.run();
}

}  // namespace aesel::storage::sqlite
