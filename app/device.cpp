#include "app/device.hpp"

#include <fmt/format.h>

#include <utility>

namespace aesel::app {
namespace {

constexpr std::uint16_t kUsualEventsPort = 8762;

/// Listens on the advertised address when that is one of the loopback's, so that nobody else can send to us.
std::string listening_host(const std::string& advertised) {
  return advertised.starts_with("127.") || advertised == "::1" ? advertised : "*";
}

}  // namespace

CallResult<Device> Device::join(ServerApi& server, const DeviceOptions& options) {
  Device device;
  device.scene_ = options.scene;
  device.host_ = options.advertised_host;
  if (device.host_.empty()) {
    const auto other = resolve({server.scenes_url().host, server.scenes_url().port});
    if (!other) return CallError{fmt::format("{}: {}", server.scenes_url().host, other.error())};
    device.host_ = own_address_towards(*other);
  }
  net::UdpOptions socket;
  socket.host = listening_host(device.host_);
  socket.port = options.port;
  auto opened = net::open_udp(socket);
  if (!opened) {
    return CallError{fmt::format("UDP {}:{}: {}. --port chooses another port.", socket.host, socket.port,
                                 opened.error().message())};
  }
  device.socket_ = std::move(*opened);
  auto registration = server.register_device(options.scene, {options.key, device.host_, device.port()});
  if (!registration) return registration.error();
  device.registration_ = std::move(*registration);
  device.server_ = &server;
  return device;
}

Device::Device(Device&& other) noexcept
    : server_(std::exchange(other.server_, nullptr)),
      scene_(std::move(other.scene_)),
      host_(std::move(other.host_)),
      socket_(std::move(other.socket_)),
      registration_(std::move(other.registration_)) {}

Device::~Device() {
  try {
    static_cast<void>(leave());
  } catch (...) {  // a destructor has nobody to tell
  }
}

CallResult<void> Device::leave() {
  ServerApi* server = std::exchange(server_, nullptr);
  if (server == nullptr) return {};
  return server->deregister_device(scene_, registration_.device_key);
}

HostPort events_address(const Registration& registration, const http::Url& server) {
  HostPort address{registration.events_host, registration.events_port};
  if (address.host.empty()) address.host = server.host;
  if (address.port == 0) address.port = kUsualEventsPort;
  return address;
}

}  // namespace aesel::app
