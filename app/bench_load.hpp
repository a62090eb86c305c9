// BenchLoad: the load that `aesel bench` puts on a server: scenes, objects and devices of its own, numbered
// events at an even rate, and an account of what arrived when.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/address.hpp"
#include "app/server_api.hpp"
#include "app/statistics.hpp"

namespace aesel::app {

/// REQUIRES: at least one scene and one object; rate and duration above 0.
struct LoadOptions {
  int scenes = 1;
  int objects = 10;    // in each scene
  int devices = 10;    // in each scene
  double rate = 1000;  // events per second, all together
  double duration_s = 5;
  int receivers = 1;                      // threads
  std::string device_host = "127.0.0.1";  // where the server reaches this machine
  std::optional<HostPort> events;         // where to send; none: where the server says
  std::optional<int> server_pid;          // measures this process's CPU time
};

struct LoadReport {
  double seconds = 0;  // from the first to the last event sent
  std::uint64_t sent = 0;
  std::uint64_t send_errors = 0;  // refused by this machine's kernel
  std::uint64_t expected = 0;     // deliveries
  DeliveryCounts deliveries;
  double delivering_seconds = 0;  // from the first event sent to the last one received
  LatencyHistogram latency;       // from the send call to the receiver
  std::optional<double> server_cpu_seconds;
  std::size_t datagram_bytes = 0;

  std::uint64_t lost() const { return deliveries.lost(expected); }
  double loss() const;  // a fraction
  double sent_per_second() const;
  double delivered_per_second() const;
};

/// What the progress line shows; read while the load runs.
struct LoadProgress {
  double seconds = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};

/// One use: set_up, run, clean_up. Thread: the caller's; run() has its own for sending and receiving.
class BenchLoad {
 public:
  BenchLoad(ServerApi& server, LoadOptions options);
  ~BenchLoad();
  /// Creates scenes and objects, registers devices. `on_step` hears what is going on. What was created before
  /// a failure is still cleaned up by clean_up().
  CallResult<void> set_up(const std::function<void(const std::string&)>& on_step);
  /// `go_on` is called about twenty times a second; false ends the load early.
  CallResult<LoadReport> run(const std::function<bool(const LoadProgress&)>& go_on);
  /// Deletes and deregisters everything; the first failure, after trying all.
  CallResult<void> clean_up();
  /// Leaves everything on the server.
  void keep();
  const std::vector<std::string>& scenes() const;

 private:
  struct State;
  class Reception;
  std::unique_ptr<State> state_;
};

}  // namespace aesel::app
