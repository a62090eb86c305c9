// Opening a store: what is refused, in which words, and that nothing is changed by it.
#include <unistd.h>

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/contract_tests/run.hpp"
#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/document_schema.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::storage::sqlite {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

class SqliteOpen : public ::testing::Test {
 protected:
  Result<SqliteStore, OpenError> open(const fs::path& path) {
    SqliteOptions options;
    options.path = path;
    options.busy_timeout_ms = 20;
    return open_sqlite_store(options);
  }
  Result<SqliteStore, OpenError> open() { return open(path_); }

  /// Expects a refusal whose message names the file and the setting that chooses it, and returns the message.
  std::string refused(const fs::path& path, Errc code) {
    const auto store = open(path);
    if (store) return "not refused";
    EXPECT_EQ(store.error().code, code) << store.error().message;
    EXPECT_THAT(store.error().message, HasSubstr(path.string()));
    EXPECT_THAT(store.error().message, HasSubstr("storage.sqlite.path"));
    return store.error().message;
  }

  void execute(const std::string& sql) {
    auto database = Database::open(path_, Database::Access::kReadWrite, 0);
    ASSERT_TRUE(database.has_value());
    ASSERT_FALSE(database->execute(sql)) << database->reason();
  }

  testing::ScratchDirectory directory_;
  fs::path path_ = directory_.path() / "store.db";
};

TEST_F(SqliteOpen, ANewFileSaysWhoseItIsAndWhichVersion) {
  ASSERT_TRUE(open().has_value());
  auto database = Database::open(path_, Database::Access::kReadOnly, 0);
  ASSERT_TRUE(database.has_value());
  EXPECT_EQ(database->integer("PRAGMA application_id").value(), document_schema().application_id);
  EXPECT_EQ(database->integer("PRAGMA user_version").value(), document_schema().steps.back().version);
  EXPECT_EQ(database->text("PRAGMA journal_mode").value(), "wal");
}

TEST_F(SqliteOpen, ANewFileAndItsLogAreForNobodyElseToRead) {
  const auto store = open();
  ASSERT_TRUE(store.has_value());
  constexpr fs::perms kOwners = fs::perms::owner_read | fs::perms::owner_write;
  for (const char* ending : {"", "-wal", "-shm"}) {
    EXPECT_EQ(fs::status(path_.string() + ending).permissions(), kOwners) << ending;
  }
}

TEST_F(SqliteOpen, AnOlderFileKeepsItsMode) {
  ASSERT_TRUE(open().has_value());
  fs::permissions(path_, fs::perms(0640));
  ASSERT_TRUE(open().has_value());
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0640));
}

TEST_F(SqliteOpen, ClosingFoldsTheLogIntoTheFile) {
  auto store = open();
  ASSERT_TRUE(store.has_value());
  const Collection things{"things", {}};
  ASSERT_TRUE(store->documents->open_collection(things).has_value());
  EXPECT_GT(fs::file_size(path_.string() + "-wal"), 0U);
  *store = SqliteStore{};
  EXPECT_FALSE(fs::exists(path_.string() + "-wal"));
}

TEST_F(SqliteOpen, ASecondOpenIsRefusedAndNamesTheFirstsProcess) {
  auto first = open();
  ASSERT_TRUE(first.has_value());
  const std::string message = refused(path_, Errc::kInUse);
  EXPECT_THAT(message, HasSubstr("in use by process " + std::to_string(::getpid())));
  const fs::path link = directory_.path() / "other_name.db";
  fs::create_symlink(path_, link);
  EXPECT_EQ(open(link).error().code, Errc::kInUse) << "by another name, too";
  *first = SqliteStore{};
  EXPECT_TRUE(open().has_value()) << "free again";
}

TEST_F(SqliteOpen, ALeftOverLockFileMeansNothing) {
  write_file(path_.string() + ".lock", "99999\n");
  EXPECT_TRUE(open().has_value());
}

TEST_F(SqliteOpen, ADirectoryIsRefused) {
  fs::create_directory(path_);
  EXPECT_THAT(refused(path_, Errc::kUnavailable), HasSubstr("is a directory"));
}

TEST_F(SqliteOpen, AMissingParentIsRefusedAndNotMade) {
  const fs::path path = directory_.path() / "missing" / "store.db";
  const std::string message = refused(path, Errc::kUnavailable);
  EXPECT_THAT(message, HasSubstr(path.parent_path().string() + " of the store"));
  EXPECT_THAT(message, HasSubstr("does not exist"));
  EXPECT_FALSE(fs::exists(path.parent_path()));
}

