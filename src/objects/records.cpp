#include "objects/records.hpp"

#include <algorithm>
#include <charconv>

#include "objects/commit.hpp"
#include "objects/event_content.hpp"
#include "objects/limits.hpp"
#include "objects/record_json.hpp"

namespace aesel::objects {
namespace {

using storage::Write;

template <class Record>
Verdict no_record(std::string_view key) {
  return Verdict::not_found("there is no " + std::string(Family<Record>::kName) + " with the key \"" +
                            std::string(key.substr(0, 64)) + "\"");
}

Verdict no_action(std::string_view name) {
  return Verdict::not_found("there is no action \"" + std::string(name.substr(0, 64)) + "\"");
}

Verdict no_frame(std::int32_t frame) {
  return Verdict::not_found("the action has no keyframe at frame " + std::to_string(frame));
}

/// The whole text as a signed 32-bit integer.
std::optional<std::int32_t> parse_frame(std::string_view text) {
  std::int32_t frame = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), frame);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return frame;
}

Verdict bad_frame(std::string_view text) {
  return Verdict::unreadable("\"" + std::string(text.substr(0, 64)) + "\" is not a frame number");
}

bool same_text(const std::optional<std::string>& wanted, const std::string& text) {
  return !wanted || *wanted == text;
}

bool matches_query(const Object& object, const ObjectPatch& query) {
  const auto held = [&](const std::string& asset) {
    return std::find(object.assets.begin(), object.assets.end(), asset) != object.assets.end();
  };
  return same_text(query.name, object.name) && same_text(query.scene, object.scene) &&
         same_text(query.type, object.type) && same_text(query.subtype, object.subtype) &&
         same_text(query.owner, object.owner) && same_text(query.parent, object.parent) &&
         same_text(query.asset_sub_id, object.asset_sub_id) && std::ranges::all_of(query.assets, held);
}

bool matches_query(const Property& property, const PropertyPatch& query) {
  return same_text(query.name, property.name) && same_text(query.scene, property.scene) &&
         same_text(query.parent, property.parent) && same_text(query.asset_sub_id, property.asset_sub_id);
}

Verdict check_fits(const ObjectPatch& patch, const Object& object) {
  std::size_t count = object.assets.size();
  for (const std::string& asset : patch.assets) {
    if (std::find(object.assets.begin(), object.assets.end(), asset) == object.assets.end()) ++count;
  }
  if (count <= kAssetsMax || patch.assets.empty()) return {};
  return Verdict::refused("an object has at most " + std::to_string(kAssetsMax) + " assets");
}
Verdict check_fits(const PropertyPatch&, const Property&) {
  return {};
}

ObjectChange change_of(MessageType type, const Object& object, std::span<const ObjectActionContent> actions) {
  return {type, object, std::nullopt, {}, actions};
}
PropertyChange change_of(MessageType type, const Property& property,
                         std::span<const PropertyActionContent> actions) {
  return {type, property, std::nullopt, actions};
}

/// Creates and updates also tell the assets and actions of the request.
void publish_patch(ChangeEvents& events, MessageType type, const Object& object, const ObjectPatch& patch) {
  const auto actions = contents_of(patch.actions, object.actions);
  ObjectChange change = change_of(type, object, actions);
  change.assets = patch.assets;
  events.publish(change, patch.scene.value_or(""));
}
void publish_patch(ChangeEvents& events, MessageType type, const Property& property,
                   const PropertyPatch& patch) {
  const auto actions = contents_of(patch.actions, property.actions);
  events.publish(change_of(type, property, actions), patch.scene.value_or(""));
}

}  // namespace

// ------------------------------------------------------------------------------------- storing and
// publishing

template <class Record>
Reply Records<Record>::answer(MessageType type, const Verdict& verdict, std::string_view transaction_id) {
  Reply reply{verdict.status, {}};
  json::Writer writer(reply.body);
  begin_answer(writer,
               {type, static_cast<int>(verdict.code), 0, verdict.message, transaction_id, Kind::kList});
  end_answer(writer);
  return reply;
}

