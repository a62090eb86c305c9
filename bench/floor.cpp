// floor: the least that any UDP event server has to do: receive a batch of datagrams, send each to every
// device. It neither parses nor stores, so a server's figures are told as ratios to it.
//   floor FIRST_DEVICE_PORT DEVICES      prints "ready udp=PORT"; ends on SIGTERM
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr unsigned kBatch = 64;
constexpr unsigned kSendAtOnce = 1024;  // more are refused by sendmmsg
constexpr std::size_t kDatagramBytes = 2048;

struct Batch {
  std::vector<char> bytes = std::vector<char>(kBatch * kDatagramBytes);
  iovec vectors[kBatch];
  mmsghdr headers[kBatch]{};

  Batch() {
    for (unsigned i = 0; i < kBatch; ++i) {
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
  }
  /// Blocks until there is at least one; afterwards the vectors are as long as what arrived.
  unsigned receive(int fd) {
    for (unsigned i = 0; i < kBatch; ++i) vectors[i] = {&bytes[i * kDatagramBytes], kDatagramBytes};
    const int received = recvmmsg(fd, headers, kBatch, MSG_WAITFORONE, nullptr);
    if (received <= 0) return 0;
    for (int i = 0; i < received; ++i) vectors[i].iov_len = headers[i].msg_len;
    return static_cast<unsigned>(received);
  }
};

mmsghdr message(sockaddr_in& to, iovec* vectors, std::size_t count) {
  mmsghdr out{};
  out.msg_hdr.msg_name = &to;
  out.msg_hdr.msg_namelen = sizeof to;
  out.msg_hdr.msg_iov = vectors;
  out.msg_hdr.msg_iovlen = count;
  return out;
}

void send_all(int fd, std::vector<mmsghdr>& messages) {
  for (std::size_t done = 0; done < messages.size();) {
    const auto left = static_cast<unsigned>(messages.size() - done);
    const int sent = sendmmsg(fd, &messages[done], left < kSendAtOnce ? left : kSendAtOnce, 0);
    done += sent > 0 ? static_cast<std::size_t>(sent) : 1;  // the one that was refused is lost
  }
  messages.clear();
}

void relay(int fd, Batch& batch, unsigned count, std::vector<sockaddr_in>& devices,
           std::vector<mmsghdr>& out) {
  for (unsigned i = 0; i < count; ++i) {
    for (sockaddr_in& to : devices) out.push_back(message(to, &batch.vectors[i], 1));
  }
  send_all(fd, out);
}

int open_socket(sockaddr_in& self) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int bytes = 32 << 20;
  for (const int option : {SO_RCVBUFFORCE, SO_SNDBUFFORCE})
    setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof bytes);
  socklen_t size = sizeof self;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&self), size) != 0) return -1;
  getsockname(fd, reinterpret_cast<sockaddr*>(&self), &size);
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: floor FIRST_DEVICE_PORT DEVICES\n");
    return 2;
  }
  sockaddr_in self{};
  self.sin_family = AF_INET;
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = open_socket(self);
  if (fd < 0) {
    std::perror("floor: bind");
    return 1;
  }
  std::vector<sockaddr_in> devices(static_cast<std::size_t>(std::atoi(argv[2])), self);
  for (std::size_t i = 0; i < devices.size(); ++i) {
    devices[i].sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1]) + static_cast<int>(i)));
  }
  std::printf("ready udp=%d\n", ntohs(self.sin_port));
  std::fflush(stdout);
  Batch batch;
  std::vector<mmsghdr> out;
  while (true) {
    const unsigned count = batch.receive(fd);
    relay(fd, batch, count, devices, out);
  }
}
