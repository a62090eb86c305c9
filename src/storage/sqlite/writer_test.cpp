// Group commit and its failures: full disks, busy files, and getting well again.
#include "storage/sqlite/writer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <future>
#include <set>

#include <gtest/gtest.h>

#include "storage/contract_tests/run.hpp"
#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/document_schema.hpp"
#include "storage/sqlite/file_size_limit.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::storage::sqlite {
namespace {

using testing::run;
using testing::run_all;
using Tasks = std::vector<Task<Result<void>>>;

struct TestJob final : WriteJob {
  explicit TestJob(std::function<error_code(WriteSession&)> work) : do_it(std::move(work)) {}
  error_code apply(WriteSession& session) override { return do_it(session); }
  Isolation isolation() const override { return Isolation::kNone; }

  std::function<error_code(WriteSession&)> do_it;
};

Write insert(const std::string& key, std::size_t body_bytes = 2) {
  Document document{key, "{}", ""};
  if (body_bytes > 8) document.body = R"({"x":")" + std::string(body_bytes - 8, 'x') + R"("})";
  return {Write::Kind::kInsert, "things", std::move(document)};
}

class SqliteWriter : public ::testing::Test {
 protected:
  SqliteStore open() {
    SqliteOptions options;
    options.path = path_;
    options.busy_timeout_ms = 10;
    auto store = open_sqlite_store(options);
    if (!store) ADD_FAILURE() << store.error().message;
    SqliteStore opened = store ? std::move(*store) : SqliteStore{};
    const Collection things{"things", {}};
    EXPECT_TRUE(opened.documents->open_collection(things).has_value());
    return opened;
  }

  static Task<Result<void>> write(SqliteStore& store, Write one) {
    std::vector<Write> writes;
    writes.push_back(std::move(one));
    return store.documents->write(std::move(writes));
  }
  static error_code error_of(const Result<void>& result) { return result ? error_code{} : result.error(); }
  static std::uint64_t count(SqliteStore& store) {
    return run(store.documents->count("things", Query{})).value();
  }

