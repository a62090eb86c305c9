// An event that moves an object or property costs no heap allocation: not in the receive batch, the decoder,
// the live table, the encoder, the change stream or the fan-out to the devices. This replaces operator new
// and malloc's other door (aligned new) and counts.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "net/udp.hpp"
#include "objects/event_intake.hpp"
#include "scenes/fan_out.hpp"
#include "stream/inproc/inproc_stream.hpp"

namespace {
std::atomic<std::uint64_t> g_allocations{0};

void* allocate(std::size_t bytes) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void* allocate(std::size_t bytes, std::align_val_t alignment) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  const auto unit = static_cast<std::size_t>(alignment);
  if (void* const memory = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes);
}
void* operator new[](std::size_t bytes) {
  return allocate(bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, alignment);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, alignment);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace aesel {
namespace {

constexpr int kObjects = 20;
constexpr int kDevices = 5;
constexpr int kBatch = 40;

template <class Id>
Id id_of(int i) {
  Id id;
  id.bytes = {0x5b, 0x98, 0x88, 0x0a, 0x27, 0x06, 0x98, 0x49, 0, 0, 1, static_cast<std::uint8_t>(i)};
  return id;
}

net::Fd open_loopback() {
  net::UdpOptions options;
  options.host = "127.0.0.1";
  auto fd = net::open_udp(options);
  EXPECT_TRUE(fd) << fd.error().message();
  return std::move(*fd);
}

/// A device that counts what reaches it.
class Listener final : public net::DatagramSink {
 public:
  Listener() : fd_(open_loopback()) {}
  std::uint16_t port() const { return net::local_port(fd_); }
  void read_all() {
    while (batch_.receive(fd_, *this, MSG_DONTWAIT) > 0) {
    }
  }
  void on_datagram(const net::Datagram& datagram) override {
    ++received_;
    bytes_ += datagram.bytes.size();
  }
  void on_batch_end() override {}
  std::uint64_t received() const { return received_; }

 private:
  net::Fd fd_;
  net::UdpBatch batch_;
  std::uint64_t received_ = 0;
  std::uint64_t bytes_ = 0;
};

/// Everything between the receiving and the sending socket of a server that plays all roles.
class EventAllocation : public testing::Test {
 protected:
  EventAllocation()
      : stream_(stream::make_inproc_stream(context_)), server_(open_loopback()), client_(open_loopback()) {
    auto fan_out = scenes::open_fan_out(context_, {}, metrics_);
    EXPECT_TRUE(fan_out) << fan_out.error().message();
    fan_out_ = std::move(*fan_out);
    for (int i = 0; i < kDevices; ++i) {
      fan_out_->put_device("stage", "device" + std::to_string(i), {"127.0.0.1", devices_[i].port()});
    }
    boost::asio::co_spawn(context_, stream_.subscriber->run(*fan_out_), boost::asio::detached);
    context_.poll();
    intake_ = std::make_unique<objects::EventIntake>(objects_, properties_, *stream_.publisher, metrics_);
    for (int i = 0; i < kObjects; ++i) add_records(i);
  }
  ~EventAllocation() override {
    stream_.subscriber->stop();
    context_.restart();
    context_.poll();
  }

  void add_records(int i) {
    objects::Object object;
    object.id = id_of<ObjectId>(i);
    object.name = "joint" + std::to_string(i);
    object.scene = "stage";
    objects_.insert(object);
    objects::Property property;
    property.id = id_of<PropertyId>(i);
    property.name = "light" + std::to_string(i);
    property.scene = "stage";
    properties_.insert(property);
  }

  /// Sends the datagrams to the server's socket, lets it work, and reads what arrived at the devices.
  void pass(const std::vector<std::string>& datagrams) {
    const net::Endpoint server = net::Endpoint::parse("127.0.0.1", net::local_port(server_));
    for (const std::string& datagram : datagrams) {
      ASSERT_EQ(sendto(client_.get(), datagram.data(), datagram.size(), 0,
                       reinterpret_cast<const sockaddr*>(&server.storage), server.length),
                static_cast<ssize_t>(datagram.size()));
    }
    while (batch_.receive(server_, *intake_, MSG_DONTWAIT) > 0) {
    }
    for (Listener& device : devices_) device.read_all();
  }

  /// Allocations made while `rounds` batches pass, and that each event reached every device.
  void expect_none(const std::vector<std::string>& datagrams) {
    for (int round = 0; round < 3; ++round) pass(datagrams);  // buffers reach their size
    std::uint64_t received = 0;
    for (const Listener& device : devices_) received -= device.received();
    const std::uint64_t before = g_allocations.load();
    constexpr std::uint64_t kRounds = 50;
    for (std::uint64_t round = 0; round < kRounds; ++round) pass(datagrams);
    const std::uint64_t allocations = g_allocations.load() - before;
    for (const Listener& device : devices_) received += device.received();
    EXPECT_EQ(received, kRounds * datagrams.size() * kDevices);
    EXPECT_EQ(allocations, 0u) << "in " << kRounds * datagrams.size() << " events";
  }

  boost::asio::io_context context_;
  telemetry::Metrics metrics_;
  objects::ObjectTable objects_;
  objects::PropertyTable properties_;
  stream::InprocStream stream_;
  net::Fd server_;
  net::Fd client_;
  net::UdpBatch batch_;
  std::array<Listener, kDevices> devices_;
  std::unique_ptr<scenes::FanOut> fan_out_;
  std::unique_ptr<objects::EventIntake> intake_;
};

std::string object_event(int i, const std::string& numbers) {
  return "{\"msg_type\":1,\"key\":\"" + id_of<ObjectId>(i).text() + "\",\"name\":\"joint" +
         std::to_string(i) + "\",\"scene\":\"stage\",\"transform\":[" + numbers + "]}";
}

TEST_F(EventAllocation, CounterCounts) {
  const std::uint64_t before = g_allocations.load();
  const std::vector<int> some(100);
  EXPECT_EQ(some.size(), 100u);
  EXPECT_GT(g_allocations.load(), before);
}

TEST_F(EventAllocation, NoneForMovedObjects) {
  std::vector<std::string> datagrams;
  for (int i = 0; i < kBatch; ++i) {
    datagrams.push_back(object_event(
        i % kObjects, "0.9659258262890683,-0.25881904510252074,0.0," + std::to_string(i) +
                          ".25,0.0,1.0,0.0,-3.0614674589207183,0.0,0.0,1.0,7.5,0.0,0.0,0.0,1.0"));
  }
  expect_none(datagrams);
}

TEST_F(EventAllocation, NoneForNumbersThatAreWrittenAnew) {
  std::vector<std::string> datagrams;
  for (int i = 0; i < kBatch; ++i) {
    datagrams.push_back(
        object_event(i % kObjects, "1,0,0," + std::to_string(i) + ",0,1,0,-3,0,0,1,12345678,0,0,0,1"));
  }
  expect_none(datagrams);
}

TEST_F(EventAllocation, NoneForMovedProperties) {
  std::vector<std::string> datagrams;
  for (int i = 0; i < kBatch; ++i) {
    datagrams.push_back("{\"msg_type\":9,\"key\":\"" + id_of<PropertyId>(i % kObjects).text() +
                        "\",\"values\":[0." + std::to_string(1000 + i) + ",1.0]}");
  }
  expect_none(datagrams);
}

}  // namespace
}  // namespace aesel
