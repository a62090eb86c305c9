// protocol: one publisher and one subscriber for each kind of server that is measured: UDP (Aesel and the
// floor), NATS, Redis pub/sub and MQTT 3.1.1 with QoS 0. Just enough of each to publish to one subject and to
// read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/udp.hpp"

namespace aesel::bench {

enum class Protocol { kUdp, kNats, kRedis, kMqtt };
std::optional<Protocol> to_protocol(std::string_view name);

/// Sends to 127.0.0.1. Blocks while a TCP server does not take more. Thread: one.
class Publisher {
 public:
  /// Errors: cannot connect.
  static Result<Publisher> open(Protocol protocol, std::uint16_t port);
  void send(std::string_view payload);
  Protocol protocol() const { return protocol_; }

 private:
  Publisher(Protocol protocol, net::Fd fd) : protocol_(protocol), fd_(std::move(fd)) {}
  void frame(std::string_view payload);
  Protocol protocol_;
  net::Fd fd_;
  std::string frame_;
  unsigned sent_ = 0;
};

/// A non-blocking socket on which the published payloads arrive: a bound UDP socket (device_port), or a TCP
/// connection that has subscribed.
struct Subscriber {
  net::Fd fd;
  std::string unread;  // TCP: the beginning of a payload whose end has not arrived
};
struct SubscriberAddress {
  std::uint16_t server_port = 0;
  std::uint16_t device_port = 0;
};
Result<Subscriber> open_subscriber(Protocol protocol, const SubscriberAddress& address);

}  // namespace aesel::bench
