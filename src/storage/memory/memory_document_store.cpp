// Documents in memory: for tests and for `--storage memory`. Indexed members are kept in ordered sets, so
// that a search costs what it finds. A list of writes is undone in reverse when one of them fails.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/ids.hpp"
#include "json/value.hpp"
#include "storage/document_rules.hpp"
#include "storage/document_store.hpp"
#include "storage/error.hpp"

namespace aesel::storage {
namespace {

using Kind = Write::Kind;

const std::string* text_member(const json::Value& body, std::string_view name) {
  const auto member = body.find(name);
  return member == body.end() ? nullptr : member->get_ptr<const std::string*>();
}

bool holds(const json::Value& body, const std::string& name, const std::string& text) {
  const auto member = body.find(name);
  return member != body.end() && member->is_array() &&
         std::ranges::find(*member, json::Value(text)) != member->end();
}

bool matches(const json::Value& body, const Query& query) {
  for (const auto& [name, text] : query.equals) {
    const std::string* member = text_member(body, name);
    if (member == nullptr || *member != text) return false;
  }
  for (const auto& [name, texts] : query.one_of) {
    const std::string* member = text_member(body, name);
    if (member == nullptr || std::ranges::find(texts, *member) == texts.end()) return false;
  }
  return std::ranges::all_of(
      query.contains, [&](const auto& condition) { return holds(body, condition.first, condition.second); });
}

bool has_conditions_on_body(const Query& query) {
  return !query.equals.empty() || !query.contains.empty() || !query.one_of.empty();
}

/// One collection: documents by creation order, and the ways to find them.
class Shelf {
 public:
  struct Entry {
    std::int64_t sequence = 0;
    Document document;
  };

  void add_index(const std::string& member) {
    if (!index_.try_emplace(member).second) return;
    for (const auto& [sequence, document] : documents_) index_document(member, sequence, document.body);
  }

  const Document* find(const std::string& key) const {
    const auto found = sequences_.find(key);
    return found == sequences_.end() ? nullptr : &documents_.at(found->second);
  }

  std::optional<Entry> copy(const std::string& key) const {
    const auto found = sequences_.find(key);
    if (found == sequences_.end()) return std::nullopt;
    return Entry{found->second, documents_.at(found->second)};
  }

  std::int64_t next_sequence() const { return documents_.empty() ? 1 : documents_.rbegin()->first + 1; }

  void erase(const std::string& key) {
    const auto found = sequences_.find(key);
    if (found == sequences_.end()) return;
    unindex(found->second, documents_.at(found->second).body);
    documents_.erase(found->second);
    sequences_.erase(found);
  }

  void restore(Entry entry) {
    erase(entry.document.key);
    for (const auto& [member, values] : index_) index_document(member, entry.sequence, entry.document.body);
    sequences_.emplace(entry.document.key, entry.sequence);
    documents_.emplace(entry.sequence, std::move(entry.document));
  }

  void set_state(const std::string& key, std::string state) {
    const auto found = sequences_.find(key);
    if (found != sequences_.end()) documents_.at(found->second).state = std::move(state);
  }

  std::vector<Document> search(const Query& query) const;
  std::uint64_t count(const Query& query) const;
  const std::map<std::int64_t, Document>& documents() const { return documents_; }

 private:
  using Values = std::set<std::pair<std::string, std::int64_t>>;

  void index_document(const std::string& member, std::int64_t sequence, const std::string& body) {
    const json::Value value = json::Value::parse(body);
    if (const std::string* text = text_member(value, member)) index_.at(member).emplace(*text, sequence);
  }

  void unindex(std::int64_t sequence, const std::string& body) {
    if (index_.empty()) return;
    const json::Value value = json::Value::parse(body);
    for (auto& [member, values] : index_) {
      if (const std::string* text = text_member(value, member)) values.erase({*text, sequence});
    }
  }

