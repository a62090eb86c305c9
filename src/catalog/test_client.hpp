// For tests only: sends requests to routes as one user or another, without a network, and a store that lets
// others go first.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "access/principal.hpp"
#include "catalog/who.hpp"
#include "http/router.hpp"
#include "storage/contract_tests/run.hpp"
#include "storage/document_store.hpp"

namespace aesel::catalog::testing {

using Json = nlohmann::json;

inline const Who kNobody;  // authentication is off
inline const Who kAnn = access::Principal{"ann", access::Standing::kUser};
inline const Who kBob = access::Principal{"bob", access::Standing::kUser};
inline const Who kRoot = access::Principal{"root", access::Standing::kAdmin};

struct Answer {
  int status = 0;
  Json body;

  int code() const { return body.is_object() ? body.value("err_code", 0) : 0; }
};

inline void expect_refusal(const Answer& answer, int status, int code) {
  EXPECT_EQ(answer.status, status) << answer.body;
  EXPECT_EQ(answer.code(), code) << answer.body;
  EXPECT_TRUE(answer.body.is_object() && answer.body.contains("err_msg")) << answer.body;
}

class TestClient {
 public:
  explicit TestClient(std::vector<http::Route> routes) : router_(std::move(routes)) {}

  /// The same routes, but on behalf of somebody.
  TestClient& as(const Who& who) {
    who_ = who;
    return *this;
  }
  Answer get(const std::string& target) { return send(http::Method::kGet, target, ""); }
  Answer post(const std::string& target, const std::string& body) {
    return send(http::Method::kPost, target, body);
  }
  Answer put(const std::string& target, const std::string& body = "") {
    return send(http::Method::kPut, target, body);
  }
  Answer erase(const std::string& target) { return send(http::Method::kDelete, target, ""); }

  Task<Answer> start(http::Method method, std::string target, std::string body, Who who) {
    http::Request request;
    request.method = method;
    EXPECT_TRUE(http::parse_target(target, request)) << target;
    request.body = std::move(body);
    request.headers.push_back({"Content-Type", "application/json"});
    if (who) access::set_principal(request, *who);
    const http::Response response = co_await router_.handle(request);
    EXPECT_EQ(response.content_type, "application/json");
    Answer answer{response.status, Json::parse(response.body, nullptr, false)};
    EXPECT_FALSE(answer.body.is_discarded()) << response.body;
    co_return answer;
  }

 private:
  Answer send(http::Method method, const std::string& target, const std::string& body) {
    return storage::testing::run(start(method, target, body, who_));
  }

  http::Router router_;
  Who who_;
};

/// Every call lets all other coroutines go first.
class DawdlingStore final : public storage::DocumentStore {
 public:
  explicit DawdlingStore(storage::DocumentStore& inner) : inner_(inner) {}

  Result<void> open_collection(const storage::Collection& collection) override {
    return inner_.open_collection(collection);
  }
  Task<Result<storage::Document>> get(std::string collection, std::string key) override {
    return later(inner_.get(std::move(collection), std::move(key)));
  }
  Task<Result<std::vector<storage::Document>>> find(std::string collection, storage::Query query) override {
    return later(inner_.find(std::move(collection), std::move(query)));
  }
  Task<Result<std::uint64_t>> count(std::string collection, storage::Query query) override {
    return later(inner_.count(std::move(collection), std::move(query)));
  }
  Task<Result<void>> write(std::vector<storage::Write> writes) override {
    return later(inner_.write(std::move(writes)));
  }
  Result<void> scan(const std::string& collection,
                    const std::function<bool(const DocumentView&)>& visit) override {
    return inner_.scan(collection, visit);
  }
  Task<Result<void>> check() override { return inner_.check(); }

 private:
  template <class T>
  static Task<T> later(Task<T> call) {
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
    T result = co_await std::move(call);
    co_return result;
  }

  storage::DocumentStore& inner_;
};

/// Everything in a collection, to see that nothing has changed.
inline std::vector<storage::Document> contents(storage::DocumentStore& store, const std::string& collection) {
  return *storage::testing::run(store.find(collection, storage::Query()));
}

}  // namespace aesel::catalog::testing
