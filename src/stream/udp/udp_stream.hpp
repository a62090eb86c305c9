// The change stream over UDP: one datagram per event, the scene's key, a line feed, the body. This is also
// the form in which other programs may send events to the scenes service.
#pragma once

#include <memory>

#include "net/fwd.hpp"
#include "net/udp.hpp"
#include "stream/stream.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::stream {

/// Errors: no socket, an invalid destination.
Result<std::unique_ptr<Publisher>> open_udp_publisher(const net::Endpoint& destination, int send_buffer_bytes,
                                                      telemetry::Metrics& metrics);

struct UdpSubscriber {
  std::unique_ptr<Subscriber> subscriber;
  std::uint16_t port = 0;
};
/// Malformed datagrams are counted and dropped: empty ones, those without a line feed or with an empty scene.
/// What follows a second line feed is ignored.
Result<UdpSubscriber> open_udp_subscriber(boost::asio::io_context& context, const net::UdpOptions& options,
                                          telemetry::Metrics& metrics);

}  // namespace aesel::stream
