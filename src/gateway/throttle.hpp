// Throttle: slows down whoever guesses passwords.
//
// Failures are counted for each address and for each name, whether somebody has that name or not, so that the
// answer tells nothing about it. From some number on each failure makes the next try wait, twice as long as
// the one before, up to a limit; tries that come too early are refused and not counted. An address from which
// nobody has failed with a name may try it at once, so nobody can lock the owner of a name out from
// elsewhere; a quarter of an hour without a failure and all is forgotten.
//
// Thread: one. Memory: bounded; the longest unused entries make room for new ones.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace aesel::gateway {

struct ThrottleOptions {
  int name_failures_free = 5;
  int name_wait_s_max = 30;
  int address_failures_free = 20;  // a household, an office
  int address_wait_s_max = 300;
  int forget_after_s = 900;
  int name_and_address_under_way_max = 16;  // tries whose outcome is not known yet
  int address_under_way_max = 32;
  std::size_t entries_max = 10'000;  // of each kind
};

class Throttle {
 public:
  /// One try that was let in. Destroying it without a verdict (the store did not answer) counts as nothing.
  /// Must not outlive the throttle.
  class Attempt;
  struct Admission {
    std::unique_ptr<Attempt> attempt;  // null: refused
    int retry_after_s = 0;
  };

  explicit Throttle(const Clock& clock, ThrottleOptions options = {});
  ~Throttle();

  Admission begin(std::string_view name, std::string_view address);
  /// How many entries there are, for tests.
  std::size_t size() const;

 private:
  class Table;
  int wait_s(const std::string& name, const std::string& address, const std::string& pair);
  const Clock& clock_;
  const ThrottleOptions options_;
  std::unique_ptr<Table> names_;
  std::unique_ptr<Table> addresses_;
  std::unique_ptr<Table> pairs_;
};

class Throttle::Attempt {
 public:
  Attempt(Throttle& throttle, std::string name, std::string address, std::string pair);
  ~Attempt();
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  /// Forgets the failures with this name; those of the address stay.
  void succeed();
  void fail();

 private:
  Throttle& throttle_;
  std::string name_, address_, pair_;
};

}  // namespace aesel::gateway
