// Downloads: headers, conditions, parts. The rules of ranges themselves are tested in http.
#include "assets/asset_delivery.hpp"

#include <gtest/gtest.h>

#include "assets/test_server.hpp"

namespace aesel::assets::testing {
namespace {

TEST(Delivery, HasTheContentAndSaysWhatItIs) {
  TestServer server;
  const std::string content("0123456789\0\xFF", 12);
  const std::string key = server.add(content, "/v1/asset?content-type=model/obj&file-type=obj");
  for (const std::string& path :
       {"/v1/asset/" + key, "/v1/asset/" + key + "/", "/v1/asset/" + key + "/thumbnail.png"}) {
    const Answer answer = server.get(path);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, content);
    EXPECT_EQ(answer.source_bytes, content.size());
    EXPECT_EQ(answer.content_type, "model/obj");
    EXPECT_EQ(answer.header("ETag"), "\"" + crypto::to_hex(crypto::sha256(content)) + "\"");
    EXPECT_EQ(answer.header("Content-Disposition"), "attachment; filename=\"" + key + ".obj\"");
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.header("Content-Security-Policy"), "default-src 'none'; sandbox");
    EXPECT_EQ(answer.header("Cache-Control"), "private, max-age=31536000, immutable");
    EXPECT_EQ(answer.header("Last-Modified"), "Thu, 01 Jan 1970 00:00:01 GMT");
    EXPECT_EQ(answer.header("Accept-Ranges"), "bytes");
    EXPECT_EQ(answer.header("Vary"), "");
  }
}

TEST(Delivery, OfAPrivateAssetDependsOnWhoAsks) {
  TestServer server;
  server.who = kAnn;
  const std::string key = server.add("x", "/v1/asset?isPublic=false");
  EXPECT_EQ(server.get("/v1/asset/" + key).header("Vary"), "Authorization, Cookie");
}

TEST(Delivery, ToAHeadRequestReadsNothing) {
  TestServer server;
  const std::string key = server.add("content");
  const Answer answer = server.send({http::Method::kHead, "/v1/asset/" + key});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.source_bytes, 7u);
  EXPECT_EQ(answer.body, "");
  EXPECT_NE(answer.header("ETag"), "");
  EXPECT_NE(server.metrics.print().find("aesel_assets_downloads_total 0"), std::string::npos);
}

TEST(Delivery, IsNotRepeatedForWhoHasItAlready) {
  TestServer server;
  const std::string path = "/v1/asset/" + server.add("content");
  const std::string etag = server.get(path).header("ETag");
  for (const std::string& match : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    const Answer answer = server.get(path, {{"If-None-Match", match}});
    EXPECT_EQ(answer.status, 304) << match;
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.header("ETag"), etag);
    EXPECT_NE(answer.header("Cache-Control"), "");
  }
  EXPECT_EQ(server.get(path, {{"If-None-Match", "\"x\""}}).status, 200);
  EXPECT_EQ(server.get(path, {{"If-Match", "\"x\""}}).status, 412);
}

TEST(Delivery, MayBeOfAPart) {
  TestServer server;
  const std::string path = "/v1/asset/" + server.add("0123456789");
  const std::string etag = server.get(path).header("ETag");
  const Answer part = server.get(path, {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.source_bytes, 3u);
  EXPECT_EQ(part.header("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(part.header("ETag"), etag);
  EXPECT_EQ(server.get(path, {{"Range", "bytes=-3"}}).body, "789");
  EXPECT_EQ(server.get(path, {{"Range", "bytes=2-4"}, {"If-Range", etag}}).body, "234");
  EXPECT_EQ(server.get(path, {{"Range", "bytes=2-4"}, {"If-Range", "\"x\""}}).body, "0123456789");
  for (const char* range : {"bytes=10-", "bytes=0-1,4-5"}) {
    const Answer refused = server.get(path, {{"Range", range}});
    EXPECT_EQ(refused.status, 416);
    EXPECT_EQ(refused.header("Content-Range"), "bytes */10");
    EXPECT_EQ(refused.code(), 122);
  }
}

TEST(Delivery, EndsWithAnErrorWhenTheContentDoes) {
  TestServer server;
  const std::string key = server.add(std::string(5000, 'x'));
  server.plan.fail_nth(3, storage::Errc::kUnavailable);  // the document, a piece, and then
  const Answer answer = server.get("/v1/asset/" + key);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.source_error, storage::Errc::kUnavailable);
  EXPECT_LT(answer.body.size(), 5000u);
}

TEST(FileName, IsTheKeyAndAHarmlessExtension) {
  Asset asset;
  const std::string key = asset.key.text();
  const auto name = [&](std::string file_type) {
    asset.file_type = std::move(file_type);
    return file_name(asset);
  };
  EXPECT_EQ(name("blend"), key + ".blend");
  EXPECT_EQ(name("tar.gz"), key + ".tar.gz");
  EXPECT_EQ(name(".obj"), key + ".obj");
  EXPECT_EQ(name("..."), key);
  EXPECT_EQ(name(""), key);
  EXPECT_EQ(name("a\"\r\nX: y/\\\xC3\xA4"), key + ".a___X__y____");
  EXPECT_EQ(name(std::string(200, 'x')), key + "." + std::string(32, 'x'));
}

}  // namespace
}  // namespace aesel::assets::testing
