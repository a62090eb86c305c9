// trial: object updates at a fixed rate from one publisher to all subscribers, and what became of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/protocol.hpp"

namespace aesel::bench {

struct TrialOptions {
  double rate = 1000;  // events per second
  double seconds = 3;
  int pid = 0;                      // the server's, for its processor time; 0: not asked for
  int late_ms = 250;                // a delivery that takes longer counts as lost
  std::int64_t first_sequence = 1;  // larger than any of an earlier trial, so that stragglers are told apart
  std::string scene;                // of the events
  std::vector<std::string> keys;    // of the objects that move, in turn
};

struct TrialResult {
  double rate = 0;             // asked for
  double sent_per_s = 0;       // achieved
  std::int64_t expected = 0;   // deliveries
  std::int64_t delivered = 0;  // each once, in time
  std::int64_t late = 0;
  std::int64_t duplicates = 0;
  std::int64_t reordered = 0;                              // at a device, after a younger one
  double loss = 0;                                         // share of expected that was not delivered
  double delivered_per_s = 0;                              // from the first send to the last receipt
  double p50_us = 0, p99_us = 0, p999_us = 0, max_us = 0;  // send to receipt
  double cpu_us_per_delivery = 0;                          // of the server
};

/// Blocks for `seconds` and until nothing arrives any more. The sequence number is the first number of the
/// transform, so that a server may write the event anew. Uses one more thread, for the subscribers.
TrialResult run_trial(Publisher& publisher, std::vector<Subscriber>& subscribers,
                      const TrialOptions& options);

/// Reads and forgets what an overloaded server still sends, until it is quiet.
void drain(std::vector<Subscriber>& subscribers);

}  // namespace aesel::bench