  /// The places of all documents that can match, as far as keys and indexes tell; nothing when they do not.
  std::optional<std::vector<std::int64_t>> places(const Query& query) const;
  std::vector<std::int64_t> places_of_texts(const Values& values, std::vector<std::string> texts) const;
  /// Calls `visit` with every document that matches, in creation order, until it returns false.
  void visit_matches(const Query& query, const std::function<bool(const Document&)>& visit) const;

  std::map<std::int64_t, Document> documents_;
  std::unordered_map<std::string, std::int64_t> sequences_;
  std::map<std::string, Values> index_;  // member -> (text, sequence)
};

std::vector<std::int64_t> Shelf::places_of_texts(const Values& values, std::vector<std::string> texts) const {
  std::ranges::sort(texts);
  texts.erase(std::ranges::unique(texts).begin(), texts.end());
  std::vector<std::int64_t> places;
  for (const std::string& text : texts) {
    for (auto at = values.lower_bound({text, INT64_MIN}); at != values.end() && at->first == text; ++at) {
      places.push_back(at->second);
    }
  }
  if (texts.size() > 1) std::ranges::sort(places);
  return places;
}

std::optional<std::vector<std::int64_t>> Shelf::places(const Query& query) const {
  if (query.keys) {
    std::set<std::int64_t> places;
    for (const std::string& key : *query.keys) {
      const auto found = sequences_.find(key);
      if (found != sequences_.end()) places.insert(found->second);
    }
    return std::vector<std::int64_t>(places.begin(), places.end());
  }
  for (const auto& [member, text] : query.equals) {
    const auto index = index_.find(member);
    if (index != index_.end()) return places_of_texts(index->second, {text});
  }
  for (const auto& [member, texts] : query.one_of) {
    const auto index = index_.find(member);
    if (index != index_.end()) return places_of_texts(index->second, texts);
  }
  return std::nullopt;
}

void Shelf::visit_matches(const Query& query, const std::function<bool(const Document&)>& visit) const {
  const bool every = !has_conditions_on_body(query);
  const auto goes_on = [&](const Document& document) {
    return (!every && !matches(json::Value::parse(document.body), query)) || visit(document);
  };
  if (const auto known = places(query)) {
    for (const std::int64_t sequence : *known) {
      if (!goes_on(documents_.at(sequence))) return;
    }
    return;
  }
  for (const auto& [sequence, document] : documents_) {
    if (!goes_on(document)) return;
  }
}

std::uint64_t Shelf::count(const Query& query) const {
  if (!query.keys && !has_conditions_on_body(query)) return documents_.size();
  std::uint64_t number = 0;
  visit_matches(query, [&](const Document&) { return ++number > 0; });
  return number;
}

std::vector<Document> Shelf::search(const Query& query) const {
  const bool by_key = query.order == Order::kKey;
  std::vector<const Document*> found;
  std::uint64_t skip = by_key ? 0 : query.skip;
  const std::uint64_t limit = by_key ? UINT64_MAX : query.limit;
  visit_matches(query, [&](const Document& document) {
    if (found.size() >= limit) return false;
    if (skip > 0) {
      --skip;
      return true;
    }
    found.push_back(&document);
    return true;
  });
  if (by_key) {
    std::ranges::sort(found, {},
                      [](const Document* document) -> const std::string& { return document->key; });
    found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(
                                                   std::min<std::uint64_t>(query.skip, found.size())));
    if (found.size() > query.limit) found.resize(query.limit);
  }
  std::vector<Document> documents;
  documents.reserve(found.size());
  for (const Document* document : found) documents.push_back(*document);
  return documents;
}

class MemoryDocumentStore final : public DocumentStore {
 public:
  Result<void> open_collection(const Collection& collection) override {
    if (!is_valid(collection)) return make_error_code(Errc::kInvalid);
    Shelf& shelf = shelves_[collection.name];
    for (const std::string& member : collection.indexed) shelf.add_index(member);
    return {};
  }

