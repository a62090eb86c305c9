// Parsing and resolving the address of an event server.
#include "app/stream_target.hpp"

#include <charconv>

#include "net/resolver.hpp"

namespace aesel::app {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::optional<EventTarget> parse_event_target(std::string_view text) {
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest[0] != ':') return std::nullopt;
    if (!rest.empty()) port = rest.substr(1);
  } else if (const std::size_t colon = text.find(':');
             colon == text.rfind(':') && colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (host.empty() || host.find_first_of("/ []@") != std::string_view::npos) return std::nullopt;
  const auto number = port ? parse_port(*port) : kEventPort;
  if (!number) return std::nullopt;
  return EventTarget{std::string(host), *number};
}

Result<net::Endpoint, std::string> resolve(const EventTarget& target) {
  const auto endpoint = net::resolve_blocking(target.host, target.port);
  if (!endpoint) return endpoint.error().message();
  return *endpoint;
}

}  // namespace aesel::app
