#include "app/api_docs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "app/system_routes.hpp"

namespace aesel::app {
namespace {

class Elsewhere final : public http::Service {
 public:
  Task<http::Response> handle(http::Request&) override {
    http::Response response;
    response.body = "elsewhere";
    co_return response;
  }
  http::BodyMode body_mode(const http::Request&) const override { return http::BodyMode::kStream; }
};

const std::vector<ApiFile> kFiles = {
    {"/openapi.yaml", "application/yaml", "0123", "openapi: 3.1.0", "packed yaml"},
    {"/docs", "text/html; charset=utf-8", "4567", "<!doctype html>", "packed page"}};

std::string_view header(const http::Response& response, std::string_view name) {
  for (const http::Header& one : response.headers) {
    if (one.name == name) return one.value;
  }
  return {};
}

http::Response ask(std::string_view target, std::vector<http::Header> headers = {},
                   http::Method method = http::Method::kGet) {
  Elsewhere elsewhere;
  telemetry::Metrics metrics;
  SystemRoutes docs(metrics, {}, api_routes(kFiles), elsewhere);
  http::Request request;
  request.method = method;
  EXPECT_TRUE(http::parse_target(target, request));
  request.headers = std::move(headers);
  boost::asio::io_context context;
  http::Response response;
  auto body = [&]() -> Task<void> { response = co_await docs.handle(request); };
  boost::asio::co_spawn(context, body, boost::asio::detached);
  context.run();
  return response;
}

TEST(ApiDocs, AnswersAFileAsItIs) {
  const http::Response response = ask("/openapi.yaml");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/yaml");
  EXPECT_EQ(response.body, "openapi: 3.1.0");
  EXPECT_EQ(header(response, "ETag"), "\"0123\"");
  EXPECT_EQ(header(response, "Content-Encoding"), "");
  EXPECT_EQ(header(response, "Content-Security-Policy"), "");
}

TEST(ApiDocs, CompressesForWhoTakesIt) {
  const http::Response response = ask("/openapi.yaml", {{"Accept-Encoding", "gzip, deflate, br"}});
  EXPECT_EQ(response.body, "packed yaml");
  EXPECT_EQ(header(response, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(response, "ETag"), "\"0123-gzip\"");
  EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
}

TEST(ApiDocs, SaysThatNothingChanged) {
  const http::Response same = ask("/openapi.yaml", {{"If-None-Match", "\"0123\""}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(header(same, "ETag"), "\"0123\"");
  EXPECT_EQ(ask("/openapi.yaml", {{"If-None-Match", "\"other\""}}).status, 200);
  EXPECT_EQ(ask("/openapi.yaml", {{"If-None-Match", "\"0123\""}, {"Accept-Encoding", "gzip"}}).status, 200)
      << "the two forms are not the same bytes";
}

TEST(ApiDocs, ThePageMayLoadOnlyFromHere) {
  for (const char* path : {"/docs", "/docs/"}) {
    const http::Response response = ask(path);
    EXPECT_EQ(response.body, "<!doctype html>");
    EXPECT_TRUE(header(response, "Content-Security-Policy").starts_with("default-src 'none'")) << path;
  }
}

TEST(ApiDocs, OnlyReads) {
  EXPECT_EQ(ask("/docs", {}, http::Method::kHead).status, 200);
  EXPECT_EQ(ask("/docs", {}, http::Method::kPost).status, 405);
}

TEST(ApiDocs, LeavesTheRestToTheService) {
  EXPECT_EQ(ask("/v1/object").body, "elsewhere");
  EXPECT_EQ(ask("/docs/more").body, "elsewhere");
  Elsewhere elsewhere;
  telemetry::Metrics metrics;
  SystemRoutes docs(metrics, {}, api_routes(kFiles), elsewhere);
  http::Request request;
  ASSERT_TRUE(http::parse_target("/v1/asset", request));
  EXPECT_EQ(docs.body_mode(request), http::BodyMode::kStream);
}

TEST(ApiDocs, ReadsAcceptEncoding) {
  for (const char* yes :
       {"gzip", "GZIP", "deflate, gzip;q=0.5", "*", "x-gzip", "br;q=1.0, *;q=0.1", "gzip;q=0.001"})
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  for (const char* no :
       {"", "identity", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "gzip;q=0, *", "gzipped", ","})
    EXPECT_FALSE(accepts_gzip(no)) << no;
}

TEST(ApiFiles, AreInTheProgram) {
  std::vector<std::string> paths;
  for (const ApiFile& file : api_files()) {
    paths.push_back(file.path);
    EXPECT_FALSE(file.plain.empty()) << file.path;
    EXPECT_TRUE(file.packed.starts_with("\x1f\x8b")) << file.path;
    EXPECT_EQ(file.digest.size(), 32u) << file.path;
    if (file.path == "/openapi.yaml") {
      EXPECT_NE(file.plain.find("\nopenapi: 3.1"), file.plain.npos);
    }
    if (file.path == "/docs") {
      EXPECT_TRUE(file.plain.starts_with("<!doctype html>"));
    }
  }
  for (const char* path :
       {"/openapi.yaml", "/asyncapi.yaml", "/docs", "/docs/events", "/docs/docs.js", "/docs/docs.css"})
    EXPECT_NE(std::ranges::find(paths, path), paths.end()) << path;
}

}  // namespace
}  // namespace aesel::app
