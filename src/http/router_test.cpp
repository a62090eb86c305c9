#include "http/router.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace aesel::http {
namespace {

Response ask(Router& router, Method method, std::string_view target) {
  Request request;
  request.method = method;
  EXPECT_TRUE(parse_target(target, request));
  boost::asio::io_context context;
  Response response;
  auto body = [&]() -> Task<void> { response = co_await router.handle(request); };
  boost::asio::co_spawn(context, body, boost::asio::detached);
  context.run();
  return response;
}

Handler says(std::string text) {
  return [text](Request&, const Params& params) -> Task<Response> {
    Response response;
    response.body = text;
    for (std::size_t i = 0; i < params.size(); ++i) response.body += ":" + params[i];
    co_return response;
  };
}

Router make_router() {
  std::vector<Route> routes;
  routes.push_back({Method::kPost, "/v1/object/query", says("query")});
  routes.push_back({Method::kPost, "/v1/object/{key}", says("update")});
  routes.push_back({Method::kGet, "/v1/object/{key}", says("get")});
  routes.push_back({Method::kDelete, "/v1/object/{key}/lock", says("unlock")});
  routes.push_back({Method::kGet, "/docs/**", says("docs")});
  return Router(std::move(routes));
}

TEST(Router, TheFirstMatchWins) {
  Router router = make_router();
  EXPECT_EQ(ask(router, Method::kPost, "/v1/object/query").body, "query");
  EXPECT_EQ(ask(router, Method::kPost, "/v1/object/abc/").body, "update:abc");
  EXPECT_EQ(ask(router, Method::kGet, "/v1/object/query").body, "get:query");
  EXPECT_EQ(ask(router, Method::kDelete, "v1//object/a%2Fb/lock").body, "unlock:a/b");
  EXPECT_EQ(ask(router, Method::kGet, "/docs").body, "docs");
  EXPECT_EQ(ask(router, Method::kGet, "/docs/a/b").body, "docs");
}

TEST(Router, HeadIsAnsweredByGet) {
  Router router = make_router();
  EXPECT_EQ(ask(router, Method::kHead, "/v1/object/k").body, "get:k");
}

TEST(Router, TellsUnknownPathsFromWrongMethods) {
  Router router = make_router();
  EXPECT_EQ(ask(router, Method::kGet, "/v1/nothing").status, 404);
  EXPECT_EQ(ask(router, Method::kGet, "/").status, 404);
  const Response refused = ask(router, Method::kPut, "/v1/object/k");
  EXPECT_EQ(refused.status, 405);
  ASSERT_EQ(refused.headers.size(), 1u);
  EXPECT_EQ(refused.headers[0].value, "POST, GET, HEAD");
}

}  // namespace
}  // namespace aesel::http
