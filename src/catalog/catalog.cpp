#include "catalog/catalog.hpp"

#include <algorithm>
#include <utility>

#include "access/ownership.hpp"
#include "catalog/entry_record.hpp"
#include "storage/error.hpp"

namespace aesel::catalog {
namespace {

constexpr std::uint64_t kStepEntries = 200;  // read from the store at once, for the sake of memory

/// What is given and not empty overwrites.
void set_if(std::string& member, const std::string& value) {
  if (!value.empty()) member = value;
}

storage::Query query_of(const Filter& filter) {
  storage::Query query;
  if (!filter.name.empty()) query.equals.emplace_back("name", filter.name);
  if (!filter.category.empty()) query.equals.emplace_back("category", filter.category);
  for (const std::string& tag : filter.tags) query.contains.emplace_back("tags", tag);
  return query;
}

}  // namespace

Catalog::Catalog(storage::DocumentStore& store, const Clock& clock, KeyGenerator& keys, Kind kind)
    : store_(store), keys_(keys), clock_(clock), kind_(std::move(kind)), failures_(clock) {}

Result<void> Catalog::open() {
  return store_.open_collection({kind_.collection, {"name", "category", "user"}});
}

Refusal Catalog::not_found() const {
  return Refusal::not_found("there is no such " + kind_.noun);
}

Outcome<EntryId> Catalog::id_of(std::string_view text) const {
  const std::optional<EntryId> id = EntryId::parse(text);
  if (!id) return not_found();
  return *id;
}

Task<Outcome<Entry>> Catalog::load(EntryId id) {
  const auto document = co_await store_.get(kind_.collection, id.text());
  if (!document && document.error() == storage::Errc::kNotFound) co_return not_found();
  if (!document) co_return failures_.refuse(document.error());
  std::optional<Entry> entry = from_stored(*document);
  if (!entry) co_return failures_.refuse(make_error_code(storage::Errc::kCorrupt));
  co_return std::move(*entry);
}

Task<Outcome<void>> Catalog::write(storage::Write::Kind kind, const Entry& entry) {
  storage::Write write{kind, kind_.collection, to_stored(entry)};
  if (write.document.body.size() > kEntryBytesMax) {
    co_return Refusal::over_limit("the " + kind_.noun + " would be larger than " +
                                  std::to_string(kEntryBytesMax) + " bytes");
  }
  std::vector<storage::Write> writes;
  writes.push_back(std::move(write));
  const Result<void> written = co_await store_.write(std::move(writes));
  if (!written) co_return failures_.refuse(written.error());
  co_return Outcome<void>();
}

Task<Outcome<Entry>> Catalog::create(Who who, EntryInput input, json::Value more) {
  Entry entry;
  entry.id = EntryId{keys_.next(clock_.wall_ns())};
  entry.name = std::move(input.name);
  entry.description = std::move(input.description);
  entry.category = std::move(input.category);
  entry.thumbnail = std::move(input.thumbnail);
  if (who) entry.user = who->username;
  entry.is_public = input.is_public.value_or(false);
  entry.tags = std::move(input.tags);
  entry.more = std::move(more);
  const Outcome<void> written = co_await write(storage::Write::Kind::kInsert, entry);
  if (!written) co_return written.error();
  co_return entry;
}

Task<Outcome<Entry>> Catalog::get(Who who, EntryId id) {
  Outcome<Entry> entry = co_await load(id);
  if (entry && !access::may_read(who, ownership_of(*entry))) co_return not_found();
  co_return entry;
}

Task<Outcome<std::vector<Entry>>> Catalog::list(Who who, Filter filter, Page page) {
  storage::Query query = query_of(filter);
  query.skip = page.skip;
  query.limit = page.limit;
  Gathered gathered;
  const Outcome<void> done = co_await gather(std::move(who), std::move(query), gathered);
  if (!done) co_return done.error();
  co_return std::move(gathered.entries);
}

Task<Outcome<std::vector<Entry>>> Catalog::bulk(Who who, std::vector<EntryId> ids) {
  std::ranges::sort(ids);
  Gathered gathered;
  for (std::size_t i = 0; i < ids.size(); i += kStepEntries) {
    storage::Query query;
    query.keys.emplace();
    const std::size_t end = std::min(i + kStepEntries, ids.size());
    for (std::size_t k = i; k < end; ++k) query.keys->push_back(ids[k].text());
    query.limit = end - i;
    const Outcome<void> done = co_await gather(who, std::move(query), gathered);
    if (!done) co_return done.error();
  }
  co_return std::move(gathered.entries);
}

Task<Outcome<void>> Catalog::gather(Who who, storage::Query query, Gathered& into) {
  if (auto audiences = access::audiences_of(who))
    query.one_of.emplace_back("audience", std::move(*audiences));
  while (query.limit > 0) {
    storage::Query step = query;
    step.limit = std::min(query.limit, kStepEntries);
    const auto documents = co_await store_.find(kind_.collection, std::move(step));
    if (!documents) co_return failures_.refuse(documents.error());
    for (const storage::Document& document : *documents) {
      std::optional<Entry> entry = from_stored(document);
      if (!entry) co_return failures_.refuse(make_error_code(storage::Errc::kCorrupt));
      into.entries.push_back(std::move(*entry));
      into.bytes += document.body.size();
    }
    if (into.bytes > kind_.list_bytes_max) {
      co_return Refusal::over_limit("that is too much at once; ask for fewer");
    }
    if (documents->size() < kStepEntries) break;
    query.skip += kStepEntries;
    query.limit -= kStepEntries;
  }
  co_return Outcome<void>();
}

Task<Outcome<Entry>> Catalog::rewrite(EntryId id, Edit edit) {
  std::vector<std::string> names{id.text()};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  const Outcome<Entry> before = co_await load(id);
  if (!before) co_return before;
  Entry after = *before;
  if (std::optional<Refusal> refusal = edit(after)) co_return std::move(*refusal);
  if (after == *before) co_return after;
  const Outcome<void> written = co_await write(storage::Write::Kind::kReplace, after);
  if (!written) co_return written.error();
  co_return after;
}

Task<Outcome<Entry>> Catalog::change(Who who, EntryId id, Edit edit) {
  Edit checked = [this, who = std::move(who), edit = std::move(edit)](Entry& entry) {
    if (!access::may_read(who, ownership_of(entry))) return std::optional<Refusal>(not_found());
    return edit(entry);
  };
  Outcome<Entry> changed = co_await rewrite(id, std::move(checked));
  co_return changed;
}

/// An admin may publish what he cannot see; afterwards he can.
Task<Outcome<Entry>> Catalog::update(Who who, EntryId id, EntryInput input) {
  Edit edit = [this, who = std::move(who), input = std::move(input)](Entry& entry) -> std::optional<Refusal> {
    const access::Ownership ownership = ownership_of(entry);
    const bool has_control = access::may_control(who, ownership);
    const bool is_public = input.is_public.value_or(entry.is_public);
    const bool publishes = has_control && is_public && !entry.is_public;
    if (!access::may_read(who, ownership) && !publishes) return not_found();
    if (is_public != entry.is_public && !has_control) {
      return Refusal::forbidden("only its owner or an admin may change who sees the " + kind_.noun);
    }
    set_if(entry.name, input.name);
    set_if(entry.description, input.description);
    set_if(entry.category, input.category);
    set_if(entry.thumbnail, input.thumbnail);
    if (!input.tags.empty()) entry.tags = input.tags;
    entry.is_public = is_public;
    return std::nullopt;
  };
  Outcome<Entry> changed = co_await rewrite(id, std::move(edit));
  co_return changed;
}

Task<Outcome<Entry>> Catalog::add_tag(Who who, EntryId id, std::string tag) {
  Edit edit = [tag = std::move(tag)](Entry& entry) { return add_to_set(entry.tags, tag, "tags"); };
  Outcome<Entry> changed = co_await change(std::move(who), id, std::move(edit));
  co_return changed;
}

Task<Outcome<Entry>> Catalog::remove_tag(Who who, EntryId id, std::string tag) {
  Edit edit = [tag = std::move(tag)](Entry& entry) {
    std::erase(entry.tags, tag);
    return std::nullopt;
  };
  Outcome<Entry> changed = co_await change(std::move(who), id, std::move(edit));
  co_return changed;
}

Task<Outcome<void>> Catalog::erase(Who who, EntryId id) {
  std::vector<std::string> names{id.text()};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  const Outcome<Entry> entry = co_await load(id);
  if (!entry && entry.error().status == 404) co_return Outcome<void>();
  if (!entry) co_return entry.error();
  const access::Ownership ownership = ownership_of(*entry);
  if (!access::may_control(who, ownership)) {
    if (!access::may_read(who, ownership)) co_return Outcome<void>();
    co_return Refusal::forbidden("only its owner or an admin may delete the " + kind_.noun);
  }
  std::vector<storage::Write> writes;
  writes.push_back({storage::Write::Kind::kErase, kind_.collection, {id.text(), {}, {}}});
  const Result<void> written = co_await store_.write(std::move(writes));
  if (!written) co_return failures_.refuse(written.error());
  co_return Outcome<void>();
}

Task<Result<std::uint64_t>> Catalog::rename_owner(OwnerRename rename) {
  auto changed = co_await change_owner(store_, locks_, kind_.collection, std::move(rename));
  co_return changed;
}

}  // namespace aesel::catalog
