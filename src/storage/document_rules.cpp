// Names are checked by hand: they end up inside SQL and JSON paths, so nothing else may get through.
#include "storage/document_rules.hpp"

#include <algorithm>

namespace aesel::storage {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool is_collection_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return is_lower(c) || c == '_'; });
}

bool is_member_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_valid(const Collection& collection) {
  return is_collection_name(collection.name) && std::ranges::all_of(collection.indexed, is_member_name);
}

bool is_valid(const Query& query) {
  const auto good = [](const auto& condition) { return is_member_name(condition.first); };
  return std::ranges::all_of(query.equals, good) && std::ranges::all_of(query.contains, good) &&
         std::ranges::all_of(query.one_of, good);
}

}  // namespace aesel::storage
