// The tables of one collection, and the names in them.
//   document_<collection>: sequence (creation order), key, body; an index per searched member
//   state_<collection>: sequence, state
// The state has a table of its own because it changes far more often than the body and is much smaller.
#pragma once

#include <string>
#include <vector>

#include "storage/document_store.hpp"
#include "storage/sqlite/database.hpp"

namespace aesel::storage::sqlite {

/// Makes the tables and indexes that are missing. REQUIRES: a transaction, and is_valid(collection).
error_code make_tables(Database& database, const Collection& collection);

/// SQL with every $D replaced by the collection's document table and every $S by its state table.
/// REQUIRES: is_collection_name(collection).
std::string for_collection(std::string sql, const std::string& collection);

/// Key, body and state of documents, without conditions.
inline constexpr const char* kSelectDocuments =
    "SELECT d.key, d.body, s.state FROM $D AS d LEFT JOIN $S AS s ON s.sequence = d.sequence";

/// A search as one SELECT. Parameters: the texts of `equals`, those of `contains`, the lists of `one_of` and
/// `keys` as json_list, the limit, the skip. A list is one parameter, so its length makes no new statement.
/// REQUIRES: is_collection_name(collection), is_valid(query).
std::string search_sql(const std::string& collection, const Query& query);

/// How many documents the search would find without limit and skip; the same parameters but those two.
std::string count_sql(const std::string& collection, const Query& query);

/// The texts as a JSON array, without those that hold a zero byte: SQLite would cut them there.
std::string json_list(const std::vector<std::string>& texts);

}  // namespace aesel::storage::sqlite
