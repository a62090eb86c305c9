// The tables of one collection, and the names in them.
//   document_<collection>: sequence (creation order), key, body; an index per searched member
//   state_<collection>: sequence, state
// The state has a table of its own because it changes far more often than the body and is much smaller.
#pragma once

#include <string>

#include "storage/document_store.hpp"
#include "storage/sqlite/database.hpp"

namespace aesel::storage::sqlite {

/// Makes the tables and indexes that are missing. REQUIRES: a transaction, and is_valid(collection).
error_code make_tables(Database& database, const Collection& collection);

/// SQL with every $D replaced by the collection's document table and every $S by its state table.
/// REQUIRES: is_collection_name(collection).
std::string for_collection(std::string sql, const std::string& collection);

/// The expression of a member that is indexed; a search has to write it in the same way to go through the
/// index. REQUIRES: is_member_name(member).
std::string member_text(const std::string& column, const std::string& member);

/// Key, body, state and place of documents, without conditions.
inline constexpr const char* kSelectDocuments =
    "SELECT d.key, d.body, s.state, d.sequence FROM $D AS d LEFT JOIN $S AS s ON s.sequence = d.sequence";

}  // namespace aesel::storage::sqlite
