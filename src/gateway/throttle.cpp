#include "gateway/throttle.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace aesel::gateway {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::size_t kNameBytesMax = 128;  // no user has a longer one

struct Entry {
  std::string key;
  int failures = 0;
  int under_way = 0;
  std::int64_t last_failure_ns = 0;
};

/// Who has an IPv6 address has 2^64 of them: the network counts.
std::string network_of(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(address), error);
  if (error || parsed.is_v4()) return std::string(address);
  const auto v6 = parsed.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
  const auto bytes = v6.to_bytes();
  return std::string(bytes.begin(), bytes.begin() + 8);
}

/// How long the next try has to wait, counted from the last failure.
std::int64_t penalty_ns(int failures, int free, int seconds_max) {
  if (failures < free) return 0;
  const int doublings = std::min(failures - free, 20);
  return std::min<std::int64_t>(std::int64_t{1} << doublings, seconds_max) * kSecondNs;
}

}  // namespace

/// Entries by key, the most recently used in front.
class Throttle::Table {
 public:
  Table(std::size_t entries_max, std::int64_t forget_after_ns)
      : entries_max_(entries_max), forget_after_ns_(forget_after_ns) {}

  /// Null if nothing is known.
  Entry* find(const std::string& key, std::int64_t now_ns) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    Entry& entry = *found->second;
    if (entry.under_way == 0 && now_ns - entry.last_failure_ns > forget_after_ns_) {
      erase(found->second);
      return nullptr;
    }
    return &entry;
  }

  Entry& touch(const std::string& key, std::int64_t now_ns) {
    if (find(key, now_ns) != nullptr) {
      entries_.splice(entries_.begin(), entries_, places_.at(key));
    } else {
      make_room();
      entries_.push_front({key, 0, 0, now_ns});
      places_[key] = entries_.begin();
    }
    return entries_.front();
  }

  void fail(const std::string& key, std::int64_t now_ns) {
    Entry& entry = touch(key, now_ns);
    ++entry.failures;
    entry.last_failure_ns = now_ns;
  }

  void leave(const std::string& key) {
    const auto found = places_.find(key);
    CHECK(found != places_.end());  // what is under way is not evicted
    Entry& entry = *found->second;
    --entry.under_way;
    if (entry.under_way == 0 && entry.failures == 0) erase(found->second);
  }

  void forget(const std::string& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    found->second->failures = 0;
    if (found->second->under_way == 0) erase(found->second);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Place = std::list<Entry>::iterator;

  void erase(Place place) {
    places_.erase(place->key);
    entries_.erase(place);
  }

  void make_room() {
    for (auto place = entries_.end(); entries_.size() >= entries_max_ && place != entries_.begin();) {
      --place;
      if (place->under_way > 0) continue;
      const Place victim = place++;
      erase(victim);
    }
  }

  const std::size_t entries_max_;
  const std::int64_t forget_after_ns_;
  std::list<Entry> entries_;
  std::unordered_map<std::string, Place> places_;
};

Throttle::Throttle(const Clock& clock, ThrottleOptions options) : clock_(clock), options_(options) {
  const auto make = [&] {
    return std::make_unique<Table>(options.entries_max, options.forget_after_s * kSecondNs);
  };
  names_ = make();
  addresses_ = make();
  pairs_ = make();
}

Throttle::~Throttle() = default;

std::size_t Throttle::size() const {
  return names_->size() + addresses_->size() + pairs_->size();
}

Throttle::Admission Throttle::begin(std::string_view name, std::string_view address) {
  std::string key(name.substr(0, kNameBytesMax));
  std::string network = network_of(address);
  std::string pair = key + '\0' + network;
  Admission admission;
  admission.retry_after_s = wait_s(key, network, pair);
  if (admission.retry_after_s == 0)
    admission.attempt = std::make_unique<Attempt>(*this, std::move(key), std::move(network), std::move(pair));
  return admission;
}

/// 0: the try may go on.
int Throttle::wait_s(const std::string& name, const std::string& address, const std::string& pair) {
  const std::int64_t now_ns = clock_.steady_ns();
  const Entry* const from = addresses_->find(address, now_ns);
  const Entry* const own = pairs_->find(pair, now_ns);
  if (from != nullptr && from->under_way >= options_.address_under_way_max) return 1;
  if (own != nullptr && own->under_way >= options_.name_and_address_under_way_max) return 1;
  std::int64_t until_ns = now_ns;
  if (from != nullptr) {
    until_ns = from->last_failure_ns +
               penalty_ns(from->failures, options_.address_failures_free, options_.address_wait_s_max);
  }
  const Entry* const known = names_->find(name, now_ns);
  if (known != nullptr && own != nullptr && own->failures > 0) {
    const std::int64_t penalty =
        penalty_ns(known->failures, options_.name_failures_free, options_.name_wait_s_max);
    until_ns = std::max(until_ns, known->last_failure_ns + penalty);
  }
  if (until_ns <= now_ns) return 0;
  return static_cast<int>((until_ns - now_ns + kSecondNs - 1) / kSecondNs);
}

Throttle::Attempt::Attempt(Throttle& throttle, std::string name, std::string address, std::string pair)
    : throttle_(throttle), name_(std::move(name)), address_(std::move(address)), pair_(std::move(pair)) {
  const std::int64_t now_ns = throttle_.clock_.steady_ns();
  ++throttle_.addresses_->touch(address_, now_ns).under_way;
  ++throttle_.pairs_->touch(pair_, now_ns).under_way;
}

Throttle::Attempt::~Attempt() {
  throttle_.addresses_->leave(address_);
  throttle_.pairs_->leave(pair_);
}

void Throttle::Attempt::succeed() {
  throttle_.names_->forget(name_);
  throttle_.pairs_->forget(pair_);
}

void Throttle::Attempt::fail() {
  const std::int64_t now_ns = throttle_.clock_.steady_ns();
  throttle_.names_->fail(name_, now_ns);
  throttle_.addresses_->fail(address_, now_ns);
  throttle_.pairs_->fail(pair_, now_ns);
}

}  // namespace aesel::gateway
