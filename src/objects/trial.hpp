// Trial: what the tests of the objects service share: a service over a store that can be slow and can fail,
// with a publisher that remembers.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "objects/event_applier.hpp"
#include "objects/object_api.hpp"
#include "objects/objects.hpp"
#include "storage/error.hpp"

namespace aesel::objects::trial {

/// A memory store that takes `delay` turns of the event loop before and after each write, and fails when
/// told.
class TrialStore final : public storage::DocumentStore {
 public:
  enum class Failure { kNone, kBefore, kAfter };  // kAfter: the write happened, but its answer is an error

  Result<void> open_collection(const storage::Collection& collection) override {
    return inner_->open_collection(collection);
  }
  Task<Result<storage::Document>> get(std::string collection, std::string key) override {
    return inner_->get(std::move(collection), std::move(key));
  }
  Task<Result<std::vector<storage::Document>>> find(std::string collection, storage::Query query) override {
    return inner_->find(std::move(collection), std::move(query));
  }
  Task<Result<std::uint64_t>> count(std::string collection, storage::Query query) override {
    return inner_->count(std::move(collection), std::move(query));
  }
  Result<void> scan(const std::string& collection,
                    const std::function<bool(const DocumentView&)>& visit) override {
    return inner_->scan(collection, visit);
  }
  Task<Result<void>> check() override { return inner_->check(); }

  Task<Result<void>> write(std::vector<storage::Write> writes) override {
    ++calls;
    written += writes.size();
    const Failure failure = next_failure ? next_failure() : Failure::kNone;
    const int before = next_delay ? next_delay() : delay;
    const int after = next_delay ? next_delay() : delay;
    for (int i = 0; i < before; ++i) co_await boost::asio::post(boost::asio::use_awaitable);
    if (failure == Failure::kBefore) co_return make_error_code(error);
    Result<void> result = co_await inner_->write(std::move(writes));
    for (int i = 0; i < after; ++i) co_await boost::asio::post(boost::asio::use_awaitable);
    if (failure == Failure::kAfter) co_return make_error_code(error);
    co_return result;
  }

  void fail(Failure failure) {
    next_failure = [failure] { return failure; };
  }

  std::function<Failure()> next_failure;
  std::function<int()> next_delay;  // instead of `delay`: writes may overtake each other
  storage::Errc error = storage::Errc::kFull;
  int delay = 0;
  std::size_t calls = 0;
  std::size_t written = 0;

 private:
  std::unique_ptr<storage::DocumentStore> inner_ = storage::make_memory_document_store();
};

struct Published {
  std::string scene;
  nlohmann::json body;
  std::string text;
};

class RecordingPublisher final : public stream::Publisher {
 public:
  stream::PublishOutcome publish(const stream::Event& event) override {
    events.push_back({std::string(event.scene), nlohmann::json::parse(event.body), std::string(event.body)});
    return stream::PublishOutcome::kSent;
  }
  void flush() override { flushed = events.size(); }
  Result<void> check() override { return {}; }

  std::vector<Published> events;
  std::size_t flushed = 0;
};

struct Answer {
  int status = 0;
  nlohmann::json body;
  int code() const { return body.value("err_code", 0); }
};

/// The service behind its router, one event loop, and short words for requests.
class Trial {
 public:
  explicit Trial(ObjectsOptions options = {}) : options_(options) { start(); }

  /// Runs a task to its end, and everything else that is waiting.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& failure, T value) {
      if (failure) std::rethrow_exception(failure);
      result.emplace(std::move(value));
    });
    context.restart();
    context.run();
    return std::move(result.value());
  }

  /// Starts a request without waiting; drain() runs it.
  void begin(http::Method method, const std::string& target, const std::string& body,
             std::function<void(Answer)> done) {
    auto request = std::make_shared<http::Request>();
    request->method = method;
    request->body = body;
    if (!http::parse_target(target, *request)) throw std::invalid_argument(target);
    boost::asio::co_spawn(context, router->handle(*request),
                          [request, done](const std::exception_ptr& failure, const http::Response& response) {
                            if (failure) std::rethrow_exception(failure);
                            done(Answer{response.status, nlohmann::json::parse(response.body)});
                          });
  }
  void drain() {
    context.restart();
    context.run();
  }
  Answer send(http::Method method, const std::string& target, const std::string& body = {}) {
    Answer answer;
    begin(method, target, body, [&](Answer a) { answer = std::move(a); });
    drain();
    return answer;
  }
  Answer post(const std::string& target, const nlohmann::json& body) {
    return send(http::Method::kPost, target, body.dump());
  }
  Answer post_text(const std::string& target, const std::string& body) {
    return send(http::Method::kPost, target, body);
  }
  Answer get(const std::string& target) { return send(http::Method::kGet, target); }
  Answer put(const std::string& target) { return send(http::Method::kPut, target); }
  Answer erase(const std::string& target) { return send(http::Method::kDelete, target); }

  std::string create_object(const nlohmann::json& object) {
    return post("/v1/object", {{"objects", {object}}}).body["objects"][0]["key"];
  }
  std::string create_property(const nlohmann::json& property) {
    return post("/v1/property", {{"properties", {property}}}).body["properties"][0]["key"];
  }
  nlohmann::json object(const std::string& key) { return get("/v1/object/" + key).body["objects"][0]; }
  nlohmann::json property(const std::string& key) { return get("/v1/property/" + key).body["properties"][0]; }

  /// An event by UDP, as the event path hands it over.
  EventOutcome event(const std::string& json) {
    EventApplier applier(service->object_table(), service->property_table());
    return applier.apply_event(json, out_scene, out_body);
  }

  /// The service again over the same store, as after a crash.
  void start() {
    router.reset();
    service.reset();
    metrics = std::make_unique<telemetry::Metrics>();
    service = std::make_unique<Objects>(Objects::Parts{store, publisher, keys, clock, *metrics, options_});
    if (!service->load()) throw std::runtime_error("load failed");
    router = std::make_unique<http::Router>(routes(*service));
  }

  boost::asio::io_context context;
  TrialStore store;
  RecordingPublisher publisher;
  KeyGenerator keys;
  ManualClock clock;
  std::unique_ptr<telemetry::Metrics> metrics;
  std::unique_ptr<Objects> service;
  std::unique_ptr<http::Router> router;
  std::string out_scene, out_body;  // of the last event()

 private:
  ObjectsOptions options_;
};

/// 16 numbers that are no identity, all different for different seeds.
inline std::vector<double> numbers(double seed) {
  std::vector<double> result;
  for (int i = 0; i < 16; ++i) result.push_back(seed + i + 0.5);
  return result;
}
inline const std::vector<double> kUnit{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

}  // namespace aesel::objects::trial
