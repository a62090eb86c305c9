// UDP sockets for the event path and for the tools: batched receive with the kernel's timestamps, batched
// send.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "net/fwd.hpp"

namespace aesel::net {

/// An IPv4 or IPv6 address with a port. A v4-mapped v6 address is kept as v4.
struct Endpoint {
  sockaddr_storage storage{};
  socklen_t length = 0;

  static Endpoint v4(std::uint32_t host_order_address, std::uint16_t port);
  /// A numeric address; nullopt-like empty endpoint (length 0) if the text is not one.
  static Endpoint parse(std::string_view numeric_address, std::uint16_t port);
  bool valid() const { return length != 0; }
  bool is_v6() const { return storage.ss_family == AF_INET6; }
  std::uint16_t port() const;
  void set_port(std::uint16_t port);
  std::string text() const;  // "127.0.0.1:8762", "[::1]:8762"
  friend bool operator==(const Endpoint& a, const Endpoint& b);
};

/// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_ = -1;
};

struct UdpOptions {
  std::string host = "*";               // "*": every address, IPv6 and IPv4
  std::uint16_t port = 0;               // 0: any free one
  int receive_buffer_bytes = 32 << 20;  // as much of it as the system allows
  int send_buffer_bytes = 8 << 20;
};
/// A bound, non-blocking socket with receive timestamps switched on.
Result<Fd> open_udp(const UdpOptions& options);
std::uint16_t local_port(const Fd& fd);

/// Bytes that may be read (not written) beyond the end of a received datagram, for vectorised parsers.
inline constexpr std::size_t kDatagramSlack = 64;
inline constexpr std::size_t kDatagramBytesMax = 65'507;

struct Datagram {
  std::span<char> bytes;  // followed by kDatagramSlack readable bytes
  Endpoint* from = nullptr;
  std::int64_t received_ns = 0;  // wall clock, from the kernel
};

/// What a receiver calls. Thread: the receiver's core. on_datagram never blocks and never throws.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;
  virtual void on_datagram(const Datagram& datagram) = 0;
  /// After each batch; the batch's bytes stay valid until this returns.
  virtual void on_batch_end() = 0;
};

/// A batch of receive buffers over a socket: recvmmsg and nothing else. Usable without an event loop.
class UdpBatch {
 public:
  static constexpr int kMessages = 64;
  UdpBatch();
  ~UdpBatch();
  /// Receives what is there (at most kMessages) and hands it over. The number received; 0: nothing waiting.
  int receive(const Fd& fd, DatagramSink& sink, int flags);

 private:
  struct Slots;
  std::unique_ptr<Slots> slots_;
};

/// Waits for readiness on the event loop and runs batches.
class UdpReceiver {
 public:
  virtual ~UdpReceiver() = default;
  virtual std::uint16_t port() const = 0;
  /// Until stop(). REQUIRES: the sink outlives the run.
  virtual Task<void> run(DatagramSink& sink) = 0;
  virtual void stop() = 0;
};
Result<std::unique_ptr<UdpReceiver>> open_udp_receiver(boost::asio::io_context& context,
                                                       const UdpOptions& options);

/// Collects datagrams for many destinations and sends them in as few system calls as possible. The bytes and
/// the endpoints must stay valid until flush(). Never blocks: what the kernel refuses is dropped and counted.
class UdpSender {
 public:
  /// What may be added behind a datagram so that it leaves in one piece with others that are a little longer.
  enum class Filler {
    kNone,    // nothing: every datagram arrives as it is
    kSpaces,  // for JSON: a burst to the same destinations leaves at a fraction of the cost
  };
  static Result<UdpSender> open(int send_buffer_bytes, Filler filler = Filler::kNone);
  UdpSender(UdpSender&&) noexcept;
  ~UdpSender();
  /// The same bytes to every destination.
  void queue(std::span<const Endpoint> to, std::string_view bytes);
  void queue(const Endpoint& to, std::string_view bytes) { queue({&to, 1}, bytes); }
  /// Sends all that is queued.
  void flush();
  std::uint64_t sent() const { return sent_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  explicit UdpSender(Filler filler);
  struct Lane;
  struct Parcel;
  struct Piece;
  struct Queue;
  Lane* lane_of(const Endpoint& to);
  Piece piece_at(std::size_t first) const;
  void post(const Piece& piece);
  void flush_lane(Lane& lane);
  void send_apart(Lane& lane, std::size_t message, int error);
  std::unique_ptr<Queue> queue_;
  std::unique_ptr<Lane> v4_;
  std::unique_ptr<Lane> v6_;
  std::uint64_t sent_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace aesel::net
