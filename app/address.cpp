#include "app/address.hpp"

#include <charconv>

#include "net/resolver.hpp"

namespace aesel::app {

std::optional<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failure != std::errc() || end != digits.data() + digits.size() || port == 0 || host.empty())
    return std::nullopt;
  return HostPort{std::string(host), port};
}

Result<net::Endpoint, std::string> resolve(const HostPort& address) {
  const auto endpoint = net::resolve_blocking(address.host, address.port);
  if (!endpoint) return endpoint.error().message();
  return *endpoint;
}

std::string own_address_towards(const net::Endpoint& other) {
  const net::Fd fd(::socket(other.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  net::Endpoint self;
  self.length = sizeof self.storage;
  // Connecting a UDP socket sends nothing; it makes the kernel choose the way.
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&other.storage), other.length) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&self.storage), &self.length) != 0) {
    return "127.0.0.1";
  }
  const std::string text = self.text();
  const std::string host = text.substr(0, text.rfind(':'));
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace aesel::app
