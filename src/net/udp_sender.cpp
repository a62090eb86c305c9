// UdpSender: many datagrams to many destinations in few system calls.
#include <netinet/udp.h>
#include <unistd.h>

#include <cerrno>

#include "net/udp.hpp"

namespace aesel::net {

/// One address family's socket and what waits for it. All arrays keep their size between flushes.
struct UdpSender::Lane {
  static constexpr std::size_t kMessages = 1024;  // the kernel's own limit for one sendmmsg
  Fd fd;
  std::vector<mmsghdr> headers = std::vector<mmsghdr>(kMessages);
  std::vector<iovec> vectors = std::vector<iovec>(kMessages);
  std::size_t waiting = 0;
};

UdpSender::UdpSender() = default;
UdpSender::UdpSender(UdpSender&&) noexcept = default;
UdpSender::~UdpSender() = default;

Result<UdpSender> UdpSender::open(int send_buffer_bytes) {
  UdpSender sender;
  for (const int family : {AF_INET, AF_INET6}) {
    Fd fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.valid()) {
      if (family == AF_INET6) continue;  // a machine without IPv6
      return error_code(errno, boost::system::system_category());
    }
    if (setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer_bytes, sizeof send_buffer_bytes) != 0) {
      setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes);
    }
    auto& lane = family == AF_INET ? sender.v4_ : sender.v6_;
    lane = std::make_unique<Lane>();
    lane->fd = std::move(fd);
  }
  return sender;
}

UdpSender::Lane* UdpSender::lane_of(const Endpoint& to) {
  if (!to.valid()) return nullptr;
  return to.is_v6() ? v6_.get() : v4_.get();
}

void UdpSender::queue(std::span<const Endpoint> to, std::string_view bytes) {
  for (const Endpoint& endpoint : to) {
    Lane* const lane = lane_of(endpoint);
    if (lane == nullptr || bytes.size() > kDatagramBytesMax) {
      ++dropped_;
      continue;
    }
    const std::size_t i = lane->waiting++;
    lane->vectors[i] = {const_cast<char*>(bytes.data()), bytes.size()};
    msghdr& header = lane->headers[i].msg_hdr;
    header.msg_name = const_cast<sockaddr_storage*>(&endpoint.storage);
    header.msg_namelen = endpoint.length;
    header.msg_iov = &lane->vectors[i];
    header.msg_iovlen = 1;
    if (lane->waiting == Lane::kMessages) flush_lane(*lane);
  }
}

void UdpSender::flush() {
  if (v4_ && v4_->waiting > 0) flush_lane(*v4_);
  if (v6_ && v6_->waiting > 0) flush_lane(*v6_);
}

void UdpSender::flush_lane(Lane& lane) {
  std::size_t done = 0;
  while (done < lane.waiting) {
    const int sent = sendmmsg(lane.fd.get(), &lane.headers[done], static_cast<unsigned>(lane.waiting - done), 0);
    if (sent > 0) {
      done += static_cast<std::size_t>(sent);
      sent_ += static_cast<std::uint64_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    // The first datagram of the rest was refused (no route, nobody there, buffer full): it alone is dropped.
    ++dropped_;
    ++done;
  }
  lane.waiting = 0;
}

}  // namespace aesel::net