TEST_F(SqliteOpen, AnEmptyPathIsRefused) {
  const auto store = open("");
  ASSERT_FALSE(store.has_value());
  EXPECT_THAT(store.error().message, HasSubstr("storage.sqlite.path is empty"));
}

TEST_F(SqliteOpen, AFileThatIsNoDatabaseIsRefusedAndNotTouched) {
  for (const std::string& text :
       {std::string("x"), std::string("hello, I am a letter, not a store\n"), std::string(5000, '\0')}) {
    write_file(path_, text);
    EXPECT_THAT(refused(path_, Errc::kCorrupt), HasSubstr("not a SQLite database"));
    EXPECT_EQ(read_file(path_), text);
  }
}

TEST_F(SqliteOpen, AnotherProgramsDatabaseIsRefusedAndNotTouched) {
  execute("CREATE TABLE letters(text)");
  const std::string before = read_file(path_);
  EXPECT_THAT(refused(path_, Errc::kCorrupt), HasSubstr("another program"));
  EXPECT_EQ(read_file(path_), before);
}

TEST_F(SqliteOpen, AnEmptyFileBecomesAStore) {
  write_file(path_, "");
  EXPECT_TRUE(open().has_value());
}

TEST_F(SqliteOpen, ANewerStoreIsRefusedAndNotTouched) {
  ASSERT_TRUE(open().has_value());
  const std::string newer = std::to_string(document_schema().steps.back().version + 1);
  execute("CREATE TABLE of_the_future(x); PRAGMA user_version = " + newer);
  const std::string before = read_file(path_);
  const std::string message = refused(path_, Errc::kTooNew);
  EXPECT_THAT(message, HasSubstr("written by a newer aesel (store version " + newer));
  EXPECT_THAT(message, HasSubstr("Start the newer program"));
  EXPECT_EQ(read_file(path_), before);
}

TEST_F(SqliteOpen, ANewerStoreThatWasKilledKeepsItsLog) {
  ASSERT_TRUE(open().has_value());
  auto other = Database::open(path_, Database::Access::kReadWrite, 0);
  ASSERT_TRUE(other.has_value());
  other->set_at_close(Database::AtClose::kKeepLog);
  ASSERT_FALSE(other->execute("PRAGMA user_version = 1000"));
  *other = Database::open(directory_.path() / "elsewhere.db", Database::Access::kReadWrite, 0).value();
  const std::string before = read_file(path_);
  const std::string log = read_file(path_.string() + "-wal");
  ASSERT_FALSE(log.empty()) << "the new version is in the log only";
  refused(path_, Errc::kTooNew);
  EXPECT_EQ(read_file(path_), before);
  EXPECT_EQ(read_file(path_.string() + "-wal"), log);
}

TEST_F(SqliteOpen, ADamagedFileIsCorruptAndNotTouched) {
  ASSERT_TRUE(open().has_value());
  std::string text = read_file(path_);
  for (std::size_t at = 100; at < 4096; ++at) text[at] = static_cast<char>(at * 31);
  write_file(path_, text);
  const auto store = open();
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, Errc::kCorrupt);
  EXPECT_THAT(store.error().message, HasSubstr("backup"));
  EXPECT_EQ(read_file(path_), text);
}

TEST_F(SqliteOpen, ADamagedPageIsFoundWhenItIsRead) {
  const Collection things{"things", {}};
  {
    auto store = open();
    ASSERT_TRUE(store.has_value());
    ASSERT_TRUE(store->documents->open_collection(things).has_value());
    std::vector<Write> writes;
    for (int i = 0; i < 500; ++i) {
      writes.push_back({Write::Kind::kInsert, "things", {std::to_string(i), "{}", std::string(200, 's')}});
    }
    ASSERT_TRUE(testing::run(store->documents->write(std::move(writes))).has_value());
  }
  std::string text = read_file(path_);
  for (std::size_t at = text.size() / 2; at < text.size(); ++at) text[at] = '\xA5';
  write_file(path_, text);
  auto store = open();
  ASSERT_TRUE(store.has_value()) << "the first pages are fine";
  ASSERT_TRUE(store->documents->open_collection(things).has_value());
  EXPECT_EQ(testing::run(store->documents->find("things", Query{})).error(), Errc::kCorrupt);
  const auto visit = [](const DocumentStore::DocumentView&) { return true; };
  EXPECT_EQ(store->documents->scan("things", visit).error(), Errc::kCorrupt);
}

}  // namespace
}  // namespace aesel::storage::sqlite
