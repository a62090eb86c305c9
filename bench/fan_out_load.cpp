// fan_out_load: object updates from one publisher to N devices through a server of any kind, measured.
//   fan_out_load --protocol udp|nats|redis|mqtt --port P [--devices N --first-port D] [--rate R --seconds S]
//                [--pid PID] [--scene S --keys K1,K2] [--search]
// Prints one JSON object. With --search it looks for the highest rate with less than 0.1 % loss.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/trial.hpp"

namespace {

using namespace aesel::bench;

struct Arguments {
  std::string protocol = "udp";
  std::uint16_t port = 8762;
  std::size_t devices = 10;
  std::uint16_t first_port = 20'000;
  bool search = false;
  double search_start = 1000;   // events per second
  double search_factor = 1.03;  // the answer is right to this factor
  double loss_max = 0.001;
  TrialOptions trial;
};

nlohmann::ordered_json to_json(const TrialResult& result) {
  nlohmann::ordered_json json;
  json["rate"] = result.rate;
  json["sent_per_s"] = result.sent_per_s;
  json["expected"] = result.expected;
  json["delivered"] = result.delivered;
  json["late"] = result.late;
  json["duplicates"] = result.duplicates;
  json["reordered"] = result.reordered;
  json["loss"] = result.loss;
  json["delivered_per_s"] = result.delivered_per_s;
  json["p50_us"] = result.p50_us;
  json["p99_us"] = result.p99_us;
  json["p999_us"] = result.p999_us;
  json["max_us"] = result.max_us;
  json["cpu_us_per_delivery"] = result.cpu_us_per_delivery;
  return json;
}

/// Runs trials one after the other with ascending sequence numbers.
class Load {
 public:
  Load(const Arguments& arguments, Publisher publisher, std::vector<Subscriber> subscribers)
      : arguments_(arguments), publisher_(std::move(publisher)), subscribers_(std::move(subscribers)) {}

  TrialResult run(double rate) {
    TrialOptions options = arguments_.trial;
    options.rate = rate;
    options.first_sequence = next_sequence_;
    next_sequence_ += static_cast<std::int64_t>(rate * (options.seconds + 1)) + 1;
    return run_trial(publisher_, subscribers_, options);
  }

  /// The better of two: one pause of a shared machine must not decide. A server that makes the publisher wait
  /// does not carry the rate either.
  bool carries(double rate, TrialResult& best) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      const TrialResult result = run(rate);
      const bool good = result.loss < arguments_.loss_max && result.sent_per_s > 0.97 * rate;
      std::fprintf(stderr, "%s %.0f/s x %zu: %s (loss %.3f %%, %.0f deliveries/s)\n",
                   arguments_.protocol.c_str(), rate, subscribers_.size(), good ? "carried" : "too much",
                   result.loss * 100, result.delivered_per_s);
      if (good && result.delivered_per_s > best.delivered_per_s) best = result;
      if (good) return true;
      drain(subscribers_);
    }
    return false;
  }

 private:
  const Arguments& arguments_;
  Publisher publisher_;
  std::vector<Subscriber> subscribers_;
  std::int64_t next_sequence_ = 1;
};

/// Steps by half until too much (or down, if the start is), then halves the interval.
TrialResult search(Load& load, const Arguments& arguments) {
  TrialResult best;
  double good = 0;
  double bad = 0;
  for (double rate = arguments.search_start; bad == 0 || good == 0;) {
    if (load.carries(rate, best))
      good = rate;
    else
      bad = rate;
    if (rate < 1) break;
    rate = good == 0 ? bad / 2 : good * 1.5;
  }
  while (bad > good * arguments.search_factor) {
    const double middle = (good + bad) / 2;
    if (load.carries(middle, best))
      good = middle;
    else
      bad = middle;
  }
  return best;
}

int run(const Arguments& arguments) {
  const auto protocol = to_protocol(arguments.protocol);
  if (!protocol) {
    std::fprintf(stderr, "fan_out_load: --protocol is %s; one of udp, nats, redis, mqtt was expected\n",
                 arguments.protocol.c_str());
    return 2;
  }
  std::vector<Subscriber> subscribers;
  for (std::size_t i = 0; i < arguments.devices; ++i) {
    const SubscriberAddress address{arguments.port, static_cast<std::uint16_t>(arguments.first_port + i)};
    auto subscriber = open_subscriber(*protocol, address);
    if (!subscriber) {
      std::fprintf(stderr, "fan_out_load: device %zu: %s\n", i, subscriber.error().message().c_str());
      return 1;
    }
    subscribers.push_back(std::move(*subscriber));
  }
  auto publisher = Publisher::open(*protocol, arguments.port);
  if (!publisher) {
    std::fprintf(stderr, "fan_out_load: port %d: %s\n", arguments.port, publisher.error().message().c_str());
    return 1;
  }
  Load load(arguments, std::move(*publisher), std::move(subscribers));
  const TrialResult result = arguments.search ? search(load, arguments) : load.run(arguments.trial.rate);
  std::puts(to_json(result).dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Object updates from one publisher to N devices through a server, measured.");
  app.add_option("--protocol", arguments.protocol, "udp, nats, redis or mqtt");
  app.add_option("--port", arguments.port, "of the server, on 127.0.0.1");
  app.add_option("--devices", arguments.devices, "how many");
  app.add_option("--first-port", arguments.first_port,
                 "udp: the devices have this port and those that follow");
  app.add_option("--rate", arguments.trial.rate, "events per second");
  app.add_option("--seconds", arguments.trial.seconds, "per trial");
  app.add_option("--pid", arguments.trial.pid, "of the server, for its processor time");
  app.add_option("--late-ms", arguments.trial.late_ms, "a delivery that takes longer counts as lost");
  app.add_option("--scene", arguments.trial.scene, "of the events");
  app.add_option("--keys", arguments.trial.keys, "of the objects, in turn")->delimiter(',');
  app.add_flag("--search", arguments.search, "find the highest rate with little loss");
  app.add_option("--search-start", arguments.search_start, "events per second");
  app.add_option("--search-factor", arguments.search_factor, "precision");
  CLI11_PARSE(app, argc, argv);
  if (arguments.trial.scene.empty()) arguments.trial.scene = "bench";
  if (arguments.trial.keys.empty()) arguments.trial.keys = {"5b98880a2706984900000001"};
  return run(arguments);
}
