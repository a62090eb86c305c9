// Device: a client of one scene. It has a UDP socket, registers it with the server, and is deregistered when
// it ends.
#pragma once

#include <cstdint>
#include <string>

#include "app/address.hpp"
#include "app/server_api.hpp"
#include "net/udp.hpp"

namespace aesel::app {

struct DeviceOptions {
  std::string scene;
  std::string key;              // "" lets the server choose one
  std::string advertised_host;  // told to the server; "": our own address on the way to it
  std::uint16_t port = 0;       // 0: any free one
};

/// One thread. Lifetime: shorter than the ServerApi's.
class Device {
 public:
  /// Opens the socket and registers. Errors: no socket, server does not answer or refuses.
  static CallResult<Device> join(ServerApi& server, const DeviceOptions& options);
  Device(Device&& other) noexcept;
  /// Leaves, unless that was done.
  ~Device();
  /// Deregisters, once.
  CallResult<void> leave();
  /// From now on the registration stays when this ends.
  void stay() { server_ = nullptr; }

  const net::Fd& socket() const { return socket_; }
  const Registration& registration() const { return registration_; }
  const std::string& host() const { return host_; }
  std::uint16_t port() const { return net::local_port(socket_); }

 private:
  Device() = default;
  ServerApi* server_ = nullptr;  // nullptr: nothing to deregister
  std::string scene_;
  std::string host_;
  net::Fd socket_;
  Registration registration_;
};

/// Where this server takes events: what the registration says, else the server's own host and the usual port.
HostPort events_address(const Registration& registration, const http::Url& server);

}  // namespace aesel::app
