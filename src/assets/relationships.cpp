#include "assets/relationships.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "storage/error.hpp"

namespace aesel::assets {
namespace {

using catalog::Outcome;
using catalog::Refusal;
using storage::Write;

constexpr const char* kCollection = "relationships";
constexpr std::uint64_t kStepRelationships = 1000;  // looked at in one go when only the visible ones count

storage::Query query_of(const Relationships::Selection& selection) {
  storage::Query query;
  if (!selection.asset.empty()) query.equals.emplace_back("assetId", selection.asset);
  if (!selection.related.empty()) query.equals.emplace_back("relatedId", selection.related);
  if (!selection.type.empty()) query.equals.emplace_back("relationshipType", selection.type);
  return query;
}

Write writing(Write::Kind kind, const Relationship& relationship) {
  return {kind, kCollection, {relationship.id.text(), stored_body(relationship), {}}};
}

Write erasure(const Relationship& relationship) {
  return {Write::Kind::kErase, kCollection, {relationship.id.text(), {}, {}}};
}

std::vector<std::string> ids_of(const Relationships::List& list) {
  std::vector<std::string> ids;
  for (const Relationship& relationship : list) ids.push_back(relationship.id.text());
  return ids;
}

bool is_one_of(const std::vector<std::string>& keys, const std::optional<std::string>& text) {
  return text && std::ranges::find(keys, *text) != keys.end();
}

std::optional<Refusal> refusal_of_too_many(const Relationships::List& list) {
  if (list.size() <= kRelationshipsMax) return std::nullopt;
  return Refusal::over_limit("that is more than " + std::to_string(kRelationshipsMax) +
                             " relationships; ask for pages of them with num_records and page");
}

}  // namespace

Relationships::Relationships(storage::DocumentStore& store, const Clock& clock, KeyGenerator& keys,
                             AssetVisibility& assets)
    : store_(store), clock_(clock), keys_(keys), assets_(assets), failures_(clock) {}

Result<void> Relationships::open() {
  return store_.open_collection({kCollection, {"assetId", "relatedId"}});
}

Task<Result<Relationships::List>> Relationships::stored(storage::Query query) {
  const auto documents = co_await store_.find(kCollection, std::move(query));
  if (!documents) co_return documents.error();
  List list;
  list.reserve(documents->size());
  for (const storage::Document& document : *documents) {
    std::optional<Relationship> relationship = relationship_from(document.key, document.body);
    if (!relationship) co_return make_error_code(storage::Errc::kCorrupt);
    list.push_back(std::move(*relationship));
  }
  co_return list;
}

Task<Result<Relationships::List>> Relationships::only_readable(Who who, List list) {
  if (!who) co_return list;
  std::vector<std::string> keys;
  for (const Relationship& relationship : list) keys.push_back(relationship.asset_id.value_or(std::string()));
  const Result<std::vector<bool>> readable = co_await assets_.readable(std::move(who), std::move(keys));
  if (!readable) co_return readable.error();
  List kept;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if ((*readable)[i]) kept.push_back(std::move(list[i]));
  }
  co_return kept;
}

/// The query's skip and limit count what is visible. The store cannot know that, so everything before has to
/// be looked at, unless everything is visible anyway.
Task<Result<Relationships::List>> Relationships::visible(Who who, storage::Query query) {
  if (!who) {
    auto all = co_await stored(std::move(query));
    co_return all;
  }
  std::uint64_t skip = std::exchange(query.skip, 0);
  const std::uint64_t limit = std::exchange(query.limit, kStepRelationships);
  List found;
  while (found.size() < limit) {
    auto step = co_await stored(query);
    if (!step) co_return step.error();
    const bool is_last = step->size() < kStepRelationships;
    auto readable = co_await only_readable(who, std::move(*step));
    if (!readable) co_return readable.error();
    for (Relationship& relationship : *readable) {
      if (skip > 0) {
        --skip;
      } else if (found.size() < limit) {
        found.push_back(std::move(relationship));
      }
    }
    if (is_last) break;
    query.skip += kStepRelationships;
  }
  co_return found;
}

Task<Result<Relationships::Held>> Relationships::hold(Who who, storage::Query query) {
  const auto found = co_await visible(who, query);
  if (!found) co_return found.error();
  Held held;
  if (found->empty()) co_return held;
  held.turns = co_await locks_.acquire(ids_of(*found));
  query.keys = ids_of(*found);
  auto list = co_await visible(std::move(who), std::move(query));
  if (!list) co_return list.error();
  held.list = std::move(*list);
  co_return held;
}

Task<Outcome<Relationships::List>> Relationships::insert(Relationship relationship) {
  relationship.id = RelationshipId{keys_.next(clock_.wall_ns())};
  std::vector<Write> writes;
  writes.push_back(writing(Write::Kind::kInsert, relationship));
  const Result<void> written = co_await store_.write(std::move(writes));
  if (!written) co_return failures_.refuse(written.error());
  List saved;
  saved.push_back(std::move(relationship));
  co_return saved;
}

Task<Outcome<Relationships::List>> Relationships::overwrite(Held held, Relationship relationship) {
  std::vector<Write> writes;
  for (Relationship& old : held.list) {
    relationship.id = old.id;
    old = relationship;
    writes.push_back(writing(Write::Kind::kReplace, old));
  }
  const Result<void> written = co_await store_.write(std::move(writes));
  if (!written) co_return failures_.refuse(written.error());
  co_return std::move(held.list);
}

