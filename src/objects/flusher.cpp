#include "objects/flusher.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "objects/commit.hpp"

namespace aesel::objects {

namespace asio = boost::asio;
using storage::Write;

/// Exists while run() runs.
struct Flusher::Timer {
  std::optional<asio::steady_timer> timer;
  bool stopped = false;
};

template <class Record>
struct Flusher::Taken {
  decltype(Record::id) id;
  Unstored what;
  KeyLocks::Guard guard;
};

struct Flusher::Batch {
  std::vector<Taken<Object>> objects;
  std::vector<Taken<Property>> properties;
  std::vector<ObjectId> object_strays;
  std::vector<PropertyId> property_strays;
  std::vector<Write> writes;
  std::size_t bytes = 0;
};

Flusher::Flusher(const Parts& parts)
    : objects_(parts.objects),
      properties_(parts.properties),
      store_(parts.store),
      clock_(parts.clock),
      options_(parts.options),
      flushed_(
          parts.metrics.counter("aesel_objects_flushed_records_total", "Records written by the flusher")),
      failures_(
          parts.metrics.counter("aesel_objects_flush_failures_total", "Flushes that the store refused")),
      seconds_(
          parts.metrics.histogram("aesel_objects_flush_seconds", "Time that the store took for a flush")),
      timer_(std::make_unique<Timer>()) {}

Flusher::~Flusher() = default;

template <class Record>
void Flusher::take(Shelf<Record>& shelf, std::vector<Taken<Record>>& taken, Batch& batch) {
  shelf.table.visit_dirty([&](typename LiveTable<Record>::Entry& entry) {
    if (batch.writes.size() >= options_.flush_records_max || batch.bytes >= options_.flush_bytes_max)
      return false;
    KeyLocks::Guard guard = shelf.locks.try_lock(entry.record.id.bytes);
    if (!guard) return true;
    const Unstored what = entry.unstored();
    // kPut also brings back a document that a failed delete may have erased.
    batch.writes.push_back(make_write(what.body ? Write::Kind::kPut : Write::Kind::kSetState, entry.record));
    batch.bytes += batch.writes.back().document.body.size() + batch.writes.back().document.state.size();
    shelf.table.clear_dirty(entry);
    taken.push_back({entry.record.id, what, std::move(guard)});
    return true;
  });
}

namespace {

template <class Id>
void take_strays(std::vector<Id>& strays, std::string_view collection, std::vector<Id>& taken,
                 std::vector<Write>& writes) {
  taken.swap(strays);
  for (const Id& id : taken) {
    Write& write = writes.emplace_back();
    write.kind = Write::Kind::kErase;
    write.collection = collection;
    write.document.key = id.text();
  }
}

}  // namespace

template <class Record>
void Flusher::give_back(Shelf<Record>& shelf, std::vector<Taken<Record>>& taken) {
  for (const Taken<Record>& one : taken) {
    auto* const entry = shelf.table.find(one.id);
    if (entry == nullptr) continue;
    if (one.what.state) shelf.table.mark_state_dirty(*entry);
    if (one.what.body) shelf.table.mark_body_dirty(*entry);
  }
}

std::size_t Flusher::waiting() const {
  return objects_.table.dirty() + properties_.table.dirty() + objects_.strays.size() +
         properties_.strays.size();
}

Task<Result<std::size_t>> Flusher::flush_batch() {
  const KeyLocks::Guard alone = co_await flushing_.lock(KeyBytes{});
  Batch batch;
  take_strays(objects_.strays, Family<Object>::kName, batch.object_strays, batch.writes);
  take_strays(properties_.strays, Family<Property>::kName, batch.property_strays, batch.writes);
  take(objects_, batch.objects, batch);
  take(properties_, batch.properties, batch);
  const std::size_t records = batch.writes.size();
  if (records == 0) co_return records;
  const std::int64_t started_ns = clock_.steady_ns();
  const Result<void> stored = co_await commit(store_, std::move(batch.writes));
  if (!stored) {
    give_back(objects_, batch.objects);
    give_back(properties_, batch.properties);
    objects_.strays.insert(objects_.strays.end(), batch.object_strays.begin(), batch.object_strays.end());
    properties_.strays.insert(properties_.strays.end(), batch.property_strays.begin(),
                              batch.property_strays.end());
    count_failure(stored.error());
    co_return stored.error();
  }
  seconds_.record(clock_.steady_ns() - started_ns);
  flushed_.add(records);
  co_return records;
}

void Flusher::count_failure(const error_code& error) {
  failures_.add();
  if (!log_limit_.allow(clock_.steady_ns())) return;
  telemetry::log(telemetry::Level::kWarning, "changes by events could not be stored; trying again",
                 {{"error", error.message()}, {"records", std::to_string(waiting())}});
}

Task<void> Flusher::run() {
  const auto executor = co_await asio::this_coro::executor;
  timer_->stopped = false;
  timer_->timer.emplace(executor);
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  while (!timer_->stopped) {
    timer_->timer->expires_after(std::chrono::milliseconds(options_.flush_ms));
    co_await timer_->timer->async_wait(token);
    // Only what was dirty at the start: under load there is always more, and it can wait for its turn.
    std::size_t left = waiting();
    while (left > 0 && !timer_->stopped) {
      const Result<std::size_t> flushed = co_await flush_batch();
      if (!flushed || *flushed == 0) break;
      left -= std::min(left, *flushed);
    }
  }
  timer_->timer.reset();
}

void Flusher::stop() {
  timer_->stopped = true;
  if (timer_->timer) timer_->timer->cancel();
}

Task<void> Flusher::await_holder() {
  std::optional<KeyBytes> object, property;
  objects_.table.visit_dirty([&](const ObjectEntry& entry) {
    object = entry.record.id.bytes;
    return false;
  });
  properties_.table.visit_dirty([&](const PropertyEntry& entry) {
    property = entry.record.id.bytes;
    return false;
  });
  KeyLocks::Guard guard;
  if (object) guard = co_await objects_.locks.lock(*object);
  if (property) guard = co_await properties_.locks.lock(*property);
}

Task<Result<void>> Flusher::flush_all() {
  // The first batch also waits for one that is under way.
  do {
    const Result<std::size_t> flushed = co_await flush_batch();
    if (!flushed) co_return flushed.error();
    if (*flushed == 0 && waiting() > 0) co_await await_holder();
  } while (waiting() > 0);
  co_return Result<void>();
}

}  // namespace aesel::objects
