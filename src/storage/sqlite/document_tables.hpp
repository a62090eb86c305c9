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

/// The expression that is indexed for a member: it has to be written the same way in a search.
/// REQUIRES: is_member_name(member).
std::string member_text(const std::string& column, const std::string& member);

}  // namespace aesel::storage::sqlite
