#include "bench/protocol.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>

#include <array>
#include <cerrno>
#include <ctime>

namespace aesel::bench {
namespace {

constexpr std::string_view kSubject = "s";
constexpr int kBufferBytes = 8 << 20;

error_code last_error() {
  return {errno, boost::system::system_category()};
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Result<net::Fd> connect_to(int type, std::uint16_t port) {
  net::Fd fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const sockaddr_in to = loopback(port);
  if (!fd.valid() || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    return last_error();
  const int on = 1;
  if (type == SOCK_STREAM) setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

Result<net::Fd> bind_device(std::uint16_t port) {
  net::Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return last_error();
  if (setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kBufferBytes, sizeof kBufferBytes) != 0) {
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kBufferBytes, sizeof kBufferBytes);
  }
  const sockaddr_in self = loopback(port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&self), sizeof self) != 0) return last_error();
  return fd;
}

/// All of it, waiting as long as it takes. A UDP socket that is told about an earlier datagram's fate, or
/// whose buffer is full, tries again.
void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EPIPE || errno == ECONNRESET) return;  // the server hung up: what is missing counts as lost
    const timespec moment{0, 10'000};
    nanosleep(&moment, nullptr);
  }
}

void await_answer(int fd) {
  std::array<char, 4096> answer;
  [[maybe_unused]] const ssize_t ignored = ::recv(fd, answer.data(), answer.size(), 0);
}

std::string mqtt_text(std::string_view text) {
  std::string out{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)};
  return out += text;
}

void append_mqtt_header(std::string& out, int first_byte, std::size_t length) {
  out += static_cast<char>(first_byte);
  do {
    const std::size_t rest = length >> 7;
    out += static_cast<char>((length & 0x7f) | (rest > 0 ? 0x80 : 0));
    length = rest;
  } while (length > 0);
}

std::string mqtt_packet(int first_byte, const std::string& body) {
  std::string out;
  append_mqtt_header(out, first_byte, body.size());
  return out += body;
}

/// Protocol level 4, clean session, no keep-alive.
void mqtt_connect(int fd, const std::string& client) {
  send_all(fd, mqtt_packet(0x10, mqtt_text("MQTT") + std::string("\x04\x02\x00\x00", 4) + mqtt_text(client)));
  await_answer(fd);
}

void introduce(Protocol protocol, int fd, const std::string& client) {
  if (protocol == Protocol::kNats) {
    await_answer(fd);  // INFO
    send_all(fd, "CONNECT {\"verbose\":false}\r\n");
  }
  if (protocol == Protocol::kMqtt) mqtt_connect(fd, client);
}

void subscribe(Protocol protocol, int fd) {
  const std::string subject(kSubject);
  if (protocol == Protocol::kNats) send_all(fd, "SUB " + subject + " 1\r\nPING\r\n");
  if (protocol == Protocol::kRedis) send_all(fd, "SUBSCRIBE " + subject + "\r\n");
  if (protocol == Protocol::kMqtt) {
    send_all(fd, mqtt_packet(0x82, std::string("\x00\x01", 2) + mqtt_text(kSubject) + std::string(1, '\0')));
  }
  await_answer(fd);
}

}  // namespace

std::optional<Protocol> to_protocol(std::string_view name) {
  if (name == "udp") return Protocol::kUdp;
  if (name == "nats") return Protocol::kNats;
  if (name == "redis") return Protocol::kRedis;
  if (name == "mqtt") return Protocol::kMqtt;
  return std::nullopt;
}

Result<Publisher> Publisher::open(Protocol protocol, std::uint16_t port) {
  auto fd = connect_to(protocol == Protocol::kUdp ? SOCK_DGRAM : SOCK_STREAM, port);
  if (!fd) return fd.error();
  if (protocol == Protocol::kUdp) {
    setsockopt(fd->get(), SOL_SOCKET, SO_SNDBUF, &kBufferBytes, sizeof kBufferBytes);
  }
  introduce(protocol, fd->get(), "publisher");
  return Publisher(protocol, std::move(*fd));
}

void Publisher::send(std::string_view payload) {
  if (protocol_ == Protocol::kUdp) return send_all(fd_.get(), payload);
  frame(payload);
  send_all(fd_.get(), frame_);
  if (protocol_ != Protocol::kRedis || ++sent_ % 64 != 0) return;
  std::array<char, 8192> counts;  // Redis tells how many received it; nobody needs to know
  [[maybe_unused]] const ssize_t ignored = ::recv(fd_.get(), counts.data(), counts.size(), MSG_DONTWAIT);
}

void Publisher::frame(std::string_view payload) {
  frame_.clear();
  if (protocol_ == Protocol::kMqtt) {
    append_mqtt_header(frame_, 0x30, 2 + kSubject.size() + payload.size());
    frame_ += mqtt_text(kSubject);
    frame_ += payload;
    return;
  }
  const std::string size = std::to_string(payload.size());
  frame_ += protocol_ == Protocol::kNats ? "PUB " : "*3\r\n$7\r\nPUBLISH\r\n$1\r\n";
  frame_ += kSubject;
  frame_ += protocol_ == Protocol::kNats ? " " : "\r\n$";
  frame_ += size;
  frame_ += "\r\n";
  frame_ += payload;
  frame_ += "\r\n";
}

Result<Subscriber> open_subscriber(Protocol protocol, const SubscriberAddress& address) {
  Subscriber subscriber;
  if (protocol == Protocol::kUdp) {
    auto fd = bind_device(address.device_port);
    if (!fd) return fd.error();
    subscriber.fd = std::move(*fd);
    return subscriber;
  }
  auto fd = connect_to(SOCK_STREAM, address.server_port);
  if (!fd) return fd.error();
  introduce(protocol, fd->get(), "device" + std::to_string(address.device_port));
  subscribe(protocol, fd->get());
  fcntl(fd->get(), F_SETFL, fcntl(fd->get(), F_GETFL) | O_NONBLOCK);
  subscriber.fd = std::move(*fd);
  return subscriber;
}

}  // namespace aesel::bench
