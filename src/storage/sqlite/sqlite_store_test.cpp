// The SQLite stores against the contracts.
#include "storage/sqlite/sqlite_store.hpp"

#include "storage/contract_tests/document_store_contract.hpp"
#include "storage/contract_tests/graph_store_contract.hpp"

namespace aesel::storage::testing {
namespace {

SqliteStore open(const std::filesystem::path& directory) {
  SqliteOptions options;
  options.path = directory / "store.db";
  auto store = open_sqlite_store(options);
  EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
  return store ? std::move(*store) : SqliteStore{};
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

}  // namespace aesel::storage::testing