template <class Record>
Task<Verdict> Records<Record>::mutate(std::string_view key, const std::vector<Step<Record>>& steps) {
  Shelf<Record>& shelf = parts_.shelf;
  const auto id = decltype(Record::id)::parse(key);
  if (!id) co_return no_record<Record>(key);
  const KeyLocks::Guard guard = co_await shelf.locks.lock(id->bytes);
  if (!guard) co_return Verdict::full("the request was broken off");
  Entry* const entry = shelf.table.find(*id);
  if (entry == nullptr) co_return no_record<Record>(key);
  Record changed = entry->record;
  for (const Step<Record>& step : steps) {
    Verdict verdict = step.check ? step.check(changed) : Verdict();
    if (!verdict.ok()) co_return verdict;
    step.apply(changed);
  }
  Verdict stored = co_await store_change(*entry, changed);
  if (!stored.ok()) co_return stored;
  shelf.table.edit(*entry, [&](Record& live) {
    for (const Step<Record>& step : steps) {
      step.apply(live);
      if (step.announce) step.announce(live);
    }
  });
  co_return stored;
}

/// REQUIRES: the key lock.
template <class Record>
Task<Verdict> Records<Record>::store_change(Entry& entry, const Record& changed) {
  LiveTable<Record>& table = parts_.shelf.table;
  const bool body = entry.unstored().body || !same_body(entry.record, changed);
  if (!body && !entry.unstored() && same_state(entry.record, changed)) co_return Verdict();
  std::vector<Write> writes;
  writes.push_back(make_write(body ? Write::Kind::kPut : Write::Kind::kSetState, changed));
  table.clear_dirty(entry);
  const Result<void> stored = co_await commit(parts_.store, std::move(writes));
  if (stored) co_return Verdict();
  // Whatever the store kept of this, the flusher puts it right.
  table.mark_state_dirty(entry);
  table.mark_body_dirty(entry);
  co_return Verdict::store_failed(stored.error());
}

template <class Record>
bool Records<Record>::has_room(std::size_t more) const {
  return parts_.shelf.table.size() + being_created_ + more <= parts_.options.records_max &&
         parts_.shelf.strays.size() < Shelf<Record>::kStraysMax;
}

template <class Record>
Task<Verdict> Records<Record>::store_new(const std::vector<Record>& records) {
  if (records.empty()) co_return Verdict();
  if (!has_room(records.size())) co_return Verdict::full("there are too many records; see objects.max");
  std::vector<Write> writes;
  for (const Record& record : records) writes.push_back(make_write(Write::Kind::kInsert, record));
  being_created_ += records.size();
  const Result<void> stored = co_await commit(parts_.store, std::move(writes));
  being_created_ -= records.size();
  if (stored) co_return Verdict();
  for (const Record& record : records) parts_.shelf.strays.push_back(record.id);
  co_return Verdict::store_failed(stored.error());
}

template <class Record>
void Records<Record>::publish(MessageType type, const Record& record,
                              std::vector<typename Kind::Content> actions, std::string_view scene) {
  parts_.events.publish(change_of(type, record, actions), scene);
}

// ------------------------------------------------------------------------------------------- whole records

template <class Record>
Task<Reply> Records<Record>::create(std::string_view body) {
  const auto parsed = Kind::parse_list(body);
  if (!parsed) co_return answer(Kind::kCreate, Verdict::of(parsed.error()));
  const ListRequest<typename Kind::Patch>& request = *parsed;
  std::vector<Record> records;
  for (const auto& patch : request.elements) {
    const decltype(Record::id) id{parts_.keys.next(parts_.clock.wall_ns())};
    records.push_back(make_record(patch, id));
  }
  const Verdict verdict = co_await store_new(records);
  if (!verdict.ok()) co_return answer(Kind::kCreate, verdict, request.transaction_id);
  Reply reply;
  json::Writer writer(reply.body);
  begin_answer(writer, {Kind::kCreate,
                        static_cast<int>(verdict.code),
                        records.size(),
                        {},
                        request.transaction_id,
                        Kind::kList});
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Entry& entry = parts_.shelf.table.insert(std::move(records[i]));
    publish_patch(parts_.events, Kind::kCreate, entry.record, request.elements[i]);
    write_receipt(writer, Kind::kCreate, entry.record);
  }
  end_answer(writer);
  co_return reply;
}

