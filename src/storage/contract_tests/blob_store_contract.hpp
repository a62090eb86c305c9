// What every BlobStore has to do, as tests. A back-end compiles blob_store_contract.cpp into its test and
// instantiates the suite:
//   INSTANTIATE_TEST_SUITE_P(Memory, BlobStoreContract, testing::Values(backend));
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/blob_store.hpp"
#include "storage/contract_tests/durability.hpp"
#include "storage/contract_tests/scratch_directory.hpp"

namespace aesel::storage::testing {

struct BlobStoreBackend {
  Durability durability = Durability::kDurable;
  /// A store that keeps its things below the directory. The second one opened there, after the first is gone,
  /// finds what the first has written, if it is durable.
  std::function<std::unique_ptr<BlobStore>(const std::filesystem::path& directory)> open;

  friend std::ostream& operator<<(std::ostream& out, const BlobStoreBackend&) { return out << "back-end"; }
};

class BlobStoreContract : public ::testing::TestWithParam<BlobStoreBackend> {
 protected:
  void SetUp() override;
  /// Closes the store and opens it again.
  void reopen();
  bool is_durable() const { return GetParam().durability == Durability::kDurable; }

  /// Uploads in one piece.
  error_code put(const std::string& key, const std::string& content);
  error_code erase(std::vector<std::string> keys);
  /// All bytes, read in pieces of that size; "error: ..." when that fails.
  std::string get(const std::string& key, std::size_t piece_bytes = 1 << 20);
  std::string read(const std::string& key, std::uint64_t offset, std::size_t bytes);
  error_code find_error(const std::string& key);
  std::vector<std::string> keys();

  ScratchDirectory directory_;
  std::unique_ptr<BlobStore> store_;
};

}  // namespace aesel::storage::testing
