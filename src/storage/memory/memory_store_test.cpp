// The memory stores against the contracts.
#include "storage/contract_tests/blob_store_contract.hpp"
#include "storage/contract_tests/document_store_contract.hpp"
#include "storage/contract_tests/graph_store_contract.hpp"

namespace aesel::storage::testing {

INSTANTIATE_TEST_SUITE_P(Memory, DocumentStoreContract,
                         ::testing::Values(DocumentStoreBackend{
                             Durability::kVolatile,
                             [](const std::filesystem::path&) { return make_memory_document_store(); }}));

INSTANTIATE_TEST_SUITE_P(Memory, GraphStoreContract,
                         ::testing::Values(GraphStoreBackend{
                             Durability::kVolatile,
                             [](const std::filesystem::path&) { return make_memory_graph_store(); }}));

INSTANTIATE_TEST_SUITE_P(Memory, BlobStoreContract,
                         ::testing::Values(BlobStoreBackend{
                             Durability::kVolatile,
                             [](const std::filesystem::path&) { return make_memory_blob_store(); }}));

}  // namespace aesel::storage::testing