template <class Record>
Task<Reply> Records<Record>::update(std::string_view key, std::string_view body) {
  const auto parsed = Kind::parse_list(body);
  if (!parsed) co_return answer(Kind::kUpdate, Verdict::of(parsed.error()));
  const ListRequest<typename Kind::Patch>& request = *parsed;
  std::string receipts;
  json::Writer writer(receipts);
  std::vector<Step<Record>> steps;
  for (const auto& patch : request.elements) {
    Step<Record> step;
    step.check = [&patch](const Record& record) { return check_fits(patch, record); };
    step.apply = [&patch](Record& record) { apply(patch, record); };
    step.announce = [this, &patch, &writer](const Record& record) {
      publish_patch(parts_.events, Kind::kUpdate, record, patch);
      write_receipt(writer, Kind::kUpdate, record);
    };
    steps.push_back(std::move(step));
  }
  const Verdict verdict = co_await mutate(key, steps);
  if (!verdict.ok()) co_return answer(Kind::kUpdate, verdict, request.transaction_id);
  Reply reply;
  json::Writer answer_writer(reply.body);
  begin_answer(
      answer_writer,
      {Kind::kUpdate, static_cast<int>(verdict.code), steps.size(), {}, request.transaction_id, Kind::kList});
  if (!receipts.empty()) answer_writer.raw(receipts);
  end_answer(answer_writer);
  co_return reply;
}

template <class Record>
Reply Records<Record>::get(std::string_view key) {
  const auto id = decltype(Record::id)::parse(key);
  const Entry* const entry = id ? parts_.shelf.table.find(*id) : nullptr;
  if (entry == nullptr) return answer(Kind::kGet, no_record<Record>(key));
  Reply reply;
  reply.body.reserve(512);
  json::Writer writer(reply.body);
  begin_answer(writer, {Kind::kGet, static_cast<int>(Code::kSuccess), 1, {}, {}, Kind::kList});
  write_record(writer, Kind::kGet, entry->record);
  end_answer(writer);
  return reply;
}

template <class Record>
Task<Reply> Records<Record>::remove(std::string_view key) {
  Shelf<Record>& shelf = parts_.shelf;
  const auto id = decltype(Record::id)::parse(key);
  if (!id) co_return answer(Kind::kDelete, no_record<Record>(key));
  const KeyLocks::Guard guard = co_await shelf.locks.lock(id->bytes);
  if (!guard) co_return answer(Kind::kDelete, Verdict::full("the request was broken off"));
  Entry* const entry = shelf.table.find(*id);
  if (entry == nullptr) co_return answer(Kind::kDelete, no_record<Record>(key));
  std::vector<Write> writes;
  writes.push_back(make_write(Write::Kind::kErase, entry->record));
  const Result<void> stored = co_await commit(parts_.store, std::move(writes));
  if (!stored) {
    shelf.table.mark_body_dirty(*entry);  // should the store have erased it, the flusher brings it back
    co_return answer(Kind::kDelete, Verdict::store_failed(stored.error()));
  }
  const Record record = shelf.table.erase(*entry);
  publish(Kind::kDelete, record, {}, {});
  co_return answer(Kind::kDelete, Verdict());
}

template <class Record>
std::optional<std::vector<const typename Records<Record>::Entry*>> Records<Record>::matches(
    const ListRequest<typename Kind::Patch>& request) const {
  std::vector<const Entry*> found;
  std::size_t visits_left = 2 * parts_.shelf.table.size() + kQueryVisitsFree;
  const auto limit = static_cast<std::size_t>(std::max(request.num_records, 0));
  for (const auto& query : request.elements) {
    const std::size_t until = std::min(found.size() + limit, kQueryRecordsMax);
    if (found.size() >= until) continue;
    const auto visit = [&](const Entry& entry) {
      if (visits_left == 0) return false;
      --visits_left;
      if (matches_query(entry.record, query)) found.push_back(&entry);
      return found.size() < until;
    };
    if (query.name) {
      parts_.shelf.table.visit_named(*query.name, visit);
    } else if (query.scene) {
      parts_.shelf.table.visit_scene(*query.scene, visit);
    } else {
      parts_.shelf.table.visit_all(visit);
    }
    if (visits_left == 0) return std::nullopt;
  }
  return found;
}

