// Who may do what with whose asset: every operation for nobody (no login), the owner, another user, an admin.
#include <gtest/gtest.h>

#include "assets/test_server.hpp"

namespace aesel::assets::testing {
namespace {

struct Case {
  const char* name;
  catalog::Who owner;
  const char* visibility;  // of the query
};
const Case kPrivate{"private", kAnn, "?isPublic=no"};
const Case kPublic{"public", kAnn, ""};
const Case kOrphan{"orphan", kNobody, "?isPublic=no"};  // made while there was no login

struct Cell {
  Case of;
  catalog::Who who;
  bool reads;
  bool controls;
};
const Cell kCells[] = {
    {kPrivate, kNobody, true, true}, {kPrivate, kAnn, true, true},   {kPrivate, kBob, false, false},
    {kPrivate, kRoot, false, true},  {kPublic, kNobody, true, true}, {kPublic, kAnn, true, true},
    {kPublic, kBob, true, false},    {kPublic, kRoot, true, true},   {kOrphan, kNobody, true, true},
    {kOrphan, kBob, true, false},    {kOrphan, kRoot, true, true},
};

/// A server with the asset, and another version of it, and everything said on behalf of the cell's user.
struct Scene : TestServer {
  explicit Scene(const Cell& cell) {
    who = cell.of.owner;
    key = add("content", std::string("/v1/asset") + cell.of.visibility);
    newer = upload("/v1/asset/" + key, {file_part("newer")}).body;
    who = cell.who;
  }
  std::string key, newer;
};

std::string text_of(const Cell& cell) {
  return std::string(cell.of.name) + " for " + (cell.who ? cell.who->username : "nobody");
}

TEST(AssetVisibility, OfContentMetadataAndHistory) {
  for (const Cell& cell : kCells) {
    Scene scene(cell);
    const std::size_t seen = cell.reads ? 1 : 0;
    EXPECT_EQ(scene.get("/v1/asset/" + scene.key).status, cell.reads ? 200 : 404) << text_of(cell);
    EXPECT_EQ(scene.get("/v1/asset/" + scene.key + "/x.png").status, cell.reads ? 200 : 404);
    EXPECT_EQ(scene.send({http::Method::kHead, "/v1/asset/" + scene.key}).status, cell.reads ? 200 : 404);
    EXPECT_EQ(scene.get("/v1/asset").json().size(), 2 * seen) << text_of(cell);
    EXPECT_EQ(scene.get("/v1/asset/count").json().at("count"), 2 * seen);
    EXPECT_EQ(scene.get("/v1/asset?key=" + scene.key).json().size(), seen);
    EXPECT_EQ(scene.get("/v1/asset/count?key=" + scene.key).json().at("count"), seen);
    EXPECT_EQ(scene.post("/v1/bulk/asset", json({{"ids", {scene.key}}}).dump()).json().size(), seen);
    EXPECT_EQ(scene.history(scene.key).size(), seen) << text_of(cell);
  }
}

TEST(AssetVisibility, OfDeletion) {
  for (const Cell& cell : kCells) {
    Scene scene(cell);
    const auto before = scene.everything();
    const Answer answer = scene.erase("/v1/asset/" + scene.key);
    // What one may not even see is as if it were gone already.
    EXPECT_EQ(answer.status, cell.controls || !cell.reads ? 200 : 403) << text_of(cell);
    EXPECT_EQ(scene.everything() == before, !cell.controls) << text_of(cell);
    scene.expect_consistent();
  }
}

TEST(AssetVisibility, OfNewVersions) {
  for (const Cell& cell : kCells) {
    Scene scene(cell);
    const auto before = scene.everything();
    const Answer answer = scene.upload("/v1/asset/" + scene.key, {file_part("newest")});
    EXPECT_EQ(answer.status, cell.reads ? 200 : 404) << text_of(cell);
    EXPECT_EQ(scene.everything() == before, !cell.reads);
    if (!cell.reads) continue;
    scene.who = kNobody;
    const json old = scene.metadata(scene.key), newest = scene.metadata(answer.body);
    EXPECT_EQ(newest.at("user"), old.at("user")) << "whoever adds a version, the asset stays its owner's";
    EXPECT_EQ(newest.at("isPublic"), old.at("isPublic"));
    scene.expect_consistent();
  }
}

TEST(AssetVisibility, OfChangingTheVisibility) {
  for (const Cell& cell : kCells) {
    for (const bool in_form : {false, true}) {
      Scene scene(cell);
      const auto before = scene.everything();
      const bool publishes = cell.of.visibility[0] != '\0';
      const std::string word = publishes ? "yes" : "no";
      const std::vector<FormPart> query_parts{file_part("newest")};
      const std::vector<FormPart> form_parts{file_part("newest"), {"isPublic", word}};
      const Answer answer = in_form
                                ? scene.upload("/v1/asset/" + scene.key, form_parts)
                                : scene.upload("/v1/asset/" + scene.key + "?isPublic=" + word, query_parts);
      const int status = cell.controls ? 200 : cell.reads ? 403 : 404;
      EXPECT_EQ(answer.status, status) << text_of(cell) << " " << answer.body;
      EXPECT_EQ(scene.everything() == before, status != 200);
      if (status != 200) continue;
      scene.who = kNobody;
      EXPECT_EQ(scene.metadata(answer.body).at("isPublic"), publishes);
      EXPECT_EQ(scene.metadata(scene.key).at("isPublic"), !publishes) << "what is there stays as it is";
    }
  }
}

TEST(AssetVisibility, OfVersionsOneByOne) {
  TestServer server;
  server.who = kAnn;
  const std::string hidden = server.add("draft", "/v1/asset?isPublic=no");
  const std::string shown = server.upload("/v1/asset/" + hidden + "?isPublic=yes", {file_part("final")}).body;
  const std::string again =
      server.upload("/v1/asset/" + shown + "?isPublic=no", {file_part("next draft")}).body;
  EXPECT_EQ(server.history(hidden).at(0).at("assetIds"), json::array({again, shown, hidden}));
  server.who = kBob;
  EXPECT_EQ(server.history(shown),
            json::array({{{"id", hidden}, {"asset", shown}, {"assetIds", json::array({shown})}}}));
  EXPECT_EQ(server.history(hidden), json::array());
}

TEST(AssetVisibility, OfRelationshipsOfVersionsThatOneMayNotRead) {
  TestServer server;
  server.who = kAnn;
  const std::string shown = server.add("shown");
  const std::string hidden = server.upload("/v1/asset/" + shown + "?isPublic=no", {file_part("hidden")}).body;
  server.send({http::Method::kPut, "/v1/relationship",
               json({{"assetId", hidden}, {"relatedId", "s"}, {"relationshipType", "scene"}}).dump()});
  server.who = kBob;
  EXPECT_EQ(server.upload("/v1/asset/" + shown, {file_part("bob's")}).status, 200);
  server.who = kAnn;
  EXPECT_EQ(server.get("/v1/relationship?related=s").json().at(0).at("assetId"), hidden)
      << "nobody moves what he may not see";
}

TEST(AssetVisibility, OfNewAssetsIsTheirCreators) {
  TestServer server;
  server.who = kAnn;
  const std::string key = server.add("x");
  EXPECT_EQ(server.metadata(key).at("user"), "ann");
  EXPECT_EQ(server.metadata(key).at("public"), true);
}

TEST(AssetVisibility, AnswersWhatRelationshipsAsk) {
  TestServer server;
  server.who = kAnn;
  const std::string hidden = server.add("x", "/v1/asset?isPublic=no"), shown = server.add("y");
  const auto readable = [&](const catalog::Who& who) {
    std::vector<std::string> keys{hidden, shown, kAbsent, "nonsense", hidden, ""};
    return storage::testing::run(server.records.readable(who, std::move(keys))).value();
  };
  EXPECT_EQ(readable(kNobody), std::vector<bool>(6, true));
  EXPECT_EQ(readable(kAnn), std::vector<bool>(6, true));
  EXPECT_EQ(readable(kBob), (std::vector<bool>{false, true, true, true, false, true}));
  server.plan.fail_all(storage::Errc::kUnavailable);
  std::vector<std::string> keys{hidden};
  EXPECT_FALSE(storage::testing::run(server.records.readable(kBob, std::move(keys))));
}

TEST(AssetVisibility, RefusesAPrincipalThatIsNoName) {
  TestServer server;
  server.who = access::Principal{"\xFF", access::Standing::kUser};
  EXPECT_EQ(server.get("/v1/asset").status, 400);
  EXPECT_EQ(server.upload("/v1/asset", {file_part("x")}).status, 400);
  EXPECT_TRUE(server.everything().empty());
}

}  // namespace
}  // namespace aesel::assets::testing
