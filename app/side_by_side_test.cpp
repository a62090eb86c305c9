// Each path reaches its service; a rename reaches all of them.
#include "app/side_by_side.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace aesel::app {
namespace {

http::Route route(const char* pattern, int status, int& calls, http::BodyMode mode = http::BodyMode::kWhole) {
  return {http::Method::kPost, pattern,
          [status, &calls](http::Request&, const http::Params&) -> Task<http::Response> {
            ++calls;
            http::Response response;
            response.status = status;
            co_return response;
          },
          mode};
}

int post(http::Service& service, const char* target) {
  http::Request request;
  request.method = http::Method::kPost;
  EXPECT_TRUE(http::parse_target(target, request));
  boost::asio::io_context context;
  int status = 0;
  auto run = [&]() -> Task<void> {
    const http::Response response = co_await service.handle(request);
    status = response.status;
  };
  boost::asio::co_spawn(context, run, boost::asio::detached);
  context.run();
  return status;
}

TEST(SideBySide, ARequestReachesTheServiceThatKnowsItsPath) {
  int first = 0;
  int second = 0;
  http::Router a({route("/v1/a", 200, first)});
  http::Router b({route("/v1/b", 200, second, http::BodyMode::kStream)});
  SideBySide both({&a, &b});
  EXPECT_EQ(post(both, "/v1/b"), 200);
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
  EXPECT_EQ(post(both, "/v1/c"), 404);
  http::Request head;
  head.method = http::Method::kPost;
  head.segments = {"v1", "b"};
  EXPECT_EQ(both.body_mode(head), http::BodyMode::kStream);
}

TEST(SideBySide, ARenameReachesAllUntilOneFails) {
  int first = 0;
  int second = 0;
  int third = 0;
  http::Router a({route("/v1/owner", 200, first)});
  http::Router without({route("/v1/other", 200, second)});
  http::Router fails({route("/v1/owner", 503, second)});
  http::Router last({route("/v1/owner", 200, third)});
  SideBySide good({&a, &without, &last});
  EXPECT_EQ(post(good, "/v1/owner"), 200);
  EXPECT_EQ(first + third, 2);
  SideBySide bad({&a, &fails, &last});
  EXPECT_EQ(post(bad, "/v1/owner"), 503);
  EXPECT_EQ(third, 1);
  SideBySide none({&without});
  EXPECT_EQ(post(none, "/v1/owner"), 404);
}

}  // namespace
}  // namespace aesel::app
