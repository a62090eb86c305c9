// ObjectsRole: the objects service of a process, with its event port and its end of the change stream.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/role_parts.hpp"
#include "base/task.hpp"
#include "http/router.hpp"
#include "net/task_group.hpp"
#include "net/udp.hpp"
#include "objects/event_intake.hpp"
#include "objects/objects.hpp"
#include "stream/stream.hpp"

namespace aesel::app {

/// Thread: the core. Opened in two steps, because the scenes service tells devices the port of the first.
class ObjectsRole {
 public:
  explicit ObjectsRole(const RoleParts& parts) : parts_(parts) {}

  Outcome open_port();
  /// Loads what is stored. When the change stream stays in this process, its other end is added to
  /// `subscribers`, which is null when the scenes service is not here.
  Outcome open(std::vector<std::unique_ptr<stream::Subscriber>>* subscribers);

  http::Router& router() { return *router_; }
  std::uint16_t udp_port() const { return receiver_->port(); }
  void spawn(net::TaskGroup& tasks);

  /// No more events.
  void stop_intake() { receiver_->stop(); }
  /// Stores what events changed. A store that refuses is asked again until `grace_ms` are over; then false.
  Task<bool> flush(int grace_ms);

 private:
  Outcome open_publisher(std::vector<std::unique_ptr<stream::Subscriber>>* subscribers);

  RoleParts parts_;
  std::unique_ptr<net::UdpReceiver> receiver_;
  std::unique_ptr<stream::Publisher> publisher_;
  std::unique_ptr<objects::Objects> service_;
  std::unique_ptr<objects::EventIntake> intake_;
  std::unique_ptr<http::Router> router_;
};

}  // namespace aesel::app
