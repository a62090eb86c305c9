// Many requests at once over a store that fails and dawdles at random: at the end the store, the memory and
// the fan-out must agree, and a restart must find the same. The seed is printed.
#include <iostream>

#include "scenes/test_server.hpp"

namespace aesel::scenes {
namespace {

using testing::Answer;
using testing::TestServer;

class Clients {
 public:
  explicit Clients(std::uint64_t seed) : random_(seed) {}

  http::Request next() {
    const std::string scene = "s" + std::to_string(random_() % 6);
    const std::string device = "d" + std::to_string(random_() % 4);
    switch (random_() % 9) {
      case 0:
      case 1:
      case 2:
        return post("/v1/register", R"({"scenes":[{"key":")" + scene + R"(","devices":[{"key":")" + device +
                                        R"(","hostname":"h","port":)" + std::to_string(1 + random_() % 9) +
                                        "}]}]}");
      case 3:
      case 4:
        return post("/v1/align", R"({"scenes":[{"key":")" + scene + R"(","devices":[{"key":")" + device +
                                     R"(","transform":{"translation":[)" + std::to_string(random_() % 100) +
                                     R"(,2,3],"rotation":[0.1,)" + std::to_string(random_() % 6) +
                                     ",0.3]}}]}]}");
      case 5:
        return post("/v1/deregister",
                    R"({"scenes":[{"key":")" + scene + R"(","devices":[{"key":")" + device + "\"}]}]}");
      case 6:
        return TestServer::make_request(http::Method::kDelete, "/v1/scene/" + scene, "");
      case 7:
        return TestServer::make_request(http::Method::kPut, "/v1/scene/" + scene + "/asset/" + device, "");
      default:
        return post("/v1/scene/" + scene,
                    R"({"scenes":[{"name":")" + std::to_string(random_() % 100) + "\"}]}");
    }
  }

 private:
  static http::Request post(std::string_view target, std::string body) {
    return TestServer::make_request(http::Method::kPost, target, std::move(body));
  }
  std::mt19937_64 random_;
};

struct Tally {
  int done = 0;
  int confirmed = 0;
  int refused_by_store = 0;
};

Task<void> client(TestServer& server, Clients& clients, int requests, Tally& tally) {
  for (int i = 0; i < requests; ++i) {
    http::Request request = clients.next();
    Answer answer;
    co_await server.handle(std::move(request), answer);
    ++tally.done;
    if (answer.code() == 100) ++tally.confirmed;
    if (answer.status == 503) ++tally.refused_by_store;
  }
}

TEST(ScenesSimulation, StoreMemoryAndFanOutAgreeUnderConcurrentRequestsAndFailures) {
  const std::uint64_t first_seed = std::random_device{}();
  for (std::uint64_t seed = first_seed; seed < first_seed + 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TestServer server;
    server.store.random.seed(seed);
    server.store.dawdles = true;
    server.store.failure_percent = 15;
    Clients clients(seed);
    Tally tally;
    boost::asio::io_context context(1);
    for (int i = 0; i < 16; ++i) {
      boost::asio::co_spawn(context, client(server, clients, 60, tally), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
      });
    }
    context.run();
    EXPECT_EQ(tally.done, 16 * 60) << "a request waits for ever";
    EXPECT_GT(tally.confirmed, 300);
    EXPECT_GT(tally.refused_by_store, 20);
    server.expect_consistent();

    testing::NotingFanOut fan_out;
    Scenes again(server.store, fan_out, {}, server.clock);
    ASSERT_TRUE(again.load());
    EXPECT_EQ(fan_out.devices, server.fan_out.devices);
    EXPECT_EQ(again.graph().links(), server.scenes.graph().links());
    if (HasFailure()) {
      std::cout << "seed " << seed << "\n";
      return;
    }
  }
  std::cout << "seeds " << first_seed << " to " << first_seed + 19 << "\n";
}

}  // namespace
}  // namespace aesel::scenes
