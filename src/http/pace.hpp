// Pace: how slow a peer may be with a body. Only time that is spent waiting for it counts; whoever makes it
// wait pays no heed to its own slowness.
#pragma once

#include <cstdint>

namespace aesel::http {

struct PaceLimit {
  int window_ms = 60'000;
  std::uint64_t bytes_min =
      64u << 10;  // in each window; one byte now and then would hold a connection forever
};

class Pace {
 public:
  explicit Pace(const PaceLimit& limit) : limit_(limit), left_ns_(window_ns()) {}

  /// When a wait that begins now has lasted too long.
  std::int64_t deadline_ns(std::int64_t now_ns) const { return now_ns + left_ns_; }
  /// A wait of that length moved so many bytes.
  void record(std::int64_t waited_ns, std::uint64_t bytes) {
    left_ns_ -= waited_ns;
    moved_ += bytes;
    if (moved_ < limit_.bytes_min) return;
    moved_ = 0;
    left_ns_ = window_ns();
  }

 private:
  std::int64_t window_ns() const { return std::int64_t{limit_.window_ms} * 1'000'000; }
  PaceLimit limit_;
  std::int64_t left_ns_;
  std::uint64_t moved_ = 0;
};

}  // namespace aesel::http
