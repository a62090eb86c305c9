// UdpSender: many datagrams to many destinations in few system calls. Datagrams that follow each other to the
// same destinations leave as one piece per destination, which the kernel cuts into segments of one size
// (UDP_SEGMENT): the way through the network stack is then paid once for all of them. Text is filled up with
// spaces to that size.
#include <netinet/udp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "net/udp.hpp"

namespace aesel::net {
namespace {

constexpr std::size_t kParcelsMax = 256;        // queued before they leave by themselves
constexpr std::size_t kSegmentsMax = 64;        // the kernel's limit for one piece
constexpr std::size_t kPieceBytesMax = 65'000;  // with room for every header
constexpr std::size_t kFillBytesMax = 512;      // of one segment
constexpr std::size_t kFillShareMax = 4;        // filling may add a quarter to what is sent

/// The control message that says how long each segment is. Room that it does not use is ignored.
struct alignas(cmsghdr) SegmentSize {
  std::array<char, CMSG_SPACE(sizeof(std::uint16_t))> bytes{};

  void attach(msghdr& header, std::uint16_t size) {
    header.msg_control = bytes.data();
    header.msg_controllen = bytes.size();
    cmsghdr* const message = CMSG_FIRSTHDR(&header);
    message->cmsg_level = SOL_UDP;
    message->cmsg_type = UDP_SEGMENT;
    message->cmsg_len = CMSG_LEN(sizeof size);
    std::memcpy(CMSG_DATA(message), &size, sizeof size);
  }
};

/// Kernels before 4.18 would send a piece as one datagram.
bool can_cut(int fd) {
  int size = 0;
  socklen_t length = sizeof size;
  return getsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, &length) == 0;
}

}  // namespace

/// The same bytes for each of some destinations.
struct UdpSender::Parcel {
  std::span<const Endpoint> to;
  std::string_view bytes;
};

/// Parcels that follow each other in the queue and leave together.
struct UdpSender::Piece {
  std::size_t first = 0;
  std::size_t count = 0;
  std::size_t segment_bytes = 0;
};

/// One address family's socket and what waits for it.
struct UdpSender::Lane {
  static constexpr std::size_t kMessages = 1024;  // the kernel's own limit for one sendmmsg
  Fd fd;
  std::vector<mmsghdr> headers = std::vector<mmsghdr>(kMessages);
  std::vector<Piece> pieces = std::vector<Piece>(kMessages);  // what each header sends
  std::size_t waiting = 0;
};

/// Everything that is queued. All arrays keep their size between flushes.
struct UdpSender::Queue {
  explicit Queue(Filler what) : filler(what) { spaces.fill(' '); }
  Filler filler;
  std::array<Parcel, kParcelsMax> parcels;
  std::array<iovec, 2 * kParcelsMax> vectors;  // of each parcel: its bytes, and what fills it up
  std::array<SegmentSize, kParcelsMax> sizes;  // of the piece that starts with this parcel
  std::array<char, kFillBytesMax> spaces;
  std::size_t count = 0;
  std::size_t segment_bytes_max = kPieceBytesMax;  // above this the kernel refused to cut
};

UdpSender::UdpSender(Filler filler) : queue_(std::make_unique<Queue>(filler)) {}
UdpSender::UdpSender(UdpSender&&) noexcept = default;
UdpSender::~UdpSender() = default;

Result<UdpSender> UdpSender::open(int send_buffer_bytes, Filler filler) {
  UdpSender sender(filler);
  for (const int family : {AF_INET, AF_INET6}) {
    Fd fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.valid()) {
      if (family == AF_INET6) continue;  // a machine without IPv6
      return error_code(errno, boost::system::system_category());
    }
    if (setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer_bytes, sizeof send_buffer_bytes) != 0) {
      setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes);
    }
    if (!can_cut(fd.get())) sender.queue_->segment_bytes_max = 0;
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
  if (bytes.size() > kDatagramBytesMax) {
    dropped_ += to.size();
    return;
  }
  Queue& queue = *queue_;
  if (queue.count == kParcelsMax) flush();
  queue.parcels[queue.count++] = {to, bytes};
}

