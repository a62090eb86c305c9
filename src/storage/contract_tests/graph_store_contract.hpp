// What every GraphStore has to do, as tests. Used as document_store_contract.hpp is.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <vector>

#include <gtest/gtest.h>

#include "storage/contract_tests/document_store_contract.hpp"
#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/graph_store.hpp"

namespace aesel::storage::testing {

struct GraphStoreBackend {
  Durability durability = Durability::kDurable;
  /// As DocumentStoreBackend::open.
  std::function<std::unique_ptr<GraphStore>(const std::filesystem::path& directory)> open;

  friend std::ostream& operator<<(std::ostream& out, const GraphStoreBackend&) { return out << "back-end"; }
};

class GraphStoreContract : public ::testing::TestWithParam<GraphStoreBackend> {
 protected:
  void SetUp() override;
  /// A durable store is closed and opened again, so that what is loaded comes from the disk.
  GraphContents load();
  error_code apply(std::vector<GraphChange> changes);
  error_code apply(GraphChange change);

  ScratchDirectory directory_;
  std::unique_ptr<GraphStore> store_;
};

}  // namespace aesel::storage::testing