  testing::ScratchDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "store.db";
};

TEST_F(SqliteWriter, ErrorsOfSqliteInOurWords) {
  constexpr int kFull = 13, kIoError = 10, kBusy = 5, kNotADatabase = 26, kDamaged = 11, kTooBig = 18;
  EXPECT_EQ(to_error(kFull, 0), Errc::kFull);
  EXPECT_EQ(to_error(kIoError | 3 << 8, ENOSPC), Errc::kFull);
  EXPECT_EQ(to_error(kIoError | 3 << 8, EDQUOT), Errc::kFull);
  EXPECT_EQ(to_error(kIoError | 3 << 8, EIO), Errc::kUnavailable);
  EXPECT_EQ(to_error(kBusy, 0), Errc::kUnavailable);
  EXPECT_EQ(to_error(kNotADatabase, 0), Errc::kCorrupt);
  EXPECT_EQ(to_error(kDamaged, 0), Errc::kCorrupt);
  EXPECT_EQ(to_error(kTooBig, 0), Errc::kInvalid);
  EXPECT_FALSE(to_error(0, ENOSPC));
}

TEST_F(SqliteWriter, AFullDatabaseFailsTheWholeGroupAndRecovers) {
  Database database = Database::open(path_, Database::Access::kReadWrite, 0).value();
  ASSERT_FALSE(database.execute("PRAGMA journal_mode = WAL"));
  ASSERT_FALSE(migrate(database, document_schema()));
  const std::int64_t pages = database.integer("PRAGMA page_count").value();
  ASSERT_FALSE(database.execute("PRAGMA max_page_count = " + std::to_string(pages + 20)));
  Writer writer(std::move(database), 100);
  const auto sql = [](const std::string& text) {
    return TestJob([text](WriteSession& session) { return session.database.execute(text); });
  };
  TestJob make = sql("CREATE TABLE t(x)");
  TestJob small = sql("INSERT INTO t VALUES(1)");
  TestJob large = sql("INSERT INTO t VALUES(zeroblob(1000000))");
  writer.run_blocking(make);
  EXPECT_FALSE(make.error);
  writer.run_blocking(large);
  EXPECT_EQ(large.error, Errc::kFull);
  writer.run_blocking(small);
  EXPECT_FALSE(small.error) << "there is still room for a small one";
  TestJob rows([](WriteSession& session) {
    EXPECT_EQ(session.database.integer("SELECT count(*) FROM t").value(), 1);
    return error_code{};
  });
  writer.run_blocking(rows);
}

TEST_F(SqliteWriter, OneHardFailureIsEverybodysFailure) {
  Database database = Database::open(path_, Database::Access::kReadWrite, 0).value();
  ASSERT_FALSE(database.execute("CREATE TABLE t(x)"));
  Writer writer(std::move(database), 100);
  TestJob good([](WriteSession& session) { return session.database.execute("INSERT INTO t VALUES(1)"); });
  TestJob gone([](WriteSession&) { return make_error_code(Errc::kUnavailable); });
  const auto wait = [&](WriteJob& job) -> Task<Result<void>> {
    co_await writer.run(job);
    co_return Result<void>{};
  };
  // The first job holds the thread until the other two wait; so those two are one group.
  std::promise<void> started;
  std::promise<void> queued;
  TestJob hold([&](WriteSession&) {
    started.set_value();
    queued.get_future().wait();
    return error_code{};
  });
  boost::asio::io_context context(1);
  int ended = 0;
  const auto start = [&](TestJob& job) {
    boost::asio::co_spawn(context, wait(job), [&](std::exception_ptr, Result<void>) { ++ended; });
    context.poll();
  };
  start(hold);
  started.get_future().wait();
  start(good);
  start(gone);
  queued.set_value();
  context.run();
  EXPECT_EQ(ended, 3);
  EXPECT_FALSE(hold.error);
  EXPECT_EQ(gone.error, Errc::kUnavailable);
  EXPECT_EQ(good.error, Errc::kUnavailable);
  TestJob rows([](WriteSession& session) {
    EXPECT_EQ(session.database.integer("SELECT count(*) FROM t").value(), 0);
    return error_code{};
  });
  writer.run_blocking(rows);
  writer.run_blocking(good);
  EXPECT_FALSE(good.error) << "the next group is not concerned";
}

TEST_F(SqliteWriter, AFullDiskIsToldAndAllIsWellWhenSpaceReturns) {
  SqliteStore store = open();
  std::set<std::string> confirmed;
  std::vector<std::string> failed;
  {
    const testing::FileSizeLimit limit(256 * 1024);
    for (int i = 0; i < 40; ++i) {
      const std::string key = std::to_string(i);
      const error_code error = error_of(run(write(store, insert(key, 20'000))));
      if (!error) confirmed.insert(key);
      if (error) {
        EXPECT_EQ(error, Errc::kFull) << error.message();
        failed.push_back(key);
      }
    }
    EXPECT_GT(confirmed.size(), 3U);
    EXPECT_GT(failed.size(), 3U);
    EXPECT_EQ(count(store), confirmed.size()) << "reading goes on";
  }
  EXPECT_TRUE(run(store.documents->check()).has_value());
  for (const std::string& key : failed) {
    EXPECT_FALSE(error_of(run(write(store, insert(key, 20'000))))) << "was not half there";
    confirmed.insert(key);
  }
  store = SqliteStore{};
  store = open();
  EXPECT_EQ(count(store), confirmed.size());
  EXPECT_EQ(confirmed.size(), 40U);
}

TEST_F(SqliteWriter, CheckFailsOnAFullDisk) {
  SqliteStore store = open();
  const testing::FileSizeLimit limit(std::filesystem::file_size(path_.string() + "-wal"));
  EXPECT_EQ(error_of(run(store.documents->check())), Errc::kFull);
  EXPECT_EQ(error_of(run(store.graph->check())), Errc::kFull);
}

TEST_F(SqliteWriter, AFileThatSomebodyElseHoldsIsUnavailableUntilReleased) {
  SqliteStore store = open();
  Database other = Database::open(path_, Database::Access::kReadWrite, 0).value();
  ASSERT_FALSE(other.execute("BEGIN IMMEDIATE"));
  EXPECT_EQ(error_of(run(write(store, insert("a")))), Errc::kUnavailable);
  EXPECT_EQ(count(store), 0U) << "reading goes on";
  ASSERT_FALSE(other.execute("ROLLBACK"));
  EXPECT_FALSE(error_of(run(write(store, insert("a")))));
}

TEST_F(SqliteWriter, QueuedWritesAreCommittedBeforeTheStoreIsGone) {
  constexpr int kWrites = 200;
  SqliteStore store = open();
  boost::asio::io_context context(1);
  int succeeded = 0;
  for (int i = 0; i < kWrites; ++i) {
    boost::asio::co_spawn(context, write(store, insert(std::to_string(i))),
                          [&](std::exception_ptr, Result<void> result) { succeeded += result ? 1 : 0; });
  }
  context.poll();
  store.graph.reset();
  store.documents.reset();
  SqliteStore again = open();
  EXPECT_EQ(count(again), static_cast<std::uint64_t>(kWrites));
  context.run();
  EXPECT_EQ(succeeded, kWrites);
}

TEST_F(SqliteWriter, TheGraphOutlivesTheDocuments) {
  SqliteStore store = open();
  store.documents.reset();
  std::vector<GraphChange> changes{PutScene{{"s", "{}"}}};
  EXPECT_TRUE(run(store.graph->apply(std::move(changes))).has_value());
}

TEST_F(SqliteWriter, SettingTheStateDoesNotRewriteTheBody) {
  SqliteStore store = open();
  ASSERT_FALSE(error_of(run(write(store, insert("large", 1'000'000)))));
  const auto log_bytes = [&] { return std::filesystem::file_size(path_.string() + "-wal"); };
  const auto before = log_bytes();
  for (int i = 0; i < 10; ++i) {
    Document document{"large", "", "state " + std::to_string(i)};
    ASSERT_FALSE(error_of(run(write(store, {Write::Kind::kSetState, "things", std::move(document)}))));
  }
  EXPECT_LT(log_bytes() - before, 200'000U);
}

TEST_F(SqliteWriter, ConcurrentWritesShareCommits) {
  SqliteStore store = open();
  const auto log_bytes = [&] { return std::filesystem::file_size(path_.string() + "-wal"); };
  const auto before = log_bytes();
  Tasks tasks;
  for (int i = 0; i < 500; ++i) tasks.push_back(write(store, insert(std::to_string(i))));
  for (const Result<void>& result : run_all(std::move(tasks))) EXPECT_TRUE(result.has_value());
  // A commit of its own for each would be at least one page each.
  EXPECT_LT(log_bytes() - before, 500 * 4096 / 2);
}

}  // namespace
}  // namespace aesel::storage::sqlite
