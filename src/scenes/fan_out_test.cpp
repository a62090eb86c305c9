// FanOut over loopback sockets: who receives what. Host names are numeric or "localhost".
#include "scenes/fan_out.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "net/udp.hpp"

namespace aesel::scenes {
namespace {

namespace asio = boost::asio;

/// A device's socket.
class Listener final : net::DatagramSink {
 public:
  explicit Listener(const char* host = "127.0.0.1") : fd_(*net::open_udp({.host = host})) {}
  std::uint16_t port() const { return net::local_port(fd_); }

  /// Waits until so many have come, then checks that no more are there.
  std::vector<std::string> receive(std::size_t count) {
    while (texts_.size() < count) {
      pollfd wait{fd_.get(), POLLIN, 0};
      if (::poll(&wait, 1, 5000) != 1) break;
      batch_.receive(fd_, *this, MSG_DONTWAIT);
    }
    batch_.receive(fd_, *this, MSG_DONTWAIT);
    return std::exchange(texts_, {});
  }

 private:
  void on_datagram(const net::Datagram& d) override { texts_.emplace_back(d.bytes.data(), d.bytes.size()); }
  void on_batch_end() override {}
  net::Fd fd_;
  net::UdpBatch batch_;
  std::vector<std::string> texts_;
};

class FanOutTest : public testing::Test {
 protected:
  FanOutTest() : fan_out_(std::move(*open_fan_out(context_, {.resolve_retry_ms = 20}, metrics_))) {}

  void send(std::string_view scene, std::string_view body) {
    fan_out_->on_event({scene, body, 1});
    fan_out_->on_batch_end();
  }
  std::uint64_t counter(const char* name) { return metrics_.counter(name, "").value(); }

  asio::io_context context_;
  telemetry::Metrics metrics_;
  std::unique_ptr<FanOut> fan_out_;
};

using Texts = std::vector<std::string>;

TEST_F(FanOutTest, EveryDeviceOfTheSceneReceivesAndNobodyElse) {
  Listener a, b, other;
  fan_out_->put_device("s", "a", {"127.0.0.1", a.port()});
  fan_out_->put_device("s", "b", {"127.0.0.1", b.port()});
  fan_out_->put_device("t", "other", {"127.0.0.1", other.port()});
  send("s", "{\"n\":1}");
  EXPECT_EQ(a.receive(1), Texts{"{\"n\":1}"});
  EXPECT_EQ(b.receive(1), Texts{"{\"n\":1}"});
  EXPECT_EQ(other.receive(0), Texts{});
  EXPECT_EQ(counter("aesel_deliveries_total"), 2u);
}

TEST_F(FanOutTest, ABurstArrivesInOrderAndWhole) {
  Listener a, b;
  fan_out_->put_device("s", "a", {"127.0.0.1", a.port()});
  fan_out_->put_device("s", "b", {"127.0.0.1", b.port()});
  Texts bodies;
  for (int i = 0; i < 150; ++i)
    bodies.push_back("{\"n\":" + std::to_string(i * i) + ",\"x\":\"" + std::string(i % 7, 'y') + "\"}");
  for (const std::string& body : bodies) fan_out_->on_event({"s", body, 1});
  fan_out_->on_batch_end();
  for (Listener* device : {&a, &b}) {
    Texts got = device->receive(bodies.size());
    for (std::string& text : got) text.erase(text.find_last_not_of(' ') + 1);  // spaces may follow the JSON
    EXPECT_EQ(got, bodies);
  }
}

TEST_F(FanOutTest, ChangesTakeEffectOnTheNextEvent) {
  Listener first, second;
  fan_out_->put_device("s", "d", {"127.0.0.1", first.port()});
  send("s", "1");
  fan_out_->put_device("s", "d", {"127.0.0.1", second.port()});
  send("s", "2");
  fan_out_->remove_device("s", "d");
  send("s", "3");
  fan_out_->put_device("s", "d", {"127.0.0.1", first.port()});
  fan_out_->remove_scene("s");
  send("s", "4");
  EXPECT_EQ(first.receive(1), Texts{"1"});
  EXPECT_EQ(second.receive(1), Texts{"2"});
  EXPECT_EQ(counter("aesel_events_without_listener_total"), 2u);
}

TEST_F(FanOutTest, ReachesIpv6Devices) {
  auto probe = net::open_udp({.host = "::1"});
  if (!probe) GTEST_SKIP() << "this machine has no IPv6";
  Listener six("::1"), four;
  fan_out_->put_device("s", "six", {"::1", six.port()});
  fan_out_->put_device("s", "four", {"127.0.0.1", four.port()});
  send("s", "x");
  EXPECT_EQ(six.receive(1), Texts{"x"});
  EXPECT_EQ(four.receive(1), Texts{"x"});
}

TEST_F(FanOutTest, NamesWorkOnceTheyAreResolvedAndUnresolvableOnesHinderNobody) {
  Listener named, numeric;
  fan_out_->put_device("s", "nobody", {"no-such-host.invalid", 9});
  fan_out_->put_device("s", "named", {"localhost", named.port()});
  fan_out_->put_device("s", "numeric", {"127.0.0.1", numeric.port()});
  send("s", "early");
  EXPECT_EQ(numeric.receive(1), Texts{"early"});
  asio::co_spawn(context_, fan_out_->run(), asio::detached);
  Texts got;
  for (int i = 0; i < 5000 && got.empty(); ++i) {
    context_.run_one_for(std::chrono::milliseconds(2));
    send("s", "x");
    got = named.receive(0);
  }
  EXPECT_FALSE(got.empty());
  fan_out_->stop();
  context_.run();
}

TEST_F(FanOutTest, DevicesWithoutAnAddressReceiveNothing) {
  fan_out_->put_device("s", "a", {"", 5005});
  fan_out_->put_device("s", "b", {"127.0.0.1", 0});
  send("s", "x");
  EXPECT_EQ(counter("aesel_deliveries_total"), 0u);
  EXPECT_EQ(counter("aesel_events_without_listener_total"), 1u);
}

}  // namespace
}  // namespace aesel::scenes
