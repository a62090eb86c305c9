// The SQLite blob store beyond the contract: its file, its memory, its limits, a full disk.
#include "storage/sqlite/sqlite_blob_store.hpp"

#include <sys/mount.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/contract_tests/run.hpp"
#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/blob_file.hpp"
#include "storage/sqlite/blob_schema.hpp"
#include "storage/sqlite/file_size_limit.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::storage::sqlite {
namespace {

using storage::testing::run;
using storage::testing::run_all;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

constexpr std::uint64_t kMega = 1 << 20;

/// `bytes` bytes that are those of no other `name`.
Task<Result<Blob>> upload(BlobStore& store, std::string name, std::uint64_t bytes,
                          std::size_t piece_bytes = kMega) {
  const std::unique_ptr<BlobUpload> blob = store.upload();
  std::string piece(piece_bytes, 'x');
  piece.replace(0, name.size(), name);
  for (std::uint64_t sent = 0; sent < bytes; sent += piece.size()) {
    const Result<void> appended = co_await blob->append(std::string_view(piece).substr(0, bytes - sent));
    if (!appended) co_return appended.error();
  }
  co_return co_await blob->finish(std::move(name));
}

template <class T>
error_code error_of(const Result<T>& result) {
  return result ? error_code{} : result.error();
}

class SqliteBlobs : public ::testing::Test {
 protected:
  Result<std::unique_ptr<BlobStore>, OpenError> try_open() {
    SqliteBlobOptions options = options_;
    options.path = path_;
    return open_sqlite_blob_store(options);
  }
  std::unique_ptr<BlobStore> open() {
    auto store = try_open();
    if (!store) ADD_FAILURE() << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  error_code erase(BlobStore& store, std::string key) {
    std::vector<std::string> keys{std::move(key)};
    return error_of(run(store.erase(std::move(keys))));
  }
  std::string refused(Errc code) {
    const auto store = try_open();
    if (store) return "not refused";
    EXPECT_EQ(store.error().code, code) << store.error().message;
    EXPECT_THAT(store.error().message, HasSubstr(path_.string()));
    return store.error().message;
  }
  void execute(const std::string& sql) {
    auto database = Database::open(path_, Database::Access::kReadWrite, 2000);
    ASSERT_TRUE(database.has_value());
    ASSERT_FALSE(database->execute(sql)) << database->reason();
  }

  storage::testing::ScratchDirectory directory_;
  fs::path path_ = directory_.path() / "blobs.db";
  testing::BlobFile file_{path_};
  SqliteBlobOptions options_;
};

TEST_F(SqliteBlobs, ANewFileSaysWhatItIs) {
  const auto store = open();
  EXPECT_EQ(file_.integer("PRAGMA application_id"), blob_schema().application_id);
  EXPECT_EQ(file_.integer("PRAGMA user_version"), blob_schema().steps.back().version);
  EXPECT_EQ(file_.integer("PRAGMA page_size"), 65536);
  EXPECT_EQ(file_.integer("PRAGMA auto_vacuum"), 2);
}

TEST_F(SqliteBlobs, ClosingFoldsTheLogIntoTheFile) {
  auto store = open();
  ASSERT_FALSE(error_of(run(upload(*store, "a", kMega))));
  EXPECT_GT(file_.log_bytes(), 0U);
  store.reset();
  EXPECT_FALSE(fs::exists(path_.string() + "-wal"));
  EXPECT_EQ(file_.chunks(), 2);
}

TEST_F(SqliteBlobs, ASecondOpenIsRefused) {
  const auto store = open();
  const std::string message = refused(Errc::kInUse);
  EXPECT_THAT(message, HasSubstr("the blob store"));
  EXPECT_THAT(message, HasSubstr("storage.blobs.path"));
}

TEST_F(SqliteBlobs, AStoreOfDocumentsIsNoneOfBlobsAndTheOtherWayRound) {
  SqliteOptions documents;
  documents.path = path_;
  ASSERT_TRUE(open_sqlite_store(documents).has_value());
  EXPECT_THAT(refused(Errc::kCorrupt), HasSubstr("storage.blobs.path"));
  documents.path = path_ = directory_.path() / "other.db";
  ASSERT_NE(open(), nullptr);
  const auto store = open_sqlite_store(documents);
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, Errc::kCorrupt);
}

TEST_F(SqliteBlobs, ANewerFileIsRefused) {
  open();
  execute("PRAGMA user_version = 99");
  EXPECT_THAT(refused(Errc::kTooNew), HasSubstr("blob store version 99"));
}

TEST_F(SqliteBlobs, AFileWithoutItsTablesIsRefused) {
  open();
  execute("DROP TABLE chunks");
  EXPECT_THAT(refused(Errc::kCorrupt), HasSubstr("no such table: chunks"));
}

TEST_F(SqliteBlobs, AMissingChunkIsFoundWhenItIsRead) {
  const auto store = open();
  ASSERT_FALSE(error_of(run(upload(*store, "a", 2 * kMega))));
  execute("DELETE FROM chunks WHERE id % 2 = 1");
  std::string into(kMega, '\0');
  EXPECT_EQ(run(store->read("a", 0, into)).error(), Errc::kCorrupt);
  EXPECT_TRUE(run(store->find("a")).has_value());
}

TEST_F(SqliteBlobs, EqualContentIsStoredOnce) {
  const auto store = open();
  for (const char* key : {"a", "b", "c"}) {
    const auto blob = store->upload();
    ASSERT_TRUE(run(blob->append(std::string(3 * kMega, 'e'))).has_value());
    ASSERT_TRUE(run(blob->finish(key)).has_value());
  }
  file_.wait_until_tidy();
  EXPECT_EQ(file_.contents(), 1);
  EXPECT_EQ(file_.chunks(), 6);
}

TEST_F(SqliteBlobs, WhatIsErasedGivesItsSpaceBack) {
  const auto store = open();
  ASSERT_FALSE(error_of(run(upload(*store, "kept", kMega))));
  ASSERT_FALSE(error_of(run(upload(*store, "large", 40 * kMega))));
  ASSERT_FALSE(error_of(run(upload(*store, "later", kMega))));
  ASSERT_FALSE(erase(*store, "large"));
  file_.wait_until_tidy();
  EXPECT_EQ(file_.chunks(), 4);
  ASSERT_TRUE(run(store->check()).has_value()) << "the writer has done what came before";
  EXPECT_LT(file_.bytes(), 4 * kMega);
  EXPECT_TRUE(run(store->find("kept")).has_value());
  EXPECT_TRUE(run(store->find("later")).has_value());
}

TEST_F(SqliteBlobs, WhatIsDroppedGivesItsSpaceBack) {
  const auto store = open();
  for (int i = 0; i < 3; ++i) {
    const auto blob = store->upload();
    ASSERT_TRUE(run(blob->append(std::string(10 * kMega, static_cast<char>('a' + i)))).has_value());
  }
  file_.wait_until_tidy();
  EXPECT_EQ(file_.contents(), 0);
  EXPECT_EQ(file_.chunks(), 0);
}

TEST_F(SqliteBlobs, WhatWasUnderWayAtTheEndIsRemovedAtTheNextStart) {
  auto store = open();
  const auto blob = store->upload();
  ASSERT_TRUE(run(blob->append(std::string(20 * kMega, 'u'))).has_value());
  ASSERT_FALSE(error_of(run(upload(*store, "erased", 20 * kMega))));
  ASSERT_FALSE(erase(*store, "erased"));
  store.reset();
  EXPECT_GT(file_.chunks(), 0);
  store = open();
  file_.wait_until_tidy();
  EXPECT_EQ(file_.chunks(), 0);
}

Task<Result<Blob>> read_until(BlobStore& store, const bool& is_over) {
  std::string into(kMega, '\0');
  for (std::uint64_t offset = 0; !is_over; offset = (offset + kMega) % (8 * kMega)) {
    const Result<std::size_t> size = co_await store.read("read", offset, into);
    if (!size) co_return size.error();
  }
  co_return Blob{};
}

Task<Result<Blob>> upload_and_end(BlobStore& store, std::uint64_t bytes, bool& is_over) {
  Result<Blob> finished = co_await upload(store, "long", bytes);
  is_over = true;
  co_return finished;
}

TEST_F(SqliteBlobs, TheLogStaysSmallDuringALongUploadAndLongReading) {
  const auto store = open();
  ASSERT_FALSE(error_of(run(upload(*store, "read", 8 * kMega))));
  bool is_over = false;
  std::vector<Task<Result<Blob>>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(read_until(*store, is_over));
  tasks.push_back(upload_and_end(*store, 120 * kMega, is_over));
  for (const Result<Blob>& result : run_all(std::move(tasks))) ASSERT_TRUE(result.has_value());
  EXPECT_LT(file_.log_bytes(), 40 * kMega);
}

/// The most memory that this process had since it was last asked to forget it, in bytes.
std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

TEST_F(SqliteBlobs, TenLargeUploadsAtOnceNeedLittleMemory) {
  if (kIsSanitized) GTEST_SKIP() << "a sanitizer needs memory of its own";
  const auto store = open();
  std::ofstream("/proc/self/clear_refs") << "5";  // forget the peak
  const std::uint64_t before = peak_memory_bytes();
  std::vector<Task<Result<Blob>>> tasks;
  for (int i = 0; i < 10; ++i) tasks.push_back(upload(*store, "u" + std::to_string(i), 20 * kMega, 64 << 10));
  for (const Result<Blob>& finished : run_all(std::move(tasks))) ASSERT_TRUE(finished.has_value());
  EXPECT_LT(peak_memory_bytes() - before, 32 * kMega) << "ten chunks, ten pieces, caches";
}

TEST_F(SqliteBlobs, UploadsBeyondTheMemoryLimitAreRefusedAndOthersGoOn) {
  options_.upload_memory_bytes_max = 2 * kChunkBytes;
  const auto store = open();
  const std::string piece(300'000, 'p');
  auto first = store->upload();
  const auto second = store->upload();
  auto third = store->upload();
  ASSERT_TRUE(run(first->append(piece)).has_value());
  ASSERT_TRUE(run(first->append(piece)).has_value());
  ASSERT_TRUE(run(second->append(piece)).has_value());
  ASSERT_TRUE(run(second->append(piece)).has_value());
  EXPECT_EQ(error_of(run(third->append("x"))), Errc::kUnavailable);
  EXPECT_EQ(error_of(run(third->finish("third"))), Errc::kUnavailable) << "nothing else is left";
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(run(second->append(piece)).has_value()) << "it has its share";
  ASSERT_TRUE(run(second->finish("second")).has_value());
  first.reset();
  third = store->upload();
  EXPECT_TRUE(run(third->append(piece)).has_value());
}

TEST_F(SqliteBlobs, AFullDiskIsToldAndNothingIsLeftBehind) {
  const auto store = open();
  ASSERT_FALSE(error_of(run(upload(*store, "kept", kMega))));
  {
    const storage::testing::FileSizeLimit limit(24 * kMega);
    EXPECT_EQ(error_of(run(upload(*store, "large", 200 * kMega))), Errc::kFull);
    EXPECT_EQ(error_of(run(store->find("large"))), Errc::kNotFound);
    std::string into(kMega, '\0');
    EXPECT_EQ(run(store->read("kept", 0, into)).value(), kMega) << "reading goes on";
  }
  file_.wait_until_tidy();
  EXPECT_EQ(file_.chunks(), 2);
  EXPECT_TRUE(run(store->check()).has_value());
  EXPECT_FALSE(error_of(run(upload(*store, "large", 40 * kMega))));
}

/// A memory file system of its own, where that is allowed.
class SmallDisk {
 public:
  SmallDisk(fs::path where, std::uint64_t bytes) : where_(std::move(where)) {
    fs::create_directory(where_);
    const std::string size = "size=" + std::to_string(bytes);
    is_there_ = ::mount("tmpfs", where_.c_str(), "tmpfs", 0, size.c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_there_) ::umount2(where_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_there() const { return is_there_; }
  std::uint64_t available() const { return fs::space(where_).available; }

 private:
  fs::path where_;
  bool is_there_ = false;
};

TEST_F(SqliteBlobs, AnUploadLeavesTheLastOfASmallDiskToOthersAndGivesBackTheRest) {
  const SmallDisk disk(directory_.path() / "disk", 64 * kMega);
  if (!disk.is_there()) GTEST_SKIP() << "mounting a small disk is not allowed here";
  path_ = directory_.path() / "disk" / "blobs.db";
  file_ = testing::BlobFile(path_);
  const auto store = open();
  ASSERT_FALSE(error_of(run(upload(*store, "kept", kMega))));
  {
    const auto large = store->upload();
    const std::string piece = std::string(kMega, 'l');
    error_code error;
    while (!error) error = error_of(run(large->append(piece)));
    EXPECT_EQ(error, Errc::kFull);
    EXPECT_GT(disk.available(), 6 * kMega);
    EXPECT_TRUE(run(store->check()).has_value()) << "there is room for small things";
  }
  file_.wait_until_tidy();
  ASSERT_TRUE(run(store->check()).has_value());
  EXPECT_GT(disk.available(), 56 * kMega);
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(run(store->check()).has_value());
  EXPECT_GT(disk.available(), 48 * kMega) << "the log stays small where there is little room";
  EXPECT_FALSE(error_of(run(upload(*store, "again", 10 * kMega))));
}

Task<> upload_and_tell(BlobStore& store, std::string key, bool& is_finishing) {
  const std::unique_ptr<BlobUpload> blob = store.upload();
  const std::string content(2 * kMega, 'c');
  const Result<void> appended = co_await blob->append(content);
  is_finishing = appended.has_value();
  const Result<Blob> finished = co_await blob->finish(std::move(key));
  EXPECT_FALSE(finished.has_value()) << "nobody may hear of it in this test";
}

TEST_F(SqliteBlobs, AnUploadThatIsDroppedBeforeItHeardOfItsEndStaysFinished) {
  const auto store = open();
  {
    boost::asio::io_context short_lived(1);
    bool is_finishing = false;
    boost::asio::co_spawn(short_lived, upload_and_tell(*store, "a", is_finishing), boost::asio::detached);
    while (!is_finishing) short_lived.poll_one();
    ASSERT_TRUE(run(store->check()).has_value()) << "and what was asked before is done";
  }
  ASSERT_FALSE(error_of(run(upload(*store, "b", 2 * kMega))));
  file_.wait_until_tidy();
  ASSERT_TRUE(run(store->check()).has_value());
  std::string into(2 * kMega, '\0');
  EXPECT_EQ(run(store->read("a", 0, into)).value(), 2 * kMega);
  EXPECT_EQ(run(store->read("b", 0, into)).value(), 2 * kMega);
}

TEST_F(SqliteBlobs, QueuedUploadsAreFinishedBeforeTheStoreIsGone) {
  auto store = open();
  boost::asio::io_context context(1);
  int succeeded = 0;
  for (int i = 0; i < 50; ++i) {
    boost::asio::co_spawn(context, upload(*store, "k" + std::to_string(i), 1000, 1000),
                          [&](std::exception_ptr, Result<Blob> result) { succeeded += result ? 1 : 0; });
  }
  context.poll();
  store.reset();
  store = open();
  context.run();
  EXPECT_EQ(succeeded, 50);
  EXPECT_EQ(file_.integer("SELECT count(*) FROM blobs"), 50);
}

}  // namespace
}  // namespace aesel::storage::sqlite
