#include "app/scenes_role.hpp"

#include "base/clock.hpp"
#include "net/udp.hpp"
#include "scenes/scene_api.hpp"
#include "stream/udp/udp_stream.hpp"

namespace aesel::app {

Outcome ScenesRole::open(std::uint16_t events_port) {
  const Config& config = parts_.config;
  scenes::FanOutOptions options;
  options.resolve_interval_ms = static_cast<int>(config.integer("fanout.resolve_ms"));
  auto fan_out = scenes::open_fan_out(parts_.context, options, parts_.metrics);
  if (!fan_out) return "cannot open a UDP socket to send from: " + fan_out.error().message();
  fan_out_ = std::move(*fan_out);
  net::UdpOptions listen;
  listen.host = config.text("event.stream.udp.host");
  listen.port = static_cast<std::uint16_t>(config.integer("event.stream.udp.port"));
  auto udp = stream::open_udp_subscriber(parts_.context, listen, parts_.metrics);
  if (!udp) return cannot_listen(config, "the change stream", "event.stream.udp", udp.error());
  stream_port_ = udp->port;
  subscribers_.push_back(std::move(udp->subscriber));
  scenes::ScenesOptions service_options;
  service_options.event_destination = event_destination(events_port);
  service_ =
      std::make_unique<scenes::Scenes>(*parts_.store.graph, *fan_out_, service_options, system_clock());
  const Result<void> loaded = service_->load();
  if (!loaded) return "cannot load the scenes from " + parts_.store.place + ": " + loaded.error().message();
  router_ = std::make_unique<http::Router>(scenes::routes(*service_));
  parts_.checks.push_back({"scene graph", [this] { return parts_.store.graph->check(); }});
  return {};
}

scenes::EventDestination ScenesRole::event_destination(std::uint16_t events_port) const {
  const Config& config = parts_.config;
  scenes::EventDestination destination;
  destination.host = config.text("udp.advertised.host");
  destination.port = static_cast<std::uint16_t>(config.integer("udp.advertised.port"));
  if (destination.port == 0) destination.port = events_port;
  if (destination.port == 0) destination.port = static_cast<std::uint16_t>(config.integer("udp.port"));
  return destination;
}

void ScenesRole::spawn(net::TaskGroup& tasks) {
  tasks.spawn("resolver", fan_out_->run());
  for (auto& subscriber : subscribers_) tasks.spawn("change stream", subscriber->run(*fan_out_));
}

void ScenesRole::stop() {
  for (auto& subscriber : subscribers_) subscriber->stop();
  fan_out_->stop();
}

}  // namespace aesel::app