template <class Record>
Reply Records<Record>::query(std::string_view body) {
  const auto parsed = Kind::parse_list(body);
  if (!parsed) return answer(Kind::kQuery, Verdict::of(parsed.error()));
  const auto matching = matches(*parsed);
  if (!matching) {
    return answer(Kind::kQuery, Verdict::refused("too many searches in one query"), parsed->transaction_id);
  }
  const std::vector<const Entry*>& found = *matching;
  Reply reply;
  json::Writer writer(reply.body);
  begin_answer(writer, {Kind::kQuery,
                        static_cast<int>(Code::kSuccess),
                        found.size(),
                        {},
                        parsed->transaction_id,
                        Kind::kList});
  for (const Entry* entry : found) {
    write_record(writer, Kind::kQuery, entry->record);
    if (reply.body.size() > kAnswerBytesMax) {
      const Verdict verdict = Verdict::refused("the answer would be too long; ask for fewer records");
      return answer(Kind::kQuery, verdict, parsed->transaction_id);
    }
  }
  end_answer(writer);
  return reply;
}

// --------------------------------------------------------------------------------------- actions and
// keyframes

template <class Record>
Task<Reply> Records<Record>::create_action(std::string_view key, std::string_view body) {
  const auto parsed = Kind::parse_action(body);
  if (!parsed) co_return answer(Kind::kActionCreate, Verdict::of(parsed.error()));
  const auto& request = *parsed;
  if (request.name.empty()) {
    co_return answer(Kind::kActionCreate, Verdict::refused("an action needs a name"), request.transaction_id);
  }
  Step<Record> step;
  step.check = [&](const Record& record) {
    if (record.actions.size() < kActionsMax || record.actions.contains(request.name)) return Verdict();
    return Verdict::refused("there are at most " + std::to_string(kActionsMax) + " actions");
  };
  step.apply = [&](Record& record) {
    record.actions[request.name] = make_action<typename Kind::Keyframe>(request.patch);
  };
  step.announce = [&](const Record& record) {
    publish(Kind::kActionCreate, record, {content_of(request.name, request.patch, record.actions)},
            request.patch.scene);
  };
  std::vector<Step<Record>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await mutate(key, steps);
  co_return answer(Kind::kActionCreate, verdict, request.transaction_id);
}

template <class Record>
Task<Reply> Records<Record>::update_action(ActionPath path, std::string_view body) {
  const auto parsed = Kind::parse_action(body);
  if (!parsed) co_return answer(Kind::kActionUpdate, Verdict::of(parsed.error()));
  const auto& request = *parsed;
  const std::string name(path.action);
  Step<Record> step;
  step.check = [&](const Record& record) {
    return record.actions.contains(name) ? Verdict() : no_action(name);
  };
  step.apply = [&](Record& record) {
    if (const auto found = record.actions.find(name); found != record.actions.end()) {
      apply(request.patch, found->second);
    }
  };
  step.announce = [&](const Record& record) {
    publish(Kind::kActionUpdate, record, {content_of(name, request.patch, record.actions)},
            request.patch.scene);
  };
  std::vector<Step<Record>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await mutate(path.key, steps);
  co_return answer(Kind::kActionUpdate, verdict, request.transaction_id);
}

template <class Record>
Task<Reply> Records<Record>::delete_action(ActionPath path) {
  const std::string name(path.action);
  Step<Record> step;
  step.check = [&](const Record& record) {
    return record.actions.contains(name) ? Verdict() : no_action(name);
  };
  step.apply = [&](Record& record) { record.actions.erase(name); };
  step.announce = [&](const Record& record) {
    typename Kind::Content content;
    content.name = name;
    publish(Kind::kActionDelete, record, {content}, {});
  };
  std::vector<Step<Record>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await mutate(path.key, steps);
  co_return answer(Kind::kActionDelete, verdict);
}

namespace {

/// The event of one keyframe: its action with nothing else.
template <class Record>
typename Family<Record>::Content keyframe_content(const std::string& action, std::int32_t frame,
                                                  const Record& record) {
  typename Family<Record>::Content content;
  content.name = action;
  auto& shown = content.keyframes[frame];
  const auto found = record.actions.find(action);
  if (found == record.actions.end()) return content;
  if (const auto kept = found->second.keyframes.find(frame); kept != found->second.keyframes.end()) {
    shown = kept->second;
  }
  return content;
}

}  // namespace

