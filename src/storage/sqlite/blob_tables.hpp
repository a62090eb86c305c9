// BlobTables: the changes of the blob file, inside the transactions that the writer opens, and the list of
// contents that nobody wants any more.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/digest.hpp"
#include "storage/blob_store.hpp"
#include "storage/sqlite/blob_schema.hpp"
#include "storage/sqlite/database.hpp"

namespace aesel::storage::sqlite {

/// An upload as far as it is stored.
struct BlobDraft {
  crypto::Sha256Digest digest;
  ContentId content = 0;  // zero: nothing of it is stored
  std::uint64_t chunks = 0;
  std::uint64_t bytes = 0;
};

/// Belongs to the writer thread. The database has to outlive it.
class BlobTables {
 public:
  /// REQUIRES: the tables are there. Finds what an earlier process left unfinished.
  explicit BlobTables(Database& database);

  /// Adds the next chunk of a draft and hashes it; says which content it is part of. The draft itself stays
  /// as it is, because the transaction may fail. REQUIRES: all chunks before it had kChunkBytes.
  Result<ContentId> append(BlobDraft& draft, std::string_view chunk);
  /// Gives the draft, with its last chunk, to the key; or equal content that is there already. kExists and
  /// kInvalid: nothing was changed.
  Result<Blob> finish(BlobDraft& draft, std::string_view last_chunk, const std::string& key);
  error_code erase(const std::vector<std::string>& keys);
  /// Proves that the file can be written.
  error_code probe();

  /// How the transaction ended: what finish and erase gave up is garbage, or is not.
  void committed();
  void rolled_back();

  /// Content that is stored without a key and is not wanted any more. Never fails, and does nothing to
  /// content that has a key: who drops an upload may not have heard that it was finished.
  void discard(ContentId content) { garbage_.push_back(content); }
  bool has_garbage() const { return !garbage_.empty(); }
  /// Deletes a few of the discarded chunks. In a transaction; call cleaned() when it was committed.
  error_code clean();
  void cleaned();

 private:
  Result<std::int64_t> first_integer(Statement& statement);
  Result<ContentId> begin();
  error_code add_chunk(ContentId content, std::uint64_t number, std::string_view bytes);

  Database& database_;
  Statement begin_, add_chunk_, find_unwanted_, find_key_, find_content_, complete_, add_key_, erase_key_,
      find_use_, give_up_, erase_chunks_, erase_content_, probe_;
  std::vector<ContentId> given_up_;  // by the transaction that is open
  std::deque<ContentId> garbage_;
  ContentId next_content_ = 1;  // no number is used twice, as somebody may discard it late
  bool is_first_gone_ = false;  // the first of the garbage was deleted by the transaction that is open
};

}  // namespace aesel::storage::sqlite