Task<Outcome<Relationships::List>> Relationships::save(Who who, Relationship relationship,
                                                       Selection selection) {
  List target;
  target.push_back(relationship);
  const auto readable = co_await only_readable(who, std::move(target));
  if (!readable) co_return failures_.refuse(readable.error());
  if (readable->empty()) co_return Refusal::not_found("there is no such asset");
  const bool selects = !selection.type.empty() && selection.asset.empty() != selection.related.empty();
  if (selects) {
    storage::Query query = query_of(selection);
    query.limit = kRelationshipsMax + 1;
    auto held = co_await hold(std::move(who), std::move(query));
    if (!held) co_return failures_.refuse(held.error());
    if (auto refusal = refusal_of_too_many(held->list)) co_return std::move(*refusal);
    if (!held->list.empty()) {
      auto saved = co_await overwrite(std::move(*held), std::move(relationship));
      co_return saved;
    }
  }
  auto saved = co_await insert(std::move(relationship));
  co_return saved;
}

Task<Outcome<Relationships::List>> Relationships::find(Who who, Selection selection,
                                                       std::optional<catalog::Page> page) {
  storage::Query query = query_of(selection);
  query.skip = page ? page->skip : 0;
  query.limit = page ? page->limit : kRelationshipsMax + 1;
  auto found = co_await visible(std::move(who), std::move(query));
  if (!found) co_return failures_.refuse(found.error());
  if (auto refusal = refusal_of_too_many(*found)) co_return std::move(*refusal);
  co_return std::move(*found);
}

Task<Outcome<Relationships::List>> Relationships::bulk(Who who, RelationshipsOf of) {
  storage::Query query;
  query.limit = kRelationshipsMax + 1;
  if (!of.asset_ids.empty()) {
    query.one_of.emplace_back("assetId", std::move(of.asset_ids));
  } else if (!of.related_ids.empty()) {
    query.one_of.emplace_back("relatedId", std::move(of.related_ids));
  } else {
    co_return List();
  }
  auto found = co_await visible(std::move(who), std::move(query));
  if (!found) co_return failures_.refuse(found.error());
  if (auto refusal = refusal_of_too_many(*found)) co_return std::move(*refusal);
  co_return std::move(*found);
}

Task<Outcome<Relationships::List>> Relationships::erase(Who who, Selection selection) {
  storage::Query query = query_of(selection);
  query.limit = kRelationshipsMax + 1;
  auto held = co_await hold(std::move(who), std::move(query));
  if (!held) co_return failures_.refuse(held.error());
  if (auto refusal = refusal_of_too_many(held->list)) co_return std::move(*refusal);
  if (held->list.empty()) co_return List();
  std::vector<Write> writes;
  for (const Relationship& relationship : held->list) writes.push_back(erasure(relationship));
  const Result<void> written = co_await store_.write(std::move(writes));
  if (!written) co_return failures_.refuse(written.error());
  co_return std::move(held->list);
}

Write Relationships::insertion(Relationship relationship) {
  relationship.id = RelationshipId{keys_.next(clock_.wall_ns())};
  return writing(Write::Kind::kInsert, relationship);
}

/// One set of locks for both ends, because whoever holds some may not ask for smaller ones.
Task<Result<Relationships::Held>> Relationships::hold_both_ends(std::vector<std::string> keys) {
  std::set<std::string> ids;
  for (const char* end : {"assetId", "relatedId"}) {
    storage::Query query;
    query.one_of.emplace_back(end, keys);
    const auto found = co_await stored(std::move(query));
    if (!found) co_return found.error();
    for (const Relationship& relationship : *found) ids.insert(relationship.id.text());
  }
  Held held;
  if (ids.empty()) co_return held;
  std::vector<std::string> names(ids.begin(), ids.end());
  held.turns = co_await locks_.acquire(names);
  storage::Query query;
  query.keys = std::move(names);
  auto list = co_await stored(std::move(query));
  if (!list) co_return list.error();
  held.list = std::move(*list);
  std::erase_if(held.list, [&](const Relationship& relationship) {
    return !is_one_of(keys, relationship.asset_id) && !is_one_of(keys, relationship.related_id);
  });
  co_return held;
}

Task<Result<Relationships::Following>> Relationships::repoint(std::vector<std::string> from, std::string to) {
  auto held = co_await hold_both_ends(from);
  if (!held) co_return held.error();
  Following following;
  for (Relationship& relationship : held->list) {
    if (is_one_of(from, relationship.asset_id)) relationship.asset_id = to;
    if (is_one_of(from, relationship.related_id)) relationship.related_id = to;
    following.writes.push_back(writing(Write::Kind::kReplace, relationship));
  }
  following.turns = std::move(held->turns);
  co_return following;
}

Task<Result<Relationships::Following>> Relationships::erase_of(std::string key) {
  std::vector<std::string> keys;
  keys.push_back(std::move(key));
  auto held = co_await hold_both_ends(std::move(keys));
  if (!held) co_return held.error();
  Following following;
  for (const Relationship& relationship : held->list) following.writes.push_back(erasure(relationship));
  following.turns = std::move(held->turns);
  co_return following;
}

}  // namespace aesel::assets
