#include "http/message.hpp"

#include <gtest/gtest.h>

#include "http/client.hpp"
#include "http/serialize.hpp"

namespace aesel::http {
namespace {

using Segments = std::vector<std::string>;

TEST(ParseTarget, DropsEmptySegmentsAndDecodesOnce) {
  Request r;
  for (const char* target :
       {"/v1/a%20b", "/v1/a%20b/", "//v1///a%20b//", "v1/a%20b", "http://host:1/v1/a%20b"}) {
    ASSERT_TRUE(parse_target(target, r)) << target;
    EXPECT_EQ(r.segments, (Segments{"v1", "a b"})) << target;
  }
  ASSERT_TRUE(parse_target("/a%252Fb/c%2Fd+e", r));
  EXPECT_EQ(r.segments, (Segments{"a%2Fb", "c/d+e"}));
}

TEST(ParseTarget, ReadsTheQuery) {
  Request r;
  ASSERT_TRUE(parse_target("/x?device=a+b%2B&device=2&&flag", r));
  ASSERT_NE(r.query_value("device"), nullptr);
  EXPECT_EQ(*r.query_value("device"), "a b+");
  EXPECT_NE(r.query_value("flag"), nullptr);
  EXPECT_EQ(r.query_value("none"), nullptr);
}

TEST(ParseTarget, RefusesBadEscapesAndNul) {
  Request r;
  for (const char* bad : {"/%", "/%4", "/%zz", "/%00", "/a?b=%"}) EXPECT_FALSE(parse_target(bad, r)) << bad;
}

TEST(ParseUrl, TakesHostPortAndPath) {
  const auto url = parse_url("http://[::1]:8080/base/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8080);
  EXPECT_EQ(url->path, "/base");
  EXPECT_EQ(parse_url("localhost:81")->port, 81);
  EXPECT_EQ(parse_url("localhost")->port, 80);
  EXPECT_EQ(url->text(), "http://[::1]:8080/base");
  EXPECT_EQ(url->authority(), "[::1]:8080");
  const auto secure = parse_url("https://example.org");
  EXPECT_TRUE(secure->secure && !url->secure);
  EXPECT_EQ(secure->text(), "https://example.org:443");
  for (const char* bad : {"", "http://", "ftp://x", "x:0", "x:99999", "x:1a", "[::1", "a b"})
    EXPECT_FALSE(parse_url(bad)) << bad;
}

TEST(EncodeSegment, RoundTrips) {
  const std::string text = "a b/ü%+?#";
  Request r;
  ASSERT_TRUE(parse_target("/" + encode_segment(text), r));
  EXPECT_EQ(r.segments, Segments{text});
}

TEST(AppendResponse, WritesStatusHeadersAndBody) {
  Response response;
  response.status = 423;
  response.body = "{}";
  std::string out;
  append_response(out, response, Keep::kClose, Body::kSend);
  EXPECT_TRUE(out.starts_with(
      "HTTP/1.1 423 Locked\r\nContent-Type: application/json\r\nContent-Length: 2\r\nDate: "));
  EXPECT_TRUE(out.ends_with("Connection: close\r\n\r\n{}"));
  out.clear();
  append_response(out, response, Keep::kAlive, Body::kOmit);
  EXPECT_TRUE(out.ends_with("GMT\r\n\r\n"));
}

TEST(AppendResponse, SaysNothingOfABodyThatCannotBe) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    response.headers.push_back(Header{"ETag", "\"a\""});
    std::string out;
    append_response(out, response, Keep::kAlive, Body::kOmit);
    EXPECT_EQ(out.find("Content-"), out.npos) << out;
    EXPECT_NE(out.find("\r\nETag: \"a\"\r\n"), out.npos) << out;
  }
}

TEST(AppendResponse, NamesEveryStatusInUse) {
  for (const int status : {200, 201, 204, 206, 304, 400, 401, 403, 404, 405, 409, 412,
                           413, 415, 416, 423, 429, 431, 500, 501, 502, 503, 504, 507}) {
    EXPECT_NE(reason_phrase(status), "Status") << status;
  }
}

}  // namespace
}  // namespace aesel::http
