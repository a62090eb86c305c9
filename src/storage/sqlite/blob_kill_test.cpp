// kill -9 while blobs come and go: every confirmed one is there and whole, no other is there by half, and
// what belongs to none is cleaned away.
#include <map>
#include <random>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "crypto/digest.hpp"
#include "storage/contract_tests/run.hpp"
#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/sqlite/blob_file.hpp"
#include "storage/sqlite/killed_process.hpp"
#include "storage/sqlite/sqlite_blob_store.hpp"

namespace aesel::storage {
namespace {

/// What the helper has said so far, over all rounds.
struct Confirmed {
  std::map<std::string, std::string> present;  // key -> digest
  std::set<std::string> perhaps;               // was being finished or erased
  std::set<std::string> gone;

  void hear(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      std::istringstream words(line);
      std::string verb, key, digest;
      words >> verb >> key >> digest;
      if (verb == "began") perhaps.insert(key);
      if (verb == "has") {
        present[key] = digest;
        perhaps.erase(key);
      }
      if (verb == "erasing") {
        present.erase(key);
        perhaps.insert(key);
      }
      if (verb == "erased") {
        perhaps.erase(key);
        gone.insert(key);
      }
    }
  }
};

std::string digest_of(BlobStore& store, const Blob& blob) {
  crypto::Sha256Digest digest;
  std::string piece(1 << 20, '\0');
  for (std::uint64_t offset = 0; offset < blob.bytes;) {
    const auto size = testing::run(store.read(blob.key, offset, piece));
    if (!size || *size == 0) return "cannot be read";
    digest.update(std::string_view(piece).substr(0, *size));
    offset += *size;
  }
  return crypto::to_hex(digest.finish());
}

void check(BlobStore& store, const Confirmed& confirmed) {
  std::set<std::string> found;
  const auto visit = [&](const Blob& blob) {
    found.insert(blob.key);
    EXPECT_EQ(digest_of(store, blob), blob.sha256) << blob.key;
    EXPECT_FALSE(confirmed.gone.contains(blob.key)) << blob.key << " was erased";
    const auto known = confirmed.present.find(blob.key);
    if (known == confirmed.present.end()) {
      EXPECT_TRUE(confirmed.perhaps.contains(blob.key)) << blob.key << " comes from nowhere";
    } else {
      EXPECT_EQ(blob.sha256, known->second);
    }
    return true;
  };
  ASSERT_TRUE(store.scan(visit).has_value());
  for (const auto& [key, digest] : confirmed.present) {
    EXPECT_TRUE(found.contains(key)) << key << " was confirmed";
  }
}

TEST(SqliteBlobKill, FinishedBlobsAreWholeAndNothingElseIsLeft) {
  testing::ScratchDirectory directory;
  const std::filesystem::path path = directory.path() / "blobs.db";
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Confirmed confirmed;
  for (int round = 0; round < 5; ++round) {
    const auto lines = std::uniform_int_distribution<std::size_t>(1, 100)(random);
    const std::vector<std::string> said = testing::lines_of_killed(
        {AESEL_STORAGE_BLOB_KILL_HELPER, path.string(), "r" + std::to_string(round)}, lines);
    ASSERT_GE(said.size(), lines);
    confirmed.hear(said);

    SqliteBlobOptions options;
    options.path = path;
    auto store = open_sqlite_blob_store(options);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    check(**store, confirmed);
    sqlite::testing::BlobFile file(path);
    file.wait_until_tidy();
    EXPECT_EQ(file.integer("SELECT count(*) FROM contents WHERE bytes > 0 AND (bytes + 524287) / 524288 <> "
                           "(SELECT count(*) FROM chunks WHERE id >> 24 = contents.id)"),
              0);
    EXPECT_EQ(file.integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    check(**store, confirmed);
  }
}

}  // namespace
}  // namespace aesel::storage
