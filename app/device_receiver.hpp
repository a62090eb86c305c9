// DeviceReceiver: receives for many devices on a thread of its own: readiness by epoll, datagrams in batches.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "net/udp.hpp"

namespace aesel::app {

/// Thread: the receiver's.
class DeviceListener {
 public:
  virtual ~DeviceListener() = default;
  /// `device` is the index of the socket; `steady_ns` when the batch with this datagram came back from the
  /// kernel.
  virtual void on_event(std::size_t device, std::string_view event, std::int64_t steady_ns) = 0;
};

/// REQUIRES: sockets and listener outlive it.
class DeviceReceiver {
 public:
  /// Starts at once. Throws std::system_error when there is no epoll to be had.
  DeviceReceiver(std::vector<const net::Fd*> sockets, DeviceListener& listener);
  ~DeviceReceiver();
  /// Takes what has arrived and ends the thread.
  void stop();

 private:
  void run();
  std::vector<const net::Fd*> sockets_;
  DeviceListener& listener_;
  net::Fd epoll_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace aesel::app
