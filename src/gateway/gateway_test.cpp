#include "gateway/gateway.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace aesel::gateway {
namespace {

/// Answers with its name and the path it was given.
class Recorder final : public http::Service {
 public:
  explicit Recorder(std::string name) : name_(std::move(name)) {}
  Task<http::Response> handle(http::Request& request) override {
    http::Response response;
    response.body = name_;
    for (const std::string& segment : request.segments) response.body += "/" + segment;
    const std::string_view scene = request.header(kSceneHeader);
    if (!scene.empty()) response.body += " scene=" + std::string(scene);
    co_return response;
  }

 private:
  std::string name_;
};

http::Response ask(std::string_view target, std::vector<http::Header> headers = {}) {
  Recorder objects("objects:");
  Recorder scenes("scenes:");
  Gateway gateway(Services{objects, scenes});
  http::Request request;
  EXPECT_TRUE(http::parse_target(target, request));
  request.headers = std::move(headers);
  boost::asio::io_context context;
  http::Response response;
  auto body = [&]() -> Task<void> { response = co_await gateway.handle(request); };
  boost::asio::co_spawn(context, body, boost::asio::detached);
  context.run();
  return response;
}

TEST(Gateway, SendsObjectsAndPropertiesOfASceneToTheObjectsService) {
  EXPECT_EQ(ask("/v1/scene/12345/object/").body, "objects:/v1/object");
  EXPECT_EQ(ask("/v1/scene/12345/object/k/action/a%20b/keyframe/3").body,
            "objects:/v1/object/k/action/a b/keyframe/3");
  EXPECT_EQ(ask("/v1/scene/x/property/query").body, "objects:/v1/property/query");
}

TEST(Gateway, TellsTheScenesServiceWhichSceneThePathNamed) {
  EXPECT_EQ(ask("/v1/scene/s%201/register/").body, "scenes:/v1/register scene=s 1");
  EXPECT_EQ(ask("/v1/scene/s/align").body, "scenes:/v1/align scene=s");
  EXPECT_EQ(ask("/v1/scene/s/deregister").body, "scenes:/v1/deregister scene=s");
  EXPECT_EQ(ask("/v1/scene/s/register/more").body, "scenes:/v1/scene/s/register/more");
}

TEST(Gateway, LeavesOtherScenePathsAlone) {
  for (const char* path :
       {"/v1/scene", "/v1/scene/query", "/v1/scene/s", "/v1/scene/s/asset/a", "/v1/scene/cache/s"}) {
    EXPECT_EQ(ask(path).body, "scenes:" + std::string(path));
  }
}

TEST(Gateway, AnswersTheServicesOwnPaths) {
  EXPECT_EQ(ask("/v1/object/query").body, "objects:/v1/object/query");
  EXPECT_EQ(ask("/v1/register").body, "scenes:/v1/register");
  EXPECT_EQ(ask("/v1/device/query").body, "scenes:/v1/device/query");
}

TEST(Gateway, AClientCannotNameTheSceneInAHeader) {
  std::vector<http::Header> smuggled{{"x-aesel-SCENE", "other"}};
  EXPECT_EQ(ask("/v1/register", smuggled).body, "scenes:/v1/register");
  EXPECT_EQ(ask("/v1/scene/s/register", smuggled).body, "scenes:/v1/register scene=s");
}

TEST(Gateway, RefusesOtherPaths) {
  for (const char* path : {"/", "/v1", "/v2/scene", "/v1/nothing", "/scene"})
    EXPECT_EQ(ask(path).status, 404) << path;
}

}  // namespace
}  // namespace aesel::gateway