  Task<Result<Document>> get(std::string collection, std::string key) override {
    const Shelf* shelf = find_shelf(collection);
    if (shelf == nullptr) co_return make_error_code(Errc::kInvalid);
    const Document* document = shelf->find(key);
    if (document == nullptr) co_return make_error_code(Errc::kNotFound);
    co_return *document;
  }

  Task<Result<std::vector<Document>>> find(std::string collection, Query query) override {
    const Shelf* shelf = find_shelf(collection);
    if (shelf == nullptr || !is_valid(query)) co_return make_error_code(Errc::kInvalid);
    co_return shelf->search(query);
  }

  Task<Result<std::uint64_t>> count(std::string collection, Query query) override {
    const Shelf* shelf = find_shelf(collection);
    if (shelf == nullptr || !is_valid(query)) co_return make_error_code(Errc::kInvalid);
    co_return shelf->count(query);
  }

  Task<Result<void>> write(std::vector<Write> writes) override { co_return write_now(writes); }

  Result<void> scan(const std::string& collection,
                    const std::function<bool(const DocumentView&)>& visit) override {
    const Shelf* shelf = find_shelf(collection);
    if (shelf == nullptr) return make_error_code(Errc::kInvalid);
    for (const auto& [sequence, document] : shelf->documents()) {
      const DocumentView view{document.key, document.body, document.state};
      if (!visit(view)) break;
    }
    return {};
  }

  Task<Result<void>> check() override { co_return Result<void>{}; }

 private:
  /// What has to be put back: the entry as it was, or nothing where the key was not there.
  struct Undo {
    Shelf* shelf = nullptr;
    std::string key;
    std::optional<Shelf::Entry> before;
  };

  Shelf* find_shelf(const std::string& name) {
    const auto found = shelves_.find(name);
    return found == shelves_.end() ? nullptr : &found->second;
  }

  Result<void> write_now(std::vector<Write>& writes) {
    std::vector<Undo> undo;
    for (Write& write : writes) {
      Shelf* shelf = find_shelf(write.collection);
      const error_code error =
          shelf == nullptr ? make_error_code(Errc::kInvalid) : apply(*shelf, write, undo);
      if (!error) continue;
      while (!undo.empty()) {
        Undo& last = undo.back();
        last.before ? last.shelf->restore(std::move(*last.before)) : last.shelf->erase(last.key);
        undo.pop_back();
      }
      return error;
    }
    return {};
  }

  static error_code apply(Shelf& shelf, Write& write, std::vector<Undo>& undo) {
    Document& document = write.document;
    if (document.key.empty()) return make_error_code(Errc::kInvalid);
    const bool has_body =
        write.kind == Kind::kInsert || write.kind == Kind::kPut || write.kind == Kind::kReplace;
    if (has_body && !json::Value::parse(document.body, nullptr, false).is_object()) {
      return make_error_code(Errc::kInvalid);
    }
    std::optional<Shelf::Entry> before = shelf.copy(document.key);
    if (write.kind == Kind::kInsert && before) return make_error_code(Errc::kExists);
    if (write.kind == Kind::kReplace && !before) return make_error_code(Errc::kNotFound);
    undo.push_back({&shelf, document.key, before});
    switch (write.kind) {
      case Kind::kReplace:
        document.state = std::move(before->document.state);
        [[fallthrough]];
      case Kind::kInsert:
      case Kind::kPut:
        shelf.restore({before ? before->sequence : shelf.next_sequence(), std::move(document)});
        break;
      case Kind::kSetState:
        shelf.set_state(document.key, std::move(document.state));
        break;
      case Kind::kErase:
        shelf.erase(document.key);
        break;
    }
    return {};
  }

  std::unordered_map<std::string, Shelf> shelves_;
};

}  // namespace

std::unique_ptr<DocumentStore> make_memory_document_store() {
  return std::make_unique<MemoryDocumentStore>();
}

}  // namespace aesel::storage
