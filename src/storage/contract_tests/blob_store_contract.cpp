// The contract of BlobStore.
#include "storage/contract_tests/blob_store_contract.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <span>

#include <gmock/gmock.h>

#include "crypto/digest.hpp"
#include "storage/contract_tests/run.hpp"
#include "storage/error.hpp"

namespace aesel::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Bytes that repeat nowhere; others for another seed.
std::string noise(std::size_t bytes, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::string text;
  text.reserve(bytes + 8);
  while (text.size() < bytes) {
    for (std::uint64_t word = random(), i = 0; i < 8; ++i, word >>= 8)
      text.push_back(static_cast<char>(word));
  }
  text.resize(bytes);
  return text;
}

Task<Result<Blob>> upload_in_pieces(BlobStore& store, std::string key, std::string_view content,
                                    std::vector<std::size_t> sizes) {
  const std::unique_ptr<BlobUpload> upload = store.upload();
  for (std::size_t i = 0; !content.empty(); ++i) {
    const std::string_view piece = content.substr(0, sizes[i % sizes.size()]);
    content.remove_prefix(piece.size());
    const Result<void> appended = co_await upload->append(piece);
    if (!appended) co_return appended.error();
  }
  co_return co_await upload->finish(std::move(key));
}

}  // namespace

void BlobStoreContract::SetUp() {
  reopen();
}

void BlobStoreContract::reopen() {
  store_.reset();
  store_ = GetParam().open(directory_.path());
  ASSERT_TRUE(store_);
}

error_code BlobStoreContract::put(const std::string& key, const std::string& content) {
  const auto upload = store_->upload();
  const Result<void> appended = run(upload->append(content));
  if (!appended) return appended.error();
  const Result<Blob> finished = run(upload->finish(key));
  if (!finished) return finished.error();
  const Blob expected{key, content.size(), crypto::to_hex(crypto::sha256(content))};
  EXPECT_EQ(*finished, expected);
  return {};
}

error_code BlobStoreContract::erase(std::vector<std::string> keys) {
  const Result<void> done = run(store_->erase(std::move(keys)));
  return done ? error_code{} : done.error();
}

std::string BlobStoreContract::get(const std::string& key, std::size_t piece_bytes) {
  std::string content;
  std::string piece(piece_bytes, '\0');
  for (;;) {
    const auto size = run(store_->read(key, content.size(), piece));
    if (!size) return "error: " + size.error().message();
    content.append(piece, 0, *size);
    if (*size < piece_bytes) return content;
  }
}

std::string BlobStoreContract::read(const std::string& key, std::uint64_t offset, std::size_t bytes) {
  std::string piece(bytes, '?');
  const auto size = run(store_->read(key, offset, piece));
  return size ? piece.substr(0, *size) : "error: " + size.error().message();
}

error_code BlobStoreContract::find_error(const std::string& key) {
  const auto found = run(store_->find(key));
  return found ? error_code{} : found.error();
}

std::vector<std::string> BlobStoreContract::keys() {
  std::vector<std::string> found;
  const auto visit = [&](const Blob& blob) {
    found.push_back(blob.key);
    return true;
  };
  EXPECT_TRUE(store_->scan(visit).has_value());
  return found;
}