template <class Record>
Task<Reply> Records<Record>::create_keyframe(ActionPath path, std::string_view body) {
  const auto parsed = Kind::parse_keyframe(body);
  if (!parsed) co_return answer(Kind::kKeyframeCreate, Verdict::of(parsed.error()));
  const auto& request = *parsed;
  if (!request.frame) {
    const Verdict verdict = Verdict::refused("a keyframe needs an integer \"frame\"");
    co_return answer(Kind::kKeyframeCreate, verdict, request.transaction_id);
  }
  const std::string name(path.action);
  Step<Record> step;
  step.check = [&](const Record& record) {
    const auto found = record.actions.find(name);
    if (found == record.actions.end()) return no_action(name);
    const auto& keyframes = found->second.keyframes;
    if (keyframes.size() < kKeyframesMax || keyframes.contains(*request.frame)) return Verdict();
    return Verdict::refused("an action has at most " + std::to_string(kKeyframesMax) + " keyframes");
  };
  step.apply = [&](Record& record) {
    const auto found = record.actions.find(name);
    if (found == record.actions.end()) return;
    typename Kind::Keyframe keyframe;
    apply(request.patch, keyframe);
    found->second.keyframes[*request.frame] = std::move(keyframe);
  };
  step.announce = [&](const Record& record) {
    publish(Kind::kKeyframeCreate, record, {keyframe_content(name, *request.frame, record)}, request.scene);
  };
  std::vector<Step<Record>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await mutate(path.key, steps);
  co_return answer(Kind::kKeyframeCreate, verdict, request.transaction_id);
}

namespace {

/// The keyframe of a record, or nullptr.
template <class Record>
auto* find_keyframe(Record& record, const std::string& action, std::int32_t frame) {
  const auto found = record.actions.find(action);
  using Keyframe = std::remove_reference_t<decltype((found->second.keyframes.begin()->second))>;
  if (found == record.actions.end()) return static_cast<Keyframe*>(nullptr);
  const auto keyframe = found->second.keyframes.find(frame);
  return keyframe == found->second.keyframes.end() ? nullptr : &keyframe->second;
}

template <class Record>
Verdict check_keyframe(const Record& record, const std::string& action, std::int32_t frame) {
  if (!record.actions.contains(action)) return no_action(action);
  return find_keyframe(record, action, frame) == nullptr ? no_frame(frame) : Verdict();
}

}  // namespace

template <class Record>
Task<Reply> Records<Record>::update_keyframe(FramePath path, std::string_view body) {
  const auto parsed = Kind::parse_keyframe(body);
  if (!parsed) co_return answer(Kind::kKeyframeUpdate, Verdict::of(parsed.error()));
  const auto& request = *parsed;
  const auto frame = parse_frame(path.frame);
  if (!frame) co_return answer(Kind::kKeyframeUpdate, bad_frame(path.frame), request.transaction_id);
  const std::string name(path.action);
  Step<Record> step;
  step.check = [&](const Record& record) { return check_keyframe(record, name, *frame); };
  step.apply = [&](Record& record) {
    if (auto* keyframe = find_keyframe(record, name, *frame)) apply(request.patch, *keyframe);
  };
  step.announce = [&](const Record& record) {
    publish(Kind::kKeyframeUpdate, record, {keyframe_content(name, *frame, record)}, request.scene);
  };
  std::vector<Step<Record>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await mutate(path.key, steps);
  co_return answer(Kind::kKeyframeUpdate, verdict, request.transaction_id);
}

template <class Record>
Task<Reply> Records<Record>::delete_keyframe(FramePath path) {
  const auto frame = parse_frame(path.frame);
  if (!frame) co_return answer(Kind::kKeyframeDelete, bad_frame(path.frame));
  const std::string name(path.action);
  Step<Record> step;
  step.check = [&](const Record& record) { return check_keyframe(record, name, *frame); };
  step.apply = [&](Record& record) {
    if (const auto found = record.actions.find(name); found != record.actions.end()) {
      found->second.keyframes.erase(*frame);
    }
  };
  step.announce = [&](const Record& record) {
    publish(Kind::kKeyframeDelete, record, {keyframe_content(name, *frame, record)}, {});
  };
  std::vector<Step<Record>> steps;
  steps.push_back(std::move(step));
  const Verdict verdict = co_await mutate(path.key, steps);
  co_return answer(Kind::kKeyframeDelete, verdict);
}

template class Records<Object>;
template class Records<Property>;

}  // namespace aesel::objects
