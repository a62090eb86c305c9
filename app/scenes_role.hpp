// ScenesRole: the scenes service of a process, with the fan-out to devices and its ends of the change stream.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/role_parts.hpp"
#include "http/router.hpp"
#include "net/task_group.hpp"
#include "scenes/fan_out.hpp"
#include "scenes/scenes.hpp"
#include "stream/stream.hpp"

namespace aesel::app {

/// Thread: the core.
class ScenesRole {
 public:
  explicit ScenesRole(const RoleParts& parts) : parts_(parts) {}

  /// Loads what is stored. `events_port`: where devices send events when nothing else is configured.
  Outcome open(std::uint16_t events_port);

  http::Router& router() { return *router_; }
  /// The objects service of this process adds its stream before spawn().
  std::vector<std::unique_ptr<stream::Subscriber>>& subscribers() { return subscribers_; }
  std::uint16_t stream_port() const { return stream_port_; }
  void spawn(net::TaskGroup& tasks);
  void stop();

 private:
  scenes::EventDestination event_destination(std::uint16_t events_port) const;

  RoleParts parts_;
  std::unique_ptr<scenes::FanOut> fan_out_;
  std::unique_ptr<scenes::Scenes> service_;
  std::vector<std::unique_ptr<stream::Subscriber>> subscribers_;
  std::unique_ptr<http::Router> router_;
  std::uint16_t stream_port_ = 0;
};

}  // namespace aesel::app
