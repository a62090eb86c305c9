#include "net/udp.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/udp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

namespace aesel::net {
namespace {

error_code last_error() {
  return {errno, boost::system::system_category()};
}

/// As large as the system allows: the FORCE form needs a privilege, the plain one is capped silently.
void set_buffer(int fd, int force_option, int plain_option, int bytes) {
  if (setsockopt(fd, SOL_SOCKET, force_option, &bytes, sizeof bytes) == 0) return;
  setsockopt(fd, SOL_SOCKET, plain_option, &bytes, sizeof bytes);
}

/// A v4-mapped v6 address becomes plain v4, so that equal devices compare equal.
void unmap(Endpoint& endpoint) {
  if (!endpoint.is_v6()) return;
  const auto v6 = reinterpret_cast<const sockaddr_in6&>(endpoint.storage);
  if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = v6.sin6_port;
  std::memcpy(&v4.sin_addr, v6.sin6_addr.s6_addr + 12, 4);
  endpoint.storage = {};
  std::memcpy(&endpoint.storage, &v4, sizeof v4);
  endpoint.length = sizeof v4;
}

Endpoint any_address(int family, std::uint16_t port) {
  Endpoint any;
  if (family == AF_INET6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(any.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    any.length = sizeof v6;
    return any;
  }
  return Endpoint::v4(INADDR_ANY, port);
}

}  // namespace

Endpoint Endpoint::v4(std::uint32_t host_order_address, std::uint16_t port) {
  Endpoint endpoint;
  auto& v4 = reinterpret_cast<sockaddr_in&>(endpoint.storage);
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(host_order_address);
  v4.sin_port = htons(port);
  endpoint.length = sizeof v4;
  return endpoint;
}

Endpoint Endpoint::parse(std::string_view numeric_address, std::uint16_t port) {
  std::string text(numeric_address);
  if (text.size() > 1 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return Endpoint::v4(ntohl(v4.s_addr), port);
  Endpoint endpoint;
  auto& v6 = reinterpret_cast<sockaddr_in6&>(endpoint.storage);
  if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  endpoint.length = sizeof v6;
  unmap(endpoint);
  return endpoint;
}

std::uint16_t Endpoint::port() const {
  if (is_v6()) return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

void Endpoint::set_port(std::uint16_t port) {
  if (is_v6())
    reinterpret_cast<sockaddr_in6&>(storage).sin6_port = htons(port);
  else
    reinterpret_cast<sockaddr_in&>(storage).sin_port = htons(port);
}

std::string Endpoint::text() const {
  if (!valid()) return "(none)";
  char buffer[INET6_ADDRSTRLEN] = {};
  if (is_v6()) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr, buffer, sizeof buffer);
    return fmt::format("[{}]:{}", buffer, port());
  }
  inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(storage).sin_addr, buffer, sizeof buffer);
  return fmt::format("{}:{}", buffer, port());
}

bool operator==(const Endpoint& a, const Endpoint& b) {
  if (a.length != b.length || a.storage.ss_family != b.storage.ss_family) return false;
  if (!a.valid()) return true;
  if (a.is_v6()) {
    const auto& x = reinterpret_cast<const sockaddr_in6&>(a.storage);
    const auto& y = reinterpret_cast<const sockaddr_in6&>(b.storage);
    return x.sin6_port == y.sin6_port && std::memcmp(&x.sin6_addr, &y.sin6_addr, sizeof x.sin6_addr) == 0;
  }
  const auto& x = reinterpret_cast<const sockaddr_in&>(a.storage);
  const auto& y = reinterpret_cast<const sockaddr_in&>(b.storage);
  return x.sin_port == y.sin_port && x.sin_addr.s_addr == y.sin_addr.s_addr;
}

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    if (valid()) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

Fd::~Fd() {
  if (valid()) ::close(fd_);
}

Result<Fd> open_udp(const UdpOptions& options) {
  const bool every = options.host == "*" || options.host.empty();
  Endpoint self = every ? any_address(AF_INET6, options.port) : Endpoint::parse(options.host, options.port);
  if (!self.valid()) return error_code(EADDRNOTAVAIL, boost::system::system_category());
  Fd fd(::socket(self.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid() && every) {  // a machine without IPv6
    self = any_address(AF_INET, options.port);
    fd = Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  }
  if (!fd.valid()) return last_error();
  const int off = 0;
  const int on = 1;
  if (self.is_v6() && every) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  setsockopt(fd.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  set_buffer(fd.get(), SO_RCVBUFFORCE, SO_RCVBUF, options.receive_buffer_bytes);
  set_buffer(fd.get(), SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer_bytes);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&self.storage), self.length) != 0)
    return last_error();
  return fd;
}

std::uint16_t local_port(const Fd& fd) {
  Endpoint self;
  self.length = sizeof self.storage;
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&self.storage), &self.length) != 0) return 0;
  return self.port();
}

struct UdpBatch::Slots {
  static constexpr std::size_t kStride = (kDatagramBytesMax + kDatagramSlack + 63) / 64 * 64;
  // Not touched until a datagram arrives, so small traffic keeps few pages in memory.
  std::unique_ptr<char[]> bytes{new char[kMessages * kStride]};
  mmsghdr headers[kMessages];
  iovec vectors[kMessages];
  Endpoint from[kMessages];
  alignas(cmsghdr) char control[kMessages][CMSG_SPACE(sizeof(timespec))];

  void prepare(int i) {
    headers[i].msg_hdr = {};
    headers[i].msg_hdr.msg_name = &from[i].storage;
    headers[i].msg_hdr.msg_namelen = sizeof from[i].storage;
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
    headers[i].msg_hdr.msg_control = control[i];
    headers[i].msg_hdr.msg_controllen = sizeof control[i];
  }

  std::int64_t received_ns(int i) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&headers[i].msg_hdr); c != nullptr;
         c = CMSG_NXTHDR(&headers[i].msg_hdr, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS) continue;
      timespec t;
      std::memcpy(&t, CMSG_DATA(c), sizeof t);
      return t.tv_sec * std::int64_t{1'000'000'000} + t.tv_nsec;
    }
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
  }
};

UdpBatch::UdpBatch() : slots_(std::make_unique<Slots>()) {
  for (int i = 0; i < kMessages; ++i) {
    slots_->vectors[i] = {slots_->bytes.get() + static_cast<std::size_t>(i) * Slots::kStride,
                          kDatagramBytesMax};
    slots_->prepare(i);
  }
}

UdpBatch::~UdpBatch() = default;

int UdpBatch::receive(const Fd& fd, DatagramSink& sink, int flags) {
  const int received = recvmmsg(fd.get(), slots_->headers, kMessages, flags, nullptr);
  if (received <= 0) return 0;
  for (int i = 0; i < received; ++i) {
    Endpoint& from = slots_->from[i];
    from.length = slots_->headers[i].msg_hdr.msg_namelen;
    unmap(from);
    char* data = static_cast<char*>(slots_->vectors[i].iov_base);
    const std::size_t size = slots_->headers[i].msg_len;
    std::memset(data + size, 0, kDatagramSlack);
    const Datagram datagram{{data, size}, &from, slots_->received_ns(i)};
    sink.on_datagram(datagram);
  }
  sink.on_batch_end();
  for (int i = 0; i < received; ++i) slots_->prepare(i);
  return received;
}

}  // namespace aesel::net