/// The parcels, beginning with `first`, that can leave together.
UdpSender::Piece UdpSender::piece_at(std::size_t first) const {
  const Queue& queue = *queue_;
  const Parcel& start = queue.parcels[first];
  Piece piece{first, 1, start.bytes.size()};
  std::size_t smallest = start.bytes.size();
  std::size_t bytes = start.bytes.size();
  while (piece.count < kSegmentsMax && first + piece.count < queue.count) {
    const Parcel& next = queue.parcels[first + piece.count];
    const std::size_t size = next.bytes.size();
    if (next.to.data() != start.to.data() || next.to.size() != start.to.size()) break;
    const std::size_t segment = std::max(piece.segment_bytes, size);
    smallest = std::min(smallest, size);
    bytes += size;
    const std::size_t total = segment * (piece.count + 1);
    if (smallest == 0 || segment > queue.segment_bytes_max || total > kPieceBytesMax) break;
    if (smallest != segment) {
      if (queue.filler == Filler::kNone || segment - smallest > kFillBytesMax) break;
      if (total - bytes > bytes / kFillShareMax) break;
    }
    piece.segment_bytes = segment;
    ++piece.count;
  }
  return piece;
}

void UdpSender::flush() {
  Queue& queue = *queue_;
  for (std::size_t first = 0; first < queue.count;) {
    const Piece piece = piece_at(first);
    post(piece);
    first += piece.count;
  }
  if (v4_) flush_lane(*v4_);
  if (v6_) flush_lane(*v6_);
  queue.count = 0;
}

/// One message per destination, of all segments.
void UdpSender::post(const Piece& piece) {
  Queue& queue = *queue_;
  iovec* const vectors = &queue.vectors[2 * piece.first];
  std::size_t used = 0;
  for (std::size_t i = 0; i < piece.count; ++i) {
    const std::string_view bytes = queue.parcels[piece.first + i].bytes;
    vectors[used++] = {const_cast<char*>(bytes.data()), bytes.size()};
    const std::size_t missing = piece.segment_bytes - bytes.size();
    if (missing > 0 && i + 1 < piece.count)
      vectors[used++] = {queue.spaces.data(), missing};  // the last may be short
  }
  msghdr message{};
  message.msg_iov = vectors;
  message.msg_iovlen = used;
  if (piece.count > 1)
    queue.sizes[piece.first].attach(message, static_cast<std::uint16_t>(piece.segment_bytes));
  for (const Endpoint& endpoint : queue.parcels[piece.first].to) {
    Lane* const lane = lane_of(endpoint);
    if (lane == nullptr) {
      dropped_ += piece.count;
      continue;
    }
    msghdr& header = lane->headers[lane->waiting].msg_hdr;
    header = message;
    header.msg_name = const_cast<sockaddr_storage*>(&endpoint.storage);
    header.msg_namelen = endpoint.length;
    lane->pieces[lane->waiting] = piece;
    if (++lane->waiting == Lane::kMessages) flush_lane(*lane);
  }
}

void UdpSender::flush_lane(Lane& lane) {
  for (std::size_t done = 0; done < lane.waiting;) {
    const int sent =
        sendmmsg(lane.fd.get(), &lane.headers[done], static_cast<unsigned>(lane.waiting - done), 0);
    if (sent > 0) {
      for (int i = 0; i < sent; ++i) sent_ += lane.pieces[done++].count;
      continue;
    }
    if (errno == EINTR) continue;
    // The first message of the rest was refused (no route, nobody there, buffer full): it alone suffers.
    if (lane.pieces[done].count == 1)
      ++dropped_;
    else
      send_apart(lane, done, errno);
    ++done;
  }
  lane.waiting = 0;
}

/// A piece that the kernel did not take, segment by segment.
void UdpSender::send_apart(Lane& lane, std::size_t message, int error) {
  Queue& queue = *queue_;
  const Piece& piece = lane.pieces[message];
  // Larger than the way there allows in one packet, or no device on it that can cut: do not try again.
  if (error == EINVAL || error == EMSGSIZE) queue.segment_bytes_max = piece.segment_bytes - 1;
  if (error == EIO || error == EOPNOTSUPP) queue.segment_bytes_max = 0;
  msghdr single = lane.headers[message].msg_hdr;
  single.msg_control = nullptr;
  single.msg_controllen = 0;
  single.msg_iovlen = 1;
  for (std::size_t i = piece.first; i < piece.first + piece.count; ++i) {
    const std::string_view bytes = queue.parcels[i].bytes;
    iovec vector{const_cast<char*>(bytes.data()), bytes.size()};
    single.msg_iov = &vector;
    ssize_t sent = -1;
    do sent = sendmsg(lane.fd.get(), &single, 0);
    while (sent < 0 && errno == EINTR);
    ++(sent < 0 ? dropped_ : sent_);
  }
}

}  // namespace aesel::net
