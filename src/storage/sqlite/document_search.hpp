// A query as SQL. Queries of one shape give one statement, whatever their texts are; a list of texts is one
// parameter, so its length makes no new statement (but for the few of a merge).
#pragma once

#include <string>
#include <vector>

#include "storage/document_store.hpp"

namespace aesel::storage::sqlite {

struct Search {
  std::string sql;
  std::vector<std::string>
      texts;  // the parameters from ?1 on; a search has the limit and the skip after them
};

/// Key, body and state of what matches. REQUIRES: is_collection_name(collection), is_valid(query).
Search search_of(const std::string& collection, const Query& query);

/// How many match, without limit and skip. REQUIRES: as above.
Search count_of(const std::string& collection, const Query& query);

}  // namespace aesel::storage::sqlite
