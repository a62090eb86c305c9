// The SQLite stores against the contracts.
#include "storage/sqlite/sqlite_store.hpp"

#include "storage/contract_tests/blob_store_contract.hpp"
#include "storage/contract_tests/document_store_contract.hpp"
#include "storage/contract_tests/graph_store_contract.hpp"
#include "storage/sqlite/sqlite_blob_store.hpp"

namespace aesel::storage::testing {
namespace {

SqliteStore open(const std::filesystem::path& directory) {
  SqliteOptions options;
  options.path = directory / "store.db";
  auto store = open_sqlite_store(options);
  EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
  return store ? std::move(*store) : SqliteStore{};
}

std::unique_ptr<BlobStore> open_blobs(const std::filesystem::path& directory) {
  SqliteBlobOptions options;
  options.path = directory / "blobs.db";
  auto store = open_sqlite_blob_store(options);
  EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
  return store ? std::move(*store) : nullptr;
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Sqlite, DocumentStoreContract,
                         ::testing::Values(DocumentStoreBackend{Durability::kDurable,
                                                                [](const std::filesystem::path& directory) {
                                                                  return open(directory).documents;
                                                                }}));

INSTANTIATE_TEST_SUITE_P(Sqlite, GraphStoreContract,
                         ::testing::Values(GraphStoreBackend{
                             Durability::kDurable,
                             [](const std::filesystem::path& directory) { return open(directory).graph; }}));

INSTANTIATE_TEST_SUITE_P(Sqlite, BlobStoreContract,
                         ::testing::Values(BlobStoreBackend{Durability::kDurable, open_blobs}));

}  // namespace aesel::storage::testing
