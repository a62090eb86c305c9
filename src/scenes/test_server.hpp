// For tests only: a scenes service over a memory store that can be told to fail and to dawdle, with a fan-out
// that only takes notes. Requests go through the routes, as they do in the server, but without a network.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "scenes/scene_api.hpp"
#include "scenes/scene_record.hpp"
#include "storage/error.hpp"

namespace aesel::scenes::testing {

/// Fails and dawdles as told; otherwise a memory store.
class UnreliableStore final : public storage::GraphStore {
 public:
  Result<storage::GraphContents> load() override { return store_->load(); }

  Task<Result<void>> apply(std::vector<storage::GraphChange> changes) override {
    ++applied;
    const std::uint64_t draw = random();
    for (std::uint64_t turns = dawdles ? draw % 4 : 0; turns > 0; --turns) {
      const auto executor = co_await boost::asio::this_coro::executor;
      co_await boost::asio::post(executor, boost::asio::use_awaitable);
    }
    if (failure || (draw >> 8) % 100 < failure_percent) {
      co_return failure ? failure : make_error_code(storage::Errc::kUnavailable);
    }
    Result<void> result = co_await store_->apply(std::move(changes));
    co_return result;
  }

  Task<Result<void>> check() override { return store_->check(); }

  error_code failure;                 // if set, every change fails with it
  std::uint64_t failure_percent = 0;  // of the changes fail
  bool dawdles = false;               // lets other coroutines go first, at random
  int applied = 0;
  std::mt19937_64 random{1};

 private:
  std::unique_ptr<storage::GraphStore> store_ = storage::make_memory_graph_store();
};

/// Knows who would receive events, and how often it was told something.
class NotingFanOut final : public FanOut {
 public:
  void put_device(std::string_view scene, std::string_view device, const DeviceAddress& address) override {
    devices[{std::string(scene), std::string(device)}] = address;
    ++calls;
  }
  void remove_device(std::string_view scene, std::string_view device) override {
    devices.erase({std::string(scene), std::string(device)});
    ++calls;
  }
  void remove_scene(std::string_view scene) override {
    std::erase_if(devices, [&](const auto& entry) { return entry.first.first == scene; });
    ++calls;
  }
  Task<void> run() override { co_return; }
  void stop() override {}
  void on_event(const stream::Event&) override {}
  void on_batch_end() override {}

  std::map<std::pair<std::string, std::string>, DeviceAddress> devices;  // by (scene, device)
  int calls = 0;
};

struct Answer {
  int status = 0;
  nlohmann::json body;
  int code() const { return body.at("err_code").get<int>(); }
  int type() const { return body.at("msg_type").get<int>(); }
  int records() const { return body.at("num_records").get<int>(); }
  const nlohmann::json& scene(std::size_t i = 0) const { return body.at("scenes").at(i); }
};

struct TestServer {
  explicit TestServer(ScenesOptions options = {}) : scenes(store, fan_out, std::move(options), clock) {}

  Task<void> handle(http::Request request, Answer& answer) {
    const http::Response response = co_await router.handle(request);
    answer.status = response.status;
    answer.body = nlohmann::json::parse(response.body);
  }

  static http::Request make_request(http::Method method, std::string_view target, std::string body,
                                    std::vector<http::Header> headers = {}) {
    http::Request request;
    request.method = method;
    EXPECT_TRUE(http::parse_target(target, request)) << target;
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.local_address = "192.0.2.1";
    return request;
  }

  Answer send(http::Method method, std::string_view target, std::string body = "",
              std::vector<http::Header> headers = {}) {
    boost::asio::io_context context(1);
    Answer answer;
    http::Request request = make_request(method, target, std::move(body), std::move(headers));
    boost::asio::co_spawn(context, handle(std::move(request), answer), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
    context.run();
    return answer;
  }

  Answer post(std::string_view target, std::string body, std::vector<http::Header> headers = {}) {
    return send(http::Method::kPost, target, std::move(body), std::move(headers));
  }
  Answer put(std::string_view target, std::string body = "", std::vector<http::Header> headers = {}) {
    return send(http::Method::kPut, target, std::move(body), std::move(headers));
  }
  Answer get(std::string_view target, std::vector<http::Header> headers = {}) {
    return send(http::Method::kGet, target, "", std::move(headers));
  }
  Answer erase(std::string_view target, std::vector<http::Header> headers = {}) {
    return send(http::Method::kDelete, target, "", std::move(headers));
  }

  /// The store, the graph and the fan-out agree about everything.
  void expect_consistent() {
    const storage::GraphContents stored = store.load().value();
    std::vector<storage::StoredScene> scenes_in_memory;
    std::vector<storage::StoredRegistration> registrations;
    std::map<std::pair<std::string, std::string>, DeviceAddress> addresses;
    scenes.graph().for_each_scene([&](const Scene& scene) {
      scenes_in_memory.push_back(to_stored(scene));
      for (const Registration* registration : scenes.graph().registrations_in(scene.key)) {
        registrations.push_back(to_stored(*registration));
        addresses[{scene.key.value, registration->device.value}] = {registration->hostname,
                                                                    registration->port.value_or(0)};
      }
    });
    std::ranges::sort(registrations, {}, &storage::StoredRegistration::sequence);
    std::vector<storage::StoredLink> links;
    for (const Link& link : scenes.graph().links()) links.push_back(to_stored(link));
    std::ranges::sort(links, {},
                      [](const storage::StoredLink& link) { return std::tie(link.from, link.to); });
    EXPECT_TRUE(stored.scenes == scenes_in_memory);
    EXPECT_TRUE(stored.registrations == registrations);
    EXPECT_TRUE(stored.links == links);
    EXPECT_TRUE(fan_out.devices == addresses);
  }

  UnreliableStore store;
  NotingFanOut fan_out;
  ManualClock clock;
  Scenes scenes;
  http::Router router{routes(scenes)};
};

}  // namespace aesel::scenes::testing
