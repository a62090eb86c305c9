// Forms on their way into a blob store: parameters wherever they are, limits, and that nothing stays of what
// is refused.
#include "assets/upload.hpp"

#include <gtest/gtest.h>

#include "assets/test_server.hpp"

namespace aesel::assets::testing {
namespace {

using Parts = std::vector<FormPart>;

TEST(Upload, GoesToTheStoreInLargePieces) {
  TestServer server;
  const std::uint64_t before = server.plan.calls();
  TestServer::Sending sending =
      TestServer::upload_of("/v1/asset", {file_part(std::string(3 * kUploadPieceBytes, 'x'))});
  sending.piece_bytes = 1000;
  const Answer answer = server.send(std::move(sending));
  EXPECT_EQ(answer.status, 200);
  EXPECT_LE(server.plan.calls() - before, 6u) << "appends, finish, document";
  EXPECT_EQ(server.get("/v1/asset/" + answer.body).body, std::string(3 * kUploadPieceBytes, 'x'));
}

TEST(Upload, IsTheSameInPiecesOfAnySize) {
  TestServer server;
  const std::string content = std::string("v 1\r\n--b1\r\r\n-\r\n--b\0x", 20) + std::string(1000, '\r');
  for (const std::size_t piece_bytes : {1u, 2u, 3u, 7u, 64u, 100'000u}) {
    TestServer::Sending sending = TestServer::upload_of("/v1/asset", {file_part(content)});
    sending.piece_bytes = piece_bytes;
    const Answer answer = server.send(std::move(sending));
    EXPECT_EQ(server.get("/v1/asset/" + answer.body).body, content) << piece_bytes;
  }
  server.expect_consistent();
}

TEST(Upload, TakesParametersBeforeAndAfterTheFileAndFromTheQuery) {
  TestServer server;
  const Answer answer =
      server.upload("/v1/asset?asset-type=mesh&name=first&name=second", Parts{{"name", "third"},
                                                                              {"file-type", "obj"},
                                                                              file_part("x"),
                                                                              {"content-type", "model/obj"},
                                                                              {"file-type", "late"},
                                                                              {"isPublic", "no"},
                                                                              {"scene", "old client"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json metadata = server.metadata(answer.body);
  EXPECT_EQ(metadata.at("name"), "first") << "the query counts before the form";
  EXPECT_EQ(metadata.at("fileType"), "obj");
  EXPECT_EQ(metadata.at("contentType"), "model/obj");
  EXPECT_EQ(metadata.at("assetType"), "mesh");
  EXPECT_EQ(metadata.at("isPublic"), false);
}

TEST(Upload, EmptyParametersAreAbsent) {
  TestServer server;
  const Answer answer =
      server.upload("/v1/asset?name=&isPublic=", Parts{file_part("x"), {"name", ""}, {"name", "n"}});
  EXPECT_EQ(server.metadata(answer.body).at("name"), "n");
}

TEST(Upload, IgnoresOtherFilesAndLongFieldsOfNoConcern) {
  TestServer server;
  const Answer answer = server.upload("/v1/asset", Parts{{"preview", "png", "p.png"},
                                                         {"name", "named like a file", "n.txt"},
                                                         {"notes", std::string(kFieldBytesMax + 1, 'n')},
                                                         file_part("x")});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(server.metadata(answer.body).at("name"), "");
  EXPECT_EQ(server.get("/v1/asset/" + answer.body).body, "x");
}

TEST(Upload, MayBeEmpty) {
  TestServer server;
  const std::string key = server.add("");
  EXPECT_EQ(server.metadata(key).at("size"), 0);
  const Answer answer = server.get("/v1/asset/" + key);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.source_bytes, 0u);
}

struct Refused {
  const char* what;
  TestServer::Sending sending;
  int status;
  int code;
};

std::vector<Refused> refused_uploads() {
  const auto form = [](const std::string& target, const Parts& parts) {
    return TestServer::upload_of(target, parts);
  };
  std::vector<Refused> all;
  all.push_back({"no file", form("/v1/asset", {{"name", "n"}}), 400, 122});
  all.push_back({"two files", form("/v1/asset", {file_part("a"), file_part("b")}), 400, 110});
  all.push_back({"a bad word", form("/v1/asset", {file_part("a"), {"isPublic", "perhaps"}}), 400, 110});
  all.push_back({"a bad type", form("/v1/asset?content-type=x", {file_part("a")}), 400, 110});
  all.push_back(
      {"a long field", form("/v1/asset", {file_part("a"), {"name", std::string(70'000, 'n')}}), 413, 122});
  all.push_back(
      {"a long name", form("/v1/asset", {file_part("a"), {"name", std::string(2'000, 'n')}}), 400, 122});
  all.push_back({"too large", form("/v1/asset", {file_part(std::string(1'000'001, 'x'))}), 413, 122});
  all.push_back({"too many parts", form("/v1/asset", Parts(101, {"n", "x"})), 413, 122});
  TestServer::Sending sending = form("/v1/asset", {file_part("a")});
  sending.body.resize(sending.body.size() - 8);
  all.push_back({"no end", sending, 400, 110});
  sending.body = "";
  all.push_back({"no body", sending, 400, 110});
  sending.body = "--b0x\r\n";
  all.push_back({"nonsense", sending, 400, 110});
  sending = form("/v1/asset", {file_part("a")});
  sending.headers = {{"Content-Type", "multipart/form-data"}};
  all.push_back({"no boundary", sending, 400, 110});
  sending.headers = {{"Content-Type", "application/json"}};
  all.push_back({"JSON", sending, 415, 110});
  sending.headers.clear();
  all.push_back({"no type", sending, 415, 110});
  return all;
}

TEST(Upload, RefusedLeavesNothing) {
  AssetsOptions options;
  options.bytes_max = 1'000'000;
  TestServer server(options);
  const std::string key = server.add("first");
  const auto before = server.everything();
  for (Refused& refused : refused_uploads()) {
    for (const std::string& path : {std::string("/v1/asset"), "/v1/asset/" + key}) {
      TestServer::Sending sending = refused.sending;
      sending.target.replace(0, 9, path);
      const Answer answer = server.send(std::move(sending));
      EXPECT_EQ(answer.status, refused.status) << refused.what << ": " << answer.body;
      EXPECT_EQ(answer.code(), refused.code) << refused.what;
      EXPECT_EQ(server.everything(), before) << refused.what;
    }
  }
}

TEST(Upload, LimitIsOfTheFileAndExact) {
  AssetsOptions options;
  options.bytes_max = 1000;
  TestServer server(options);
  EXPECT_EQ(server.upload("/v1/asset", {file_part(std::string(1000, 'x'))}).status, 200);
  const Answer answer = server.upload("/v1/asset", {file_part(std::string(1001, 'x'))});
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find("1000"), std::string::npos);
  server.expect_consistent();
}

TEST(Upload, WhatSaysThatItIsTooLargeIsNotRead) {
  AssetsOptions options;
  options.bytes_max = 1000;
  TestServer server(options);
  TestServer::Sending sending =
      TestServer::upload_of("/v1/asset", {file_part(std::string(kFormBytesMax + 1001, 'x'))});
  const std::uint64_t before = server.plan.calls();
  EXPECT_EQ(server.send(std::move(sending)).status, 413);
  EXPECT_EQ(server.plan.calls(), before);
}

TEST(Upload, EndlessFormIsRefused) {
  AssetsOptions options;
  options.bytes_max = 1000;
  TestServer server(options);
  TestServer::Sending sending =
      TestServer::upload_of("/v1/asset", {{"notes", std::string(kFormBytesMax + 1'000'000, 'n')}});
  sending.piece_bytes = 1 << 20;
  sending.fails_after = sending.body.size() - 1;  // no Content-Length, and it would fail only after the limit
  EXPECT_EQ(server.send(std::move(sending)).status, 413);
}

TEST(Upload, CutOffAnywhereLeavesNothing) {
  TestServer server;
  const std::string key = server.add("first");
  const auto before = server.everything();
  const std::string form = form_of({{"name", "n"}, file_part("content"), {"file-type", "obj"}});
  for (std::size_t at = 0; at <= form.size(); ++at) {
    TestServer::Sending sending = TestServer::upload_of(at % 2 == 0 ? "/v1/asset" : "/v1/asset/" + key, {});
    sending.body = form;
    sending.piece_bytes = 50;
    sending.fails_after = at;
    EXPECT_EQ(server.send(std::move(sending)).status, 400) << at;
    EXPECT_EQ(server.everything(), before) << at;
  }
}

TEST(Upload, OnlySoManyAtTheSameTime) {
  AssetsOptions options;
  options.uploads_max = 3;
  TestServer server(options);
  std::vector<Task<Answer>> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.push_back(server.start(TestServer::upload_of("/v1/asset", {file_part("x")}), kNobody));
  std::vector<int> statuses;
  for (const Answer& answer : storage::testing::run_all(std::move(tasks))) statuses.push_back(answer.status);
  EXPECT_EQ(std::ranges::count(statuses, 200), 3);
  EXPECT_EQ(std::ranges::count(statuses, 503), 2);
  EXPECT_EQ(server.upload("/v1/asset", {file_part("x")}).status, 200) << "afterwards there is room again";
  server.expect_consistent();
  const std::string metrics = server.metrics.print();
  EXPECT_NE(metrics.find("aesel_assets_uploads_total 4"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("aesel_assets_rejected_uploads_total 2"), std::string::npos);
  EXPECT_NE(metrics.find("aesel_assets_uploaded_bytes_total 4"), std::string::npos);
}

}  // namespace
}  // namespace aesel::assets::testing
