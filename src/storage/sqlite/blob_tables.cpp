// Content is deleted in slices, so that a gigabyte that goes does not keep those who come waiting.
#include "storage/sqlite/blob_tables.hpp"

#include <utility>

#include "base/check.hpp"
#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

/// Eight megabytes: a few milliseconds.
constexpr std::int64_t kChunksPerSlice = 16;

Statement prepare(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  CHECK(statement.has_value());  // the tables are there; only memory can fail it
  return std::move(*statement);
}

std::string_view bytes_of(const crypto::Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

BlobTables::BlobTables(Database& database)
    : database_(database),
      begin_(prepare(database, "INSERT INTO contents(id, bytes) VALUES(?1, 0)")),
      add_chunk_(prepare(database, "INSERT INTO chunks(id, bytes) VALUES(?1, ?2)")),
      find_unwanted_(prepare(database, "SELECT 1 FROM contents WHERE id = ?1 AND sha256 IS NULL")),
      find_key_(prepare(database, "SELECT 1 FROM blobs WHERE key = ?1")),
      find_content_(prepare(database, "SELECT id FROM contents WHERE sha256 = ?1")),
      complete_(prepare(database, "UPDATE contents SET bytes = ?2, sha256 = ?3 WHERE id = ?1")),
      add_key_(prepare(database, "INSERT INTO blobs(key, content) VALUES(?1, ?2)")),
      erase_key_(prepare(database, "DELETE FROM blobs WHERE key = ?1 RETURNING content")),
      find_use_(prepare(database, "SELECT 1 FROM blobs WHERE content = ?1 LIMIT 1")),
      give_up_(prepare(database, "UPDATE contents SET sha256 = NULL WHERE id = ?1")),
      erase_chunks_(prepare(database,
                            "DELETE FROM chunks WHERE id IN "
                            "(SELECT id FROM chunks WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3)")),
      erase_content_(prepare(database, "DELETE FROM contents WHERE id = ?1")),
      probe_(prepare(database,
                     "INSERT INTO probe(id, checks) VALUES(1, 1) "
                     "ON CONFLICT(id) DO UPDATE SET checks = checks + 1")) {
  next_content_ = database.integer("SELECT max(id) FROM contents").value() + 1;
  Statement unfinished = prepare(database, "SELECT id FROM contents WHERE sha256 IS NULL");
  while (unfinished.step().value()) garbage_.push_back(unfinished.integer(0));
}

Result<std::int64_t> BlobTables::first_integer(Statement& statement) {
  const RunGuard guard(statement);
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return *row ? statement.integer(0) : 0;
}

Result<ContentId> BlobTables::begin() {
  const ContentId content = next_content_++;
  begin_.bind(1, content);
  if (const error_code error = begin_.run()) return error;
  return content;
}

error_code BlobTables::add_chunk(ContentId content, std::uint64_t number, std::string_view bytes) {
  add_chunk_.bind(1, chunk_row(content, number));
  add_chunk_.bind_blob(2, bytes);
  return add_chunk_.run();
}

Result<ContentId> BlobTables::append(BlobDraft& draft, std::string_view chunk) {
  CHECK(draft.chunks < (std::uint64_t{1} << kChunkNumberBits));
  draft.digest.update(chunk);
  const Result<ContentId> content = draft.content == 0 ? begin() : draft.content;
  if (!content) return content;
  if (const error_code error = add_chunk(*content, draft.chunks, chunk)) return error;
  return content;
}

Result<Blob> BlobTables::finish(BlobDraft& draft, std::string_view last_chunk, const std::string& key) {
  if (key.empty()) return make_error_code(Errc::kInvalid);
  find_key_.bind(1, key);
  const Result<std::int64_t> taken = first_integer(find_key_);
  if (!taken) return taken.error();
  if (*taken != 0) return make_error_code(Errc::kExists);

  draft.digest.update(last_chunk);
  const crypto::Sha256 digest = draft.digest.finish();
  const std::uint64_t bytes = draft.bytes + last_chunk.size();
  find_content_.bind_blob(1, bytes_of(digest));
  Result<ContentId> content = first_integer(find_content_);
  if (!content) return content.error();
  if (*content != 0) {
    if (draft.content != 0) given_up_.push_back(draft.content);
  } else {
    content = draft.content == 0 ? begin() : draft.content;
    if (!content) return content.error();
    if (!last_chunk.empty()) {
      if (const error_code error = add_chunk(*content, draft.chunks, last_chunk)) return error;
    }
    complete_.bind(1, *content);
    complete_.bind(2, static_cast<std::int64_t>(bytes));
    complete_.bind_blob(3, bytes_of(digest));
    if (const error_code error = complete_.run()) return error;
  }
  add_key_.bind(1, key);
  add_key_.bind(2, *content);
  if (const error_code error = add_key_.run()) return error;
  return Blob{key, bytes, crypto::to_hex(digest)};
}

error_code BlobTables::erase(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    erase_key_.bind(1, key);
    const Result<ContentId> content = first_integer(erase_key_);
    if (!content) return content.error();
    if (*content == 0) continue;
    find_use_.bind(1, *content);
    const Result<std::int64_t> use = first_integer(find_use_);
    if (!use) return use.error();
    if (*use != 0) continue;
    give_up_.bind(1, *content);
    if (const error_code error = give_up_.run()) return error;
    given_up_.push_back(*content);
  }
  return {};
}

error_code BlobTables::probe() {
  return probe_.run();
}

void BlobTables::committed() {
  garbage_.insert(garbage_.end(), given_up_.begin(), given_up_.end());
  given_up_.clear();
}

void BlobTables::rolled_back() {
  given_up_.clear();
}

error_code BlobTables::clean() {
  const ContentId content = garbage_.front();
  find_unwanted_.bind(1, content);
  const Result<std::int64_t> unwanted = first_integer(find_unwanted_);
  if (!unwanted) return unwanted.error();
  is_first_gone_ = *unwanted == 0;
  if (is_first_gone_) return {};
  erase_chunks_.bind(1, chunk_row(content, 0));
  erase_chunks_.bind(2, chunk_row(content + 1, 0) - 1);
  erase_chunks_.bind(3, kChunksPerSlice);
  if (const error_code error = erase_chunks_.run()) return error;
  is_first_gone_ = database_.changes() < kChunksPerSlice;
  if (!is_first_gone_) return {};
  erase_content_.bind(1, content);
  return erase_content_.run();
}

void BlobTables::cleaned() {
  if (is_first_gone_) garbage_.pop_front();
  is_first_gone_ = false;
}

}  // namespace aesel::storage::sqlite
