// The projects service through its routes: the requests that existing clients make, groups and collections,
// who may, and a store that fails. What projects have in common with other entries is tested in catalog/.
#include "projects/projects.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "catalog/test_client.hpp"
#include "projects/project_api.hpp"
#include "storage/contract_tests/fault_store.hpp"
#include "storage/error.hpp"

namespace aesel::projects {
namespace {

using namespace catalog::testing;

constexpr const char* kAbsent = "0123456789abcdef01234567";

class ProjectsTest : public ::testing::Test {
 protected:
  ProjectsTest() { EXPECT_TRUE(projects.open()); }

  std::string make(const catalog::Who& who, const std::string& body) {
    const Answer answer = client.as(who).post("/v1/project", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return "/v1/project/" + answer.body.value("id", "");
  }
  Json groups(const std::string& path) { return client.get(path).body.at("sceneGroups"); }
  std::vector<storage::Document> stored() { return contents(*memory, "projects"); }
  static Json group(const std::string& name, const Json& scenes = Json::array()) {
    return {{"name", name}, {"description", nullptr}, {"category", nullptr}, {"scenes", scenes}};
  }

  std::unique_ptr<storage::DocumentStore> memory = storage::make_memory_document_store();
  storage::testing::FaultPlan plan;
  storage::testing::FaultDocumentStore store{*memory, plan};
  ManualClock clock;
  KeyGenerator keys;
  Projects projects{store, clock, keys};
  TestClient client{routes(projects)};
};

void expect_ok(const Answer& answer) {
  EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(ProjectsTest, ServeTheFlowOfExistingClients) {
  const std::string path =
      make(kNobody, R"({"key":null,"name":"test","description":"d","category":"c","tags":["first"],
    "thumbnail":null,"isPublic":null,"public":null,"assetCollectionIds":["one"],
    "sceneGroups":[{"name":"group","description":"d","category":"c","scenes":["a"]}]})");
  const Json made = client.get(path + "/").body;
  EXPECT_EQ(made.at("name"), "test");
  EXPECT_EQ("/v1/project/" + made.at("id").get<std::string>(), path);
  expect_ok(client.post(path + "/groups", R"({"name":"second","description":"d","category":"c"})"));
  expect_ok(client.put(path + "/tags/added"));
  expect_ok(client.put(path + "/collections/two"));
  expect_ok(
      client.post(path, R"({"name":"renamed","description":"e","category":"f","tags":[],"sceneGroups":[],
    "assetCollectionIds":[],"isPublic":null,"thumbnail":null})"));
  const Json updated = client.get(path).body;
  EXPECT_EQ(updated.at("name"), "renamed");
  EXPECT_EQ(updated.at("assetCollectionIds"), Json({"one", "two"}));
  EXPECT_EQ(updated.at("sceneGroups").size(), 2u);
  expect_ok(client.erase(path + "/tags/added"));
  expect_ok(client.erase(path + "/groups/second"));
  expect_ok(client.erase(path + "/collections/two"));
  expect_ok(client.post(path + "/groups/group", R"({"name":"new name"})"));
  expect_ok(client.put(path + "/groups/new%20name/scenes/b"));
  const Json found = client.get("/v1/project?name=renamed&tags=first&description=e").body;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].at("assetCollectionIds"), Json({"one"}));
  EXPECT_EQ(found[0].at("sceneGroups"),
            Json({{{"name", "new name"}, {"description", "d"}, {"category", "c"}, {"scenes", {"a", "b"}}}}));
  expect_ok(client.erase(path + "/groups/new%20name/scenes/b"));
  EXPECT_EQ(groups(path)[0].at("scenes"), Json({"a"}));
  expect_ok(client.erase(path));
  expect_refusal(client.get(path), 404, 102);
}

TEST_F(ProjectsTest, ProjectHasEveryMember) {
  const Json project = client.post("/v1/project", "{}").body;
  for (const char* name : {"id", "name", "description", "category", "thumbnail", "user", "isPublic", "public",
                           "tags", "sceneGroups", "assetCollectionIds"}) {
    EXPECT_TRUE(project.contains(name)) << name;
  }
  EXPECT_EQ(project.size(), 11u);
  EXPECT_EQ(project.at("sceneGroups"), Json::array());
  EXPECT_EQ(project.at("assetCollectionIds"), Json::array());
}

TEST_F(ProjectsTest, GroupOperationsAnswerTheProject) {
  const std::string path = make(kNobody, "{}");
  const Answer answers[] = {client.post(path + "/groups", R"({"name":"g"})"),
                            client.put(path + "/groups/g/scenes/s"), client.put(path + "/collections/c"),
                            client.erase(path + "/groups/g")};
  EXPECT_EQ(answers[0].body.at("sceneGroups"), Json({group("g")}));
  EXPECT_EQ(answers[1].body.at("sceneGroups"), Json({group("g", {"s"})}));
  EXPECT_EQ(answers[2].body.at("assetCollectionIds"), Json({"c"}));
  EXPECT_EQ(answers[3].body, client.get(path).body);
}

TEST_F(ProjectsTest, GroupsOfOneNameAreAddressedByTheFirst) {
  const std::string path = make(kNobody, "{}");
  expect_ok(client.post(path + "/groups", R"({"name":"g","scenes":["a"]})"));
  expect_ok(client.post(path + "/groups", R"({"name":"other"})"));
  expect_ok(client.post(path + "/groups", R"({"name":"g","scenes":["b"]})"));
  expect_ok(client.put(path + "/groups/g/scenes/x"));
  EXPECT_EQ(groups(path), Json({group("g", {"a", "x"}), group("other"), group("g", {"b"})}));
  expect_ok(client.erase(path + "/groups/g/scenes/a"));
  expect_ok(client.post(path + "/groups/g", R"({"name":"h"})"));
  EXPECT_EQ(groups(path), Json({group("h", {"x"}), group("other"), group("g", {"b"})}));
  expect_ok(client.post(path + "/groups/h", R"({"name":"g"})"));
  expect_ok(client.erase(path + "/groups/g"));
  EXPECT_EQ(groups(path), Json({group("other")}));
}

TEST_F(ProjectsTest, GroupUpdateIsPartialAndEmptyTextClears) {
  const std::string path =
      make(kNobody, R"({"sceneGroups":[{"name":"g","description":"d","category":"c","scenes":["s"]}]})");
  expect_ok(client.post(path + "/groups/g", R"({"name":null,"description":null,"scenes":["t"]})"));
  EXPECT_EQ(groups(path)[0],
            Json({{"name", "g"}, {"description", "d"}, {"category", "c"}, {"scenes", {"s"}}}));
  expect_ok(client.post(path + "/groups/g", R"({"name":"","description":"","category":"x"})"));
  EXPECT_EQ(groups(path)[0],
            Json({{"name", "g"}, {"description", ""}, {"category", "x"}, {"scenes", {"s"}}}));
  expect_ok(client.post(path + "/groups/g", "{}"));
}

TEST_F(ProjectsTest, ScenesAndCollectionsAreSets) {
  const std::string path = make(kNobody, R"({"sceneGroups":[{"name":"g"}]})");
  for (int i = 0; i < 2; ++i) {
    expect_ok(client.put(path + "/groups/g/scenes/a%2Fb"));
    expect_ok(client.put(path + "/collections/c%20d"));
  }
  EXPECT_EQ(groups(path)[0].at("scenes"), Json({"a/b"}));
  EXPECT_EQ(client.get(path).body.at("assetCollectionIds"), Json({"c d"}));
  for (int i = 0; i < 2; ++i) {
    expect_ok(client.erase(path + "/groups/g/scenes/a%2Fb"));
    expect_ok(client.erase(path + "/collections/c%20d"));
  }
  EXPECT_EQ(groups(path), Json({group("g")}));
  EXPECT_EQ(client.get(path).body.at("assetCollectionIds"), Json::array());
}

TEST_F(ProjectsTest, UnknownProjectsAndGroupsAre404) {
  const std::string known = make(kNobody, R"({"sceneGroups":[{"name":"g"}]})");
  const auto before = stored();
  for (const std::string& path :
       {"/v1/project/" + std::string(kAbsent), std::string("/v1/project/nonsense")}) {
    expect_refusal(client.post(path + "/groups", R"({"name":"x"})"), 404, 102);
    expect_refusal(client.post(path + "/groups/g", R"({"name":"x"})"), 404, 102);
    expect_refusal(client.erase(path + "/groups/g"), 404, 102);
    expect_refusal(client.put(path + "/groups/g/scenes/s"), 404, 102);
    expect_refusal(client.erase(path + "/groups/g/scenes/s"), 404, 102);
    expect_refusal(client.put(path + "/collections/c"), 404, 102);
    expect_refusal(client.erase(path + "/collections/c"), 404, 102);
  }
  for (const char* name : {"x", "G", "%FF"}) {
    const std::string path = known + "/groups/" + name;
    expect_refusal(client.post(path, R"({"name":"x"})"), 404, 102);
    expect_refusal(client.erase(path), 404, 102);
    expect_refusal(client.put(path + "/scenes/s"), 404, 102);
    expect_refusal(client.erase(path + "/scenes/s"), 404, 102);
  }
  EXPECT_EQ(stored(), before);
}

TEST_F(ProjectsTest, BadInputIsRefusedAndChangesNothing) {
  const std::string path = make(kNobody, R"({"sceneGroups":[{"name":"g"}]})");
  const auto before = stored();
  for (const char* body : {"", "{", "[]", "nonsense"}) {
    expect_refusal(client.post(path + "/groups", body), 400, 110);
    expect_refusal(client.post(path + "/groups/g", body), 400, 110);
  }
  for (const char* body : {"{}", R"({"name":""})", R"({"name":null})", R"({"name":5})"}) {
    expect_refusal(client.post(path + "/groups", body), 400, 122);
  }
  const std::string longer(1025, 'x');
  expect_refusal(client.post(path + "/groups/g", Json{{"name", longer}}.dump()), 400, 122);
  expect_refusal(client.put(path + "/groups/g/scenes/" + longer), 400, 122);
  expect_refusal(client.put(path + "/groups/g/scenes/%FF"), 400, 122);
  expect_refusal(client.put(path + "/collections/" + longer), 400, 122);
  expect_refusal(client.put(path + "/collections/%FF"), 400, 122);
  expect_refusal(client.post("/v1/project", R"({"sceneGroups":[{"description":"nameless"}]})"), 400, 122);
  EXPECT_EQ(stored(), before);
}

TEST_F(ProjectsTest, TooManyGroupsScenesOrCollectionsAreRefused) {
  const std::vector<Json> many(1000, Json{{"name", "g"}});
  const std::string grouped = make(kNobody, Json{{"sceneGroups", many}}.dump());
  expect_refusal(client.post(grouped + "/groups", R"({"name":"x"})"), 400, 122);
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back(std::to_string(i));
  const std::string full =
      make(kNobody,
           Json{{"assetCollectionIds", texts}, {"sceneGroups", {{{"name", "g"}, {"scenes", texts}}}}}.dump());
  expect_refusal(client.put(full + "/collections/x"), 400, 122);
  expect_refusal(client.put(full + "/groups/g/scenes/x"), 400, 122);
  expect_ok(client.put(full + "/groups/g/scenes/7"));
}

TEST_F(ProjectsTest, OwnersCanBeRenamedByTheGateway) {
  const std::string path = make(kAnn, R"({"name":"n","sceneGroups":[{"name":"g"}]})");
  EXPECT_EQ(client.as(kRoot).post("/v1/owner", R"({"from":"ann","to":"bob"})").body, Json({{"changed", 1}}));
  EXPECT_EQ(client.as(kBob).get(path).body.at("user"), "bob");
  EXPECT_EQ(groups(path), Json({group("g")}));
  expect_refusal(client.as(kAnn).get(path), 404, 102);
}

TEST_F(ProjectsTest, ServiceSaysThatItIsUp) {
  EXPECT_EQ(client.get("/health").body, Json({{"status", "up"}}));
}

// ---- who may, cell by cell: groups and collections --------------------------------------------------------

struct Deed {
  const char* name;
  std::function<Answer(TestClient&, const std::string&)> attempt;
};

const std::vector<Deed>& deeds() {
  static const std::vector<Deed> kDeeds = {
      {"add group",
       [](TestClient& c, const std::string& p) { return c.post(p + "/groups", R"({"name":"new"})"); }},
      {"update group",
       [](TestClient& c, const std::string& p) { return c.post(p + "/groups/g", R"({"name":"new"})"); }},
      {"remove group", [](TestClient& c, const std::string& p) { return c.erase(p + "/groups/g"); }},
      {"add scene", [](TestClient& c, const std::string& p) { return c.put(p + "/groups/g/scenes/new"); }},
      {"remove scene", [](TestClient& c, const std::string& p) { return c.erase(p + "/groups/g/scenes/s"); }},
      {"add collection", [](TestClient& c, const std::string& p) { return c.put(p + "/collections/new"); }},
      {"remove collection",
       [](TestClient& c, const std::string& p) { return c.erase(p + "/collections/c"); }},
  };
  return kDeeds;
}

constexpr const char* kPrivate =
    R"({"sceneGroups":[{"name":"g","scenes":["s"]}],"assetCollectionIds":["c"]})";
constexpr const char* kPublic =
    R"({"sceneGroups":[{"name":"g","scenes":["s"]}],"assetCollectionIds":["c"],"isPublic":true})";

TEST_F(ProjectsTest, GroupsAndCollectionsAreForWhoeverMayRead) {
  struct Row {
    catalog::Who owner;
    const char* body;
    catalog::Who who;
    bool may;
  };
  const Row rows[] = {
      {kAnn, kPrivate, kNobody, true}, {kAnn, kPrivate, kAnn, true},   {kAnn, kPrivate, kBob, false},
      {kAnn, kPrivate, kRoot, false},  {kAnn, kPublic, kNobody, true}, {kAnn, kPublic, kAnn, true},
      {kAnn, kPublic, kBob, true},     {kAnn, kPublic, kRoot, true},   {kNobody, kPrivate, kBob, true}};
  for (const Row& row : rows) {
    for (const Deed& deed : deeds()) {
      SCOPED_TRACE(std::string(deed.name) + " by " + (row.who ? row.who->username : "nobody") + " of " +
                   row.body);
      const std::string path = make(row.owner, row.body);
      const auto before = stored();
      const Answer answer = deed.attempt(client.as(row.who), path);
      EXPECT_EQ(answer.status, row.may ? 200 : 404);
      EXPECT_EQ(stored() != before, row.may);
    }
  }
}

TEST_F(ProjectsTest, StoreThatFailsIs503AndNothingChanged) {
  const std::string path = make(kAnn, kPrivate);
  const auto before = stored();
  for (const Deed& deed : deeds()) {
    SCOPED_TRACE(deed.name);
    plan.fail_nth(1, storage::Errc::kUnavailable);
    expect_refusal(deed.attempt(client, path), 503, 120);
    plan.fail_nth(2, storage::Errc::kFull);
    expect_refusal(deed.attempt(client, path), 503, 120);
    EXPECT_EQ(stored(), before);
  }
}

TEST(ProjectsConcurrency, ScenesAddedAtOnceAllSurvive) {
  const auto memory = storage::make_memory_document_store();
  DawdlingStore slow(*memory);
  ManualClock clock;
  KeyGenerator keys;
  Projects projects(slow, clock, keys);
  ASSERT_TRUE(projects.open());
  TestClient client(routes(projects));
  const std::string path = "/v1/project/" + client.post("/v1/project", kPublic).body.value("id", "");
  std::vector<Task<Answer>> tasks;
  for (int i = 0; i < 20; ++i) {
    const std::string target = path + "/groups/g/scenes/" + std::to_string(i);
    tasks.push_back(client.start(http::Method::kPut, target, "", kNobody));
  }
  for (const Answer& answer : storage::testing::run_all(std::move(tasks))) EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(client.get(path).body.at("sceneGroups")[0].at("scenes").size(), 21u);
}

}  // namespace
}  // namespace aesel::projects
