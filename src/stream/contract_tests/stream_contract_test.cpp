// What every change stream promises, run against each. The UDP one runs over loopback.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>

#include "stream/inproc/inproc_stream.hpp"
#include "stream/udp/udp_stream.hpp"

namespace aesel::stream {
namespace {

namespace asio = boost::asio;

class Recorder final : public EventSink {
 public:
  void on_event(const Event& event) override {
    events.emplace_back(std::string(event.scene), std::string(event.body));
    received_ns = event.received_ns;
    ended = false;
  }
  void on_batch_end() override { ended = true; }
  std::vector<std::pair<std::string, std::string>> events;
  std::int64_t received_ns = -1;
  bool ended = true;
};

struct Pair {
  std::unique_ptr<Publisher> publisher;
  std::unique_ptr<Subscriber> subscriber;
  std::uint16_t port = 0;
};

struct Transport {
  std::string name;
  std::function<Pair(asio::io_context&, telemetry::Metrics&)> open;
};

Pair open_inproc(asio::io_context& context, telemetry::Metrics&) {
  InprocStream stream = make_inproc_stream(context);
  return {std::move(stream.publisher), std::move(stream.subscriber)};
}

Pair open_udp(asio::io_context& context, telemetry::Metrics& metrics) {
  auto subscriber = open_udp_subscriber(context, {.host = "127.0.0.1"}, metrics);
  auto publisher = open_udp_publisher(net::Endpoint::parse("127.0.0.1", subscriber->port), 1 << 20, metrics);
  return {std::move(*publisher), std::move(subscriber->subscriber), subscriber->port};
}

class StreamContract : public testing::TestWithParam<Transport> {
 protected:
  void SetUp() override {
    pair_ = GetParam().open(context_, metrics_);
    asio::co_spawn(context_, pair_.subscriber->run(sink_), asio::detached);
    context_.poll();
  }
  void TearDown() override {
    pair_.subscriber->stop();
    context_.run();  // ends only if run() does
  }
  /// Runs the loop until so many events have come; gives up after a generous while.
  void run_until(std::size_t count) {
    for (int i = 0; i < 5000 && sink_.events.size() < count; ++i) {
      context_.run_one_for(std::chrono::milliseconds(1));
    }
    ASSERT_EQ(sink_.events.size(), count);
  }

  asio::io_context context_;
  telemetry::Metrics metrics_;
  Pair pair_;
  Recorder sink_;
};

TEST_P(StreamContract, DeliversSceneAndBodyInOrderAndEndsTheBatch) {
  for (int i = 0; i < 200; ++i) {
    const std::string body = "{\"n\":" + std::to_string(i) + "}";
    ASSERT_EQ(pair_.publisher->publish({"scene é", body, 5}), PublishOutcome::kSent);
    pair_.publisher->flush();
    if (i % 50 == 0) context_.poll();
  }
  run_until(200);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(sink_.events[static_cast<std::size_t>(i)].first, "scene é");
    EXPECT_EQ(sink_.events[static_cast<std::size_t>(i)].second, "{\"n\":" + std::to_string(i) + "}");
  }
  EXPECT_TRUE(sink_.ended);
  EXPECT_GT(sink_.received_ns, 0);
}

TEST_P(StreamContract, SeveralEventsMayShareAFlush) {
  const std::vector<std::string> bodies{"{\"a\":1}", "{\"a\":2}", "{\"a\":3}"};
  for (const std::string& body : bodies)
    ASSERT_EQ(pair_.publisher->publish({"s", body}), PublishOutcome::kSent);
  pair_.publisher->flush();
  run_until(3);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(sink_.events[i].second, bodies[i]);
}

TEST_P(StreamContract, CarriesBodiesUpToADatagram) {
  const std::string body(65'000, 'x');
  ASSERT_EQ(pair_.publisher->publish({"s", body}), PublishOutcome::kSent);
  pair_.publisher->flush();
  run_until(1);
  EXPECT_EQ(sink_.events[0].second, body);
}

TEST_P(StreamContract, IsReady) {
  EXPECT_TRUE(pair_.publisher->check());
}

TEST_P(StreamContract, EndsWhenStopped) {
  pair_.subscriber->stop();
  context_.restart();
  context_.run();
  EXPECT_EQ(pair_.publisher->publish({"s", "{}"}) == PublishOutcome::kTooLarge, false);
  pair_.publisher->flush();
  EXPECT_TRUE(sink_.events.empty());
}

INSTANTIATE_TEST_SUITE_P(Streams, StreamContract,
                         testing::Values(Transport{"inproc", open_inproc}, Transport{"udp", open_udp}),
                         [](const auto& param) { return param.param.name; });

TEST(UdpStream, DropsWhatItDoesNotUnderstandAndGoesOn) {
  asio::io_context context;
  telemetry::Metrics metrics;
  Pair pair = open_udp(context, metrics);
  Recorder sink;
  asio::co_spawn(context, pair.subscriber->run(sink), asio::detached);
  auto sender = net::UdpSender::open(1 << 20);
  const net::Endpoint to = net::Endpoint::parse("127.0.0.1", pair.port);
  for (const std::string_view text : {"", "kill", "\nbody", "s\n", "s\nfirst\nignored", "s\nlast\n"})
    sender->queue(to, text);
  sender->flush();
  for (int i = 0; i < 5000 && sink.events.size() < 2; ++i) context.run_one_for(std::chrono::milliseconds(1));
  ASSERT_EQ(sink.events.size(), 2u);
  EXPECT_EQ(sink.events[0].second, "first");
  EXPECT_EQ(sink.events[1].second, "last");
  EXPECT_EQ(metrics.counter("aesel_stream_malformed_total", "").value(), 4u);
  pair.subscriber->stop();
  context.run();
}

TEST(UdpStream, RefusesWhatNoDatagramHolds) {
  telemetry::Metrics metrics;
  auto publisher = open_udp_publisher(net::Endpoint::parse("127.0.0.1", 9), 1 << 20, metrics);
  ASSERT_TRUE(publisher);
  const std::string body(65'507, 'x');
  EXPECT_EQ((*publisher)->publish({"s", body}), PublishOutcome::kTooLarge);
  EXPECT_FALSE(open_udp_publisher(net::Endpoint{}, 1 << 20, metrics));
}

}  // namespace
}  // namespace aesel::stream
