// For tests only: a gateway over a memory store that can be told to fail, with services that only take notes.
// Requests are parsed as the server parses them, but there is no network.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gateway/gateway.hpp"
#include "gateway/users_admin.hpp"
#include "storage/error.hpp"

namespace aesel::gateway::testing {

using http::Method;

inline constexpr const char* kTestSecret = "a secret of at least thirty-two bytes";

/// Runs a task to its end.
template <class T>
T run(Task<T> task) {
  boost::asio::io_context context(1);
  std::optional<T> outcome;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T result) {
    if (error) std::rethrow_exception(error);
    outcome = std::move(result);
  });
  context.run();
  return std::move(outcome.value());
}

inline void run(Task<void> task) {
  boost::asio::io_context context(1);
  boost::asio::co_spawn(context, std::move(task), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  context.run();
}

inline PasswordPoolOptions cheap_passwords() {
  PasswordPoolOptions options;
  options.cost = crypto::least_cost();
  return options;
}

/// Fails as told; otherwise a memory store.
class UnreliableStore final : public storage::DocumentStore {
 public:
  Result<void> open_collection(const storage::Collection& collection) override {
    return store_->open_collection(collection);
  }
  Task<Result<storage::Document>> get(std::string collection, std::string key) override {
    if (read_failure) co_return read_failure;
    Result<storage::Document> result = co_await store_->get(std::move(collection), std::move(key));
    co_return result;
  }
  Task<Result<std::vector<storage::Document>>> find(std::string collection, storage::Query query) override {
    if (read_failure) co_return read_failure;
    auto result = co_await store_->find(std::move(collection), std::move(query));
    co_return result;
  }
  Task<Result<std::uint64_t>> count(std::string collection, storage::Query query) override {
    return store_->count(std::move(collection), std::move(query));
  }
  Task<Result<void>> write(std::vector<storage::Write> writes) override {
    ++writes_tried;
    if (write_failure) co_return write_failure;
    Result<void> result = co_await store_->write(std::move(writes));
    co_return result;
  }
  Result<void> scan(const std::string& collection,
                    const std::function<bool(const DocumentView&)>& visit) override {
    return store_->scan(collection, visit);
  }
  Task<Result<void>> check() override { return store_->check(); }

  error_code read_failure;   // if set, every search fails with it
  error_code write_failure;  // and every change with this one
  int writes_tried = 0;

 private:
  std::unique_ptr<storage::DocumentStore> store_ = storage::make_memory_document_store();
};

/// Answers with its name and the path it was given, or as told, and remembers the headers.
class NotingService final : public http::Service {
 public:
  explicit NotingService(std::string name) : name_(std::move(name)) {}

  Task<http::Response> handle(http::Request& request) override {
    http::Response response;
    std::string path;
    for (const std::string& segment : request.segments) path += "/" + segment;
    asked.push_back(std::string(http::to_text(request.method)) + " " + path);
    headers = request.headers;
    if (answer) {
      answer(request, response);
    } else {
      response.body = name_ + ":" + path;
    }
    co_return response;
  }
  http::BodyMode body_mode(const http::Request& head) const override {
    return !head.segments.empty() && head.segments.back() == "stream" ? http::BodyMode::kStream
                                                                      : http::BodyMode::kWhole;
  }

  std::string header(std::string_view name) const {
    http::Request request;
    request.headers = headers;
    return std::string(request.header(name));
  }

  std::function<void(http::Request&, http::Response&)> answer;
  std::vector<std::string> asked;
  std::vector<http::Header> headers;  // of the last request

 private:
  std::string name_;
};

struct Answer {
  int status = 0;
  std::string body;
  std::string content_type;
  std::vector<http::Header> headers;
  nlohmann::json json() const { return nlohmann::json::parse(body); }
  std::string header(std::string_view name) const {
    http::Request request;
    request.headers = headers;
    return std::string(request.header(name));
  }
};

struct TestGateway {
  explicit TestGateway(Authentication authentication = Authentication::kOff, GatewayOptions options = {})
      : gateway(make_parts(authentication, std::move(options))),
        admin({store, keys, clock, cheap_passwords()}) {
    EXPECT_TRUE(gateway.load());
  }

  Gateway::Parts make_parts(Authentication authentication, GatewayOptions options) {
    options.authentication = authentication;
    options.token_secret = kTestSecret;
    options.services = {"pair", "pair password"};
    options.passwords = cheap_passwords();
    std::vector<Pair> pairs;
    pairs.push_back({"test", objects, scenes});
    return {{std::move(pairs), assets, projects}, store, keys, clock, metrics, std::move(options)};
  }

  using Headers = std::vector<http::Header>;

  Answer send(Method method, std::string_view target, std::string body = "", Headers headers = {}) {
    http::Request request;
    request.method = method;
    EXPECT_TRUE(http::parse_target(target, request)) << target;
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.peer_address = peer_address;
    const http::Response response = run(gateway.handle(request));
    return {response.status, response.body, response.content_type, response.headers};
  }
  Answer get(std::string_view target, Headers headers = {}) {
    return send(Method::kGet, target, "", std::move(headers));
  }
  Answer post(std::string_view target, std::string body, Headers headers = {}) {
    return send(Method::kPost, target, std::move(body), std::move(headers));
  }
  Answer put(std::string_view target, std::string body = "", Headers headers = {}) {
    return send(Method::kPut, target, std::move(body), std::move(headers));
  }
  Answer erase(std::string_view target, Headers headers = {}) {
    return send(Method::kDelete, target, "", std::move(headers));
  }

  Answer log_in(const std::string& username, const std::string& password) {
    return post("/login", nlohmann::json{{"username", username}, {"password", password}}.dump());
  }
  /// The header that a user who logged in sends.
  Headers authorization(const std::string& username, const std::string& password = "password") {
    const Answer answer = log_in(username, password);
    EXPECT_EQ(answer.status, 200) << username << ": " << answer.body;
    return {{"Authorization", answer.header("Authorization")}};
  }
  /// Without asking the gateway. The password is "password".
  std::string add_user(const std::string& username,
                       UsersAdmin::Standing standing = UsersAdmin::Standing::kUser) {
    const auto user = admin.add(username, "password", standing);
    EXPECT_TRUE(user) << user.error().message;
    return user ? user->id : "";
  }

  UnreliableStore store;
  KeyGenerator keys;
  ManualClock clock;
  telemetry::Metrics metrics;
  NotingService objects{"objects"}, scenes{"scenes"}, assets{"assets"}, projects{"projects"};
  std::string peer_address = "192.0.2.1";
  Gateway gateway;
  UsersAdmin admin;
};

}  // namespace aesel::gateway::testing
