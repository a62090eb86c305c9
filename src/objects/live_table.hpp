// LiveTable: every record (object or property) in memory, the single owner of live state. Requests and events
// change it, the flusher writes what they marked. Found by id, by name and by scene.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/ids.hpp"

namespace aesel::objects {

/// What of a record the store does not have yet.
struct Unstored {
  bool state = false;  // transform, values
  bool body = false;   // everything else
  explicit operator bool() const { return state || body; }
};

/// Thread: one. An entry stays where it is until it is erased. find(), mark_*() and visiting do not allocate.
template <class Record>
class LiveTable {
 public:
  using Id = decltype(Record::id);

  class Entry {
   public:
    /// The transform or values may be changed freely, followed by mark_state_dirty(); anything else by
    /// edit().
    Record record;
    /// Room for the event path: the part of an outgoing event that stays the same while only the transform
    /// changes. Empty: not rendered.
    std::string event_prefix;

    explicit Entry(Record r) : record(std::move(r)) {}
    void invalidate_event_cache() { event_prefix.clear(); }
    Unstored unstored() const { return unstored_; }

   private:
    friend class LiveTable;
    std::uint64_t sequence_ = 0;  // ascends in creation order
    Entry* dirty_previous_ = nullptr;
    Entry* dirty_next_ = nullptr;
    std::uint32_t order_slot_ = 0;
    Unstored unstored_;
  };

  LiveTable() = default;
  LiveTable(const LiveTable&) = delete;
  LiveTable& operator=(const LiveTable&) = delete;

  std::size_t size() const { return entries_.size(); }
  std::size_t dirty() const { return dirty_count_; }

  /// nullptr when there is none.
  Entry* find(const Id& id) {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
  }

  /// REQUIRES: no record with that id. Not dirty.
  Entry& insert(Record record) {
    const Id id = record.id;
    const auto [position, fresh] = entries_.try_emplace(id, std::move(record));
    CHECK(fresh);
    Entry& entry = position->second;
    entry.sequence_ = next_sequence_++;
    entry.order_slot_ = static_cast<std::uint32_t>(order_.size());
    order_.push_back(&entry);
    by_name_.insert(slot(entry.record.name, entry));
    by_scene_.insert(slot(entry.record.scene, entry));
    return entry;
  }

  /// The entry is gone afterwards; the record is handed back.
  Record erase(Entry& entry) {
    clear_dirty(entry);
    by_name_.erase(slot(entry.record.name, entry));
    by_scene_.erase(slot(entry.record.scene, entry));
    order_[entry.order_slot_] = nullptr;
    Record record = std::move(entry.record);
    entries_.erase(Id(record.id));
    compact_order();
    return record;
  }

  /// Changes any field but the id; keeps the indexes right and drops the event cache. Does not mark.
  template <class Change>
  void edit(Entry& entry, Change&& change) {
    const Slot name = slot(entry.record.name, entry);
    const Slot scene = slot(entry.record.scene, entry);
    change(entry.record);
    move(by_name_, name, slot(entry.record.name, entry));
    move(by_scene_, scene, slot(entry.record.scene, entry));
    entry.invalidate_event_cache();
  }

  /// The store lacks the current transform or values. Any number of marks costs one write.
  void mark_state_dirty(Entry& entry) {
    if (!entry.unstored_) link_dirty(entry);
    entry.unstored_.state = true;
  }
  /// The store lacks something else.
  void mark_body_dirty(Entry& entry) {
    if (!entry.unstored_) link_dirty(entry);
    entry.unstored_.body = true;
  }
  /// Someone is about to write the record as it is now, and marks it again if that fails.
  void clear_dirty(Entry& entry) {
    if (!entry.unstored_) return;
    (entry.dirty_previous_ ? entry.dirty_previous_->dirty_next_ : dirty_first_) = entry.dirty_next_;
    (entry.dirty_next_ ? entry.dirty_next_->dirty_previous_ : dirty_last_) = entry.dirty_previous_;
    entry.dirty_previous_ = entry.dirty_next_ = nullptr;
    entry.unstored_ = {};
    --dirty_count_;
  }

  /// Longest dirty first, until `visit(Entry&)` returns false. It may clear the entry it is given.
  template <class Visit>
  void visit_dirty(Visit&& visit) {
    for (Entry* entry = dirty_first_; entry != nullptr;) {
      Entry* const next = entry->dirty_next_;
      if (!visit(*entry)) return;
      entry = next;
    }
  }

  /// In creation order, until `visit(const Entry&)` returns false.
  template <class Visit>
  void visit_all(Visit&& visit) const {
    for (const Entry* entry : order_) {
      if (entry != nullptr && !visit(*entry)) return;
    }
  }
  template <class Visit>
  void visit_named(std::string_view name, Visit&& visit) const {
    visit_slots(by_name_, hash(name),
                [&](const Entry& entry) { return entry.record.name != name || visit(entry); });
  }
  template <class Visit>
  void visit_scene(std::string_view scene, Visit&& visit) const {
    visit_slots(by_scene_, hash(scene),
                [&](const Entry& entry) { return entry.record.scene != scene || visit(entry); });
  }

 private:
  /// One text of one entry. Sorted by the text's hash, then by creation: small, and equally fast whether all
  /// entries share one text or none do.
  struct Slot {
    std::uint64_t hash;
    std::uint64_t sequence;
    Entry* entry;
    friend bool operator<(const Slot& a, const Slot& b) {
      return a.hash != b.hash ? a.hash < b.hash : a.sequence < b.sequence;
    }
  };
  using Index = std::set<Slot>;

  static std::uint64_t hash(std::string_view text) { return std::hash<std::string_view>{}(text); }
  static Slot slot(std::string_view text, Entry& entry) { return {hash(text), entry.sequence_, &entry}; }

  static void move(Index& index, const Slot& from, const Slot& to) {
    if (from.hash == to.hash) return;
    index.erase(from);
    index.insert(to);
  }

  template <class Visit>
  static void visit_slots(const Index& index, std::uint64_t hash, Visit&& visit) {
    for (auto at = index.lower_bound(Slot{hash, 0, nullptr}); at != index.end() && at->hash == hash; ++at) {
      if (!visit(*at->entry)) return;
    }
  }

  void link_dirty(Entry& entry) {
    entry.dirty_previous_ = dirty_last_;
    (dirty_last_ ? dirty_last_->dirty_next_ : dirty_first_) = &entry;
    dirty_last_ = &entry;
    ++dirty_count_;
  }

  void compact_order() {
    if (order_.size() < 64 || order_.size() < 2 * entries_.size()) return;
    std::erase(order_, nullptr);
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i]->order_slot_ = static_cast<std::uint32_t>(i);
  }

  std::unordered_map<Id, Entry> entries_;
  std::vector<Entry*> order_;  // by sequence; nullptr: erased
  Index by_name_;
  Index by_scene_;
  std::uint64_t next_sequence_ = 0;
  Entry* dirty_first_ = nullptr;
  Entry* dirty_last_ = nullptr;
  std::size_t dirty_count_ = 0;
};

}  // namespace aesel::objects