TEST_P(BlobStoreContract, GivesBackWhatWasUploaded) {
  const std::string content = noise(100'000);
  ASSERT_FALSE(put("a", content));
  EXPECT_EQ(get("a"), content);
  const Blob expected{"a", 100'000, crypto::to_hex(crypto::sha256(content))};
  EXPECT_EQ(run(store_->find("a")).value(), expected);
}

TEST_P(BlobStoreContract, SizesAroundThoseOfPagesAndPieces) {
  for (const std::size_t bytes : {0UL, 1UL, 65'535UL, 65'536UL, 524'287UL, 524'288UL, 524'289UL, 1'048'576UL,
                                  1'572'863UL, 3'000'000UL}) {
    const std::string key = std::to_string(bytes);
    const std::string content = noise(bytes, bytes);
    ASSERT_FALSE(put(key, content));
    EXPECT_EQ(get(key, 300'000), content) << bytes;
    EXPECT_EQ(get(key, 4'000'000), content) << bytes;
  }
}

TEST_P(BlobStoreContract, PiecesOfAnySizeMakeTheSameBlob) {
  const std::string content = noise(2'500'000);
  const std::vector<std::vector<std::size_t>> cuts{{2'500'000}, {1'000'000},     {4096},
                                                   {524'288},   {524'287, 1, 2}, {100'000, 600'000, 3}};
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const std::string key = "cut" + std::to_string(i);
    const auto finished = run(upload_in_pieces(*store_, key, content, cuts[i]));
    ASSERT_TRUE(finished.has_value());
    const Blob expected{key, content.size(), crypto::to_hex(crypto::sha256(content))};
    EXPECT_EQ(*finished, expected);
    EXPECT_TRUE(get(key) == content) << key;
  }
}

TEST_P(BlobStoreContract, ReadsFromAnywhere) {
  const std::string content = noise(1'700'000);
  ASSERT_FALSE(put("a", content));
  for (const std::uint64_t offset : {0UL, 1UL, 65'530UL, 524'280UL, 524'288UL, 1'048'500UL, 1'699'999UL}) {
    for (const std::size_t bytes : {1UL, 10UL, 70'000UL, 524'288UL, 1'200'000UL, 2'000'000UL}) {
      EXPECT_TRUE(read("a", offset, bytes) == content.substr(offset, bytes)) << offset << " " << bytes;
    }
  }
  EXPECT_EQ(read("a", 0, 0), "");
  EXPECT_EQ(read("a", 1'700'000, 10), "");
  EXPECT_EQ(read("a", UINT64_MAX, 10), "");
  EXPECT_EQ(read("a", 1ULL << 45U, 10), "");
}

TEST_P(BlobStoreContract, AMissingKeyIsNotFound) {
  EXPECT_EQ(find_error("nobody"), Errc::kNotFound);
  std::array<char, 8> into{};
  EXPECT_EQ(run(store_->read("nobody", 0, into)).error(), Errc::kNotFound);
}

TEST_P(BlobStoreContract, AnUploadIsNowhereUntilItIsFinished) {
  const std::string content = noise(1'300'000);
  const auto upload = store_->upload();
  ASSERT_TRUE(run(upload->append(content)).has_value());
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(find_error("a"), Errc::kNotFound);
  ASSERT_TRUE(run(upload->finish("a")).has_value());
  EXPECT_THAT(keys(), ElementsAre("a"));
}

TEST_P(BlobStoreContract, AnUploadThatIsDroppedLeavesNothing) {
  const std::string content = noise(1'300'000);
  {
    const auto upload = store_->upload();
    ASSERT_TRUE(run(upload->append(content)).has_value());
  }
  EXPECT_THAT(keys(), IsEmpty());
  ASSERT_FALSE(put("a", content)) << "and does not stand in the way of the same content";
  EXPECT_TRUE(get("a") == content);
}

TEST_P(BlobStoreContract, AnUploadMayOutliveItsStore) {
  const std::string content = noise(700'000);
  auto begun = store_->upload();
  auto fresh = store_->upload();
  ASSERT_TRUE(run(begun->append(content)).has_value());
  reopen();
  EXPECT_EQ(run(begun->append(content)).error(), Errc::kUnavailable);
  EXPECT_EQ(run(fresh->finish("a")).error(), Errc::kUnavailable);
  begun.reset();
  fresh.reset();
  EXPECT_THAT(keys(), IsEmpty());
  ASSERT_FALSE(put("a", content));
}

TEST_P(BlobStoreContract, ATakenKeyStaysAsItIs) {
  ASSERT_FALSE(put("a", "first"));
  EXPECT_EQ(put("a", "second"), Errc::kExists);
  EXPECT_EQ(put("a", "first"), Errc::kExists);
  EXPECT_EQ(put("a", noise(1'300'000)), Errc::kExists);
  EXPECT_EQ(get("a"), "first");
  ASSERT_FALSE(put("b", "second"));
  EXPECT_EQ(get("b"), "second");
}

TEST_P(BlobStoreContract, AnEmptyKeyIsInvalid) {
  EXPECT_EQ(put("", "content"), Errc::kInvalid);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(BlobStoreContract, AnUploadIsFinishedOnce) {
  const auto upload = store_->upload();
  ASSERT_TRUE(run(upload->append("content")).has_value());
  ASSERT_TRUE(run(upload->finish("a")).has_value());
  EXPECT_EQ(run(upload->finish("b")).error(), Errc::kUnavailable);
  EXPECT_EQ(run(upload->append("more")).error(), Errc::kUnavailable);
  EXPECT_THAT(keys(), ElementsAre("a"));
  EXPECT_EQ(get("a"), "content");
}

TEST_P(BlobStoreContract, EqualContentServesEveryKeyUntilTheLastIsErased) {
  for (const std::string& content : {std::string(), std::string("small"), noise(1'300'000)}) {
    ASSERT_FALSE(put("a", content));
    ASSERT_FALSE(put("b", content));
    ASSERT_FALSE(put("c", content));
    ASSERT_FALSE(erase({"a"}));
    EXPECT_EQ(find_error("a"), Errc::kNotFound);
    EXPECT_TRUE(get("b") == content);
    ASSERT_FALSE(erase({"b", "c"}));
    EXPECT_THAT(keys(), IsEmpty());
    ASSERT_FALSE(put("d", content)) << "as if it had never been there";
    EXPECT_TRUE(get("d") == content);
    ASSERT_FALSE(erase({"d"}));
  }
}

TEST_P(BlobStoreContract, EraseIgnoresKeysThatAreNotThere) {
  ASSERT_FALSE(put("a", "1"));
  ASSERT_FALSE(put("b", "2"));
  EXPECT_FALSE(erase({}));
  EXPECT_FALSE(erase({"nobody", "a", "a", ""}));
  EXPECT_THAT(keys(), ElementsAre("b"));
  EXPECT_FALSE(erase({"a"}));
  ASSERT_FALSE(put("a", "3")) << "the key is free again";
  EXPECT_EQ(get("a"), "3");
}

TEST_P(BlobStoreContract, ScanVisitsInOrderOfKeysAndStopsWhenTold) {
  for (const char* key : {"b", "a", "Z", "\xC3\xA9", "c"}) ASSERT_FALSE(put(key, key));
  EXPECT_THAT(keys(), ElementsAre("Z", "a", "b", "c", "\xC3\xA9")) << "by bytes";
  int visits = 0;
  const auto two = [&](const Blob& blob) {
    EXPECT_EQ(blob.bytes, blob.key.size());
    EXPECT_EQ(blob.sha256, crypto::to_hex(crypto::sha256(blob.key)));
    return ++visits < 2;
  };
  ASSERT_TRUE(store_->scan(two).has_value());
  EXPECT_EQ(visits, 2);
}

TEST_P(BlobStoreContract, ManyUploadsAtOnceDoNotMix) {
  constexpr std::size_t kUploads = 12;
  std::vector<std::string> contents;
  for (std::size_t i = 0; i < kUploads; ++i) contents.push_back(noise(900'000 + i * 50'000, i / 2));
  std::vector<Task<Result<Blob>>> tasks;
  for (std::size_t i = 0; i < kUploads; ++i) {
    std::vector<std::size_t> sizes{50'000 + i * 10'000};
    tasks.push_back(upload_in_pieces(*store_, std::to_string(i), contents[i], std::move(sizes)));
  }
  for (const Result<Blob>& finished : run_all(std::move(tasks))) ASSERT_TRUE(finished.has_value());
  for (std::size_t i = 0; i < kUploads; ++i) EXPECT_TRUE(get(std::to_string(i)) == contents[i]) << i;
}

TEST_P(BlobStoreContract, OfManyUploadsToOneKeyExactlyOneWins) {
  std::vector<std::string> contents;
  for (std::uint64_t i = 0; i < 16; ++i) contents.push_back(noise(i % 2 == 0 ? 1000 : 600'000, i));
  std::vector<Task<Result<Blob>>> tasks;
  std::vector<std::size_t> whole{SIZE_MAX};
  for (const std::string& content : contents) {
    tasks.push_back(upload_in_pieces(*store_, "contested", content, whole));
  }
  std::vector<std::string> winners;
  for (const Result<Blob>& finished : run_all(std::move(tasks))) {
    if (finished) {
      winners.push_back(finished->sha256);
    } else {
      EXPECT_EQ(finished.error(), Errc::kExists);
    }
  }
  ASSERT_EQ(winners.size(), 1U);
  EXPECT_EQ(crypto::to_hex(crypto::sha256(get("contested"))), winners.front());
}

namespace {

/// Uploads, reads back and erases, again and again; says how often all was as it should be.
Task<Result<int>> come_and_go(BlobStore& store, std::string key, std::string_view content) {
  std::string seen(content.size() + 10, '\0');
  int good = 0;
  for (int round = 0; round < 6; ++round) {
    std::vector<std::size_t> sizes{200'000};
    const Result<Blob> finished = co_await upload_in_pieces(store, key, content, std::move(sizes));
    if (!finished) co_return finished.error();
    const Result<std::size_t> size = co_await store.read(key, 0, seen);
    if (!size) co_return size.error();
    const bool is_same = std::string_view(seen).substr(0, *size) == content;
    std::vector<std::string> keys{key};
    const Result<void> erased = co_await store.erase(std::move(keys));
    if (!erased) co_return erased.error();
    const Result<Blob> gone = co_await store.find(key);
    if (is_same && !gone && gone.error() == Errc::kNotFound) ++good;
  }
  co_return good;
}

}  // namespace

TEST_P(BlobStoreContract, EqualContentThatComesAndGoesIsNeverMissed) {
  const std::string content = noise(700'000);
  std::vector<Task<Result<int>>> tasks;
  for (int i = 0; i < 8; ++i) tasks.push_back(come_and_go(*store_, "k" + std::to_string(i), content));
  for (const Result<int>& good : run_all(std::move(tasks))) EXPECT_EQ(good.value(), 6);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(BlobStoreContract, CheckSucceeds) {
  EXPECT_TRUE(run(store_->check()).has_value());
}

TEST_P(BlobStoreContract, ReopeningFindsEverythingThatIsDurable) {
  const std::string content = noise(1'300'000);
  ASSERT_FALSE(put("a", content));
  ASSERT_FALSE(put("b", ""));
  ASSERT_FALSE(put("c", content));
  ASSERT_FALSE(put("gone", noise(800'000, 2)));
  ASSERT_FALSE(erase({"gone", "c"}));
  reopen();
  if (!is_durable()) {
    EXPECT_THAT(keys(), IsEmpty());
    return;
  }
  EXPECT_THAT(keys(), ElementsAre("a", "b"));
  EXPECT_TRUE(get("a") == content);
  EXPECT_EQ(get("b"), "");
  ASSERT_FALSE(put("d", content));
  ASSERT_FALSE(erase({"a"}));
  reopen();
  EXPECT_THAT(keys(), ElementsAre("b", "d"));
  EXPECT_TRUE(get("d") == content);
}

}  // namespace aesel::storage::testing
