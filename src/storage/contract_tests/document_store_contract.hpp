// What every DocumentStore has to do, as tests. A back-end compiles document_store_contract.cpp into its test
// and instantiates the suite:
//   INSTANTIATE_TEST_SUITE_P(Memory, DocumentStoreContract, testing::Values(backend), backend_name);
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/contract_tests/durability.hpp"
#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/document_store.hpp"

namespace aesel::storage::testing {

struct DocumentStoreBackend {
  Durability durability = Durability::kDurable;
  /// A store that keeps its things below the directory. The second one opened there, after the first is gone,
  /// finds what the first has written, if it is durable.
  std::function<std::unique_ptr<DocumentStore>(const std::filesystem::path& directory)> open;

  friend std::ostream& operator<<(std::ostream& out, const DocumentStoreBackend&) {
    return out << "back-end";
  }
};

class DocumentStoreContract : public ::testing::TestWithParam<DocumentStoreBackend> {
 protected:
  void SetUp() override;
  /// Closes the store and opens it again.
  void reopen();
  bool is_durable() const { return GetParam().durability == Durability::kDurable; }

  error_code write(std::vector<Write> writes);
  error_code write(Write one);
  /// The keys that a search finds, in its order.
  std::vector<std::string> keys(Query query = {}, std::string collection = "things");
  /// An empty document when there is none.
  Document get(const std::string& key, const std::string& collection = "things");
  error_code get_error(const std::string& key, const std::string& collection = "things");

  ScratchDirectory directory_;
  std::unique_ptr<DocumentStore> store_;
};

}  // namespace aesel::storage::testing
