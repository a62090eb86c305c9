// What every document store accepts, in one place, so that the back-ends refuse the same things.
#pragma once

#include <string_view>

#include "storage/document_store.hpp"

namespace aesel::storage {

/// [a-z_]+
bool is_collection_name(std::string_view name);

/// [A-Za-z_][A-Za-z0-9_]*: the members that can be indexed and searched.
bool is_member_name(std::string_view name);

/// The name of the collection and of every indexed member is good.
bool is_valid(const Collection& collection);

/// Every member that the query names is good.
bool is_valid(const Query& query);

}  // namespace aesel::storage
