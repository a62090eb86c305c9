#include "catalog/owner_change.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "access/ownership.hpp"
#include "json/value.hpp"
#include "storage/error.hpp"

namespace aesel::catalog {
namespace {

constexpr std::uint64_t kStepDocuments = 200;

storage::Query owned_by(const std::string& user) {
  storage::Query query;
  query.equals.emplace_back("user", user);
  query.limit = kStepDocuments;
  return query;
}

/// Nothing if the document is no JSON object.
std::optional<std::string> renamed(const storage::Document& document, const std::string& to) {
  auto body = json::parse(document.body);
  if (!body || !body->is_object()) return std::nullopt;
  const bool is_public = json::boolean(*body, "isPublic").value_or(false);
  const access::Ownership ownership{to,
                                    is_public ? access::Visibility::kPublic : access::Visibility::kPrivate};
  (*body)["user"] = to;
  (*body)["audience"] = access::audience(ownership);
  return body->dump();
}

Result<std::vector<storage::Write>> renames(const std::string& collection,
                                            std::vector<storage::Document> documents, const std::string& to) {
  std::vector<storage::Write> writes;
  for (storage::Document& document : documents) {
    std::optional<std::string> body = renamed(document, to);
    if (!body) return make_error_code(storage::Errc::kCorrupt);
    document.body = std::move(*body);
    writes.push_back({storage::Write::Kind::kReplace, collection, std::move(document)});
  }
  return writes;
}

std::vector<std::string> keys_of(const std::vector<storage::Document>& documents) {
  std::vector<std::string> keys;
  for (const storage::Document& document : documents) keys.push_back(document.key);
  return keys;
}

}  // namespace

Task<Result<std::uint64_t>> change_owner(storage::DocumentStore& store, net::NameLocks& locks,
                                         std::string collection, OwnerRename rename) {
  std::uint64_t count = 0;
  while (rename.from != rename.to) {
    storage::Query query = owned_by(rename.from);
    const auto found = co_await store.find(collection, query);
    if (!found) co_return found.error();
    if (found->empty()) break;
    const net::NameLocks::Turns turns = co_await locks.acquire(keys_of(*found));
    query.keys = keys_of(*found);
    auto documents = co_await store.find(collection, query);  // as they are now that nobody else changes them
    if (!documents) co_return documents.error();
    auto writes = renames(collection, std::move(*documents), rename.to);
    if (!writes) co_return writes.error();
    count += writes->size();
    const auto written = co_await store.write(std::move(*writes));
    if (!written) co_return written.error();
  }
  co_return count;
}

}  // namespace aesel::catalog
