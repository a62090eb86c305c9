// What clients do with users, row by row of the contract (2.1 to 2.3), through the gateway.
#include "gateway/users.hpp"

#include "gateway/test_cast.hpp"

namespace aesel::gateway {
namespace {

using testing::Answer;
using testing::Cast;
using testing::run;
using testing::TestGateway;
using Json = nlohmann::json;

constexpr const char* kNobody = "/users/0123456789abcdef01234567";

struct UsersOpen : ::testing::Test {
  Answer sign_up(Json body) { return server.post("/users/sign-up", body.dump()); }
  std::string path_of(Json body) {
    return "/users/" + sign_up(std::move(body)).json().at("id").get<std::string>();
  }
  std::string eve() {
    return path_of({{"username", "eve"}, {"password", "p"}, {"email", "eve@x"}, {"isActive", true}});
  }
  void fill_disk() { server.store.write_failure = make_error_code(storage::Errc::kFull); }

  TestGateway server;
};
using SignUp = UsersOpen;
using Update = UsersOpen;
using Flags = UsersOpen;
using Favorites = UsersOpen;
using Search = UsersOpen;

TEST_F(SignUp, AnswersTheUserWithAKeyAndWithoutThePassword) {
  const Answer answer = sign_up({{"key", nullptr},
                                 {"id", "ffffffffffffffffffffffff"},
                                 {"username", "eve"},
                                 {"password", "secret"},
                                 {"email", "eve@x"},
                                 {"isAdmin", true},
                                 {"isActive", true},
                                 {"favoriteProjects", {"p", "p"}},
                                 {"favoriteScenes", {"s"}},
                                 {"unknown", 5}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "application/json");
  Json user = answer.json();
  EXPECT_EQ(user.at("id").get<std::string>().size(), 24u);
  EXPECT_NE(user.at("id"), "ffffffffffffffffffffffff");
  user.erase("id");
  EXPECT_EQ(user, (Json{{"username", "eve"},
                        {"password", ""},
                        {"email", "eve@x"},
                        {"isAdmin", true},
                        {"isActive", true},
                        {"favoriteProjects", {"p"}},
                        {"favoriteScenes", {"s"}}}));
  EXPECT_EQ(server.get("/users/" + answer.json().at("id").get<std::string>()).body, answer.body);
}

TEST_F(SignUp, DefaultsAreModest) {
  const Json user = sign_up({{"username", "eve"}, {"password", "p"}}).json();
  EXPECT_EQ(user.at("isAdmin"), false);
  EXPECT_EQ(user.at("isActive"), false);
  EXPECT_EQ(user.at("email"), nullptr);
  EXPECT_EQ(user.at("favoriteScenes"), Json::array());
}

TEST_F(SignUp, NamesAndEmailsAreUnique) {
  eve();
  EXPECT_EQ(sign_up({{"username", "eve"}, {"password", "p"}, {"email", "other@x"}}).status, 409);
  EXPECT_EQ(sign_up({{"username", "adam"}, {"password", "p"}, {"email", "eve@x"}}).status, 409);
  EXPECT_EQ(sign_up({{"username", "Eve"}, {"password", "p"}}).status, 200) << "case matters";
  EXPECT_EQ(sign_up({{"username", "adam"}, {"password", "p"}}).status, 200) << "no email is not an email";
}

TEST_F(SignUp, OfTwoAtTheSameTimeOneWins) {
  UserRecords records(server.store);
  PasswordPool passwords(testing::cheap_passwords());
  Users users(Users::Parts{records, passwords, server.keys, server.clock, LastAdmin::kMayGo, {}});
  int made = 0;
  int refused = 0;
  const auto sign_up_as = [&](std::string name, std::string email) -> Task<void> {
    UserInput input;
    input.username = std::move(name);
    input.email = std::move(email);
    input.password = "p";
    const auto user = co_await users.sign_up(std::move(input));
    ++(user ? made : refused);
    EXPECT_TRUE(user || user.error().kind == UserError::Kind::kConflict);
  };
  boost::asio::io_context context(1);
  const auto rethrow = [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  };
  for (int i = 0; i < 10; ++i) {
    boost::asio::co_spawn(context, sign_up_as("eve", std::to_string(i)), rethrow);
    boost::asio::co_spawn(context, sign_up_as("adam" + std::to_string(i), "adam@x"), rethrow);
  }
  context.run();
  EXPECT_EQ(made, 2);
  EXPECT_EQ(refused, 18);
}

TEST_F(SignUp, BadInputIs400AndMakesNobody) {
  for (const char* body : {"", "{", "{}", R"({"username":"eve"})", R"({"username":"eve","password":""})",
                           R"({"password":"p"})", R"({"username":"","password":"p"})",
                           R"({"username":"a\nb","password":"p"})", R"({"username":"a:b","password":"p"})"})
    EXPECT_EQ(server.post("/users/sign-up", body).status, 400) << body;
  EXPECT_EQ(sign_up({{"username", std::string(129, 'x')}, {"password", "p"}}).status, 400);
  EXPECT_EQ(sign_up({{"username", "eve"}, {"password", std::string(1025, 'x')}}).status, 400);
  EXPECT_EQ(sign_up({{"username", "eve"}, {"password", "p"}, {"email", "a\rb"}}).status, 400);
  EXPECT_EQ(
      sign_up({{"username", "eve"}, {"password", "p"}, {"favoriteScenes", {std::string(1025, 'x')}}}).status,
      400);
  EXPECT_EQ(server.get("/users").json(), Json::array());
}

TEST_F(SignUp, AFullStoreIs503) {
  fill_disk();
  EXPECT_EQ(sign_up({{"username", "eve"}, {"password", "p"}}).status, 503);
}

TEST_F(Update, SetsWhatIsGiven) {
  const std::string path = eve();
  const Answer answer =
      server.put(path, R"({"username":"eva","password":"new","email":"eva@x","id":"x","isAdmin":true,
      "isActive":false,"favoriteScenes":["s"],"projects":5})");
  EXPECT_EQ(answer.status, 200);
  const Json user = server.get(path).json();
  EXPECT_EQ(answer.json(), user);
  EXPECT_EQ(user.at("username"), "eva");
  EXPECT_EQ(user.at("email"), "eva@x");
  EXPECT_EQ(user.at("isAdmin"), false) << "there are paths of their own for these";
  EXPECT_EQ(user.at("isActive"), true);
  EXPECT_EQ(user.at("favoriteScenes"), Json::array());
  EXPECT_EQ(server.log_in("eva", "new").status, 200);
}

TEST_F(Update, NullsAndEmptyTextsChangeNothing) {
  const std::string path = eve();
  const std::string before = server.get(path).body;
  for (const char* body : {"{}", R"({"username":null,"email":null,"password":null})",
                           R"({"username":"","email":"","password":""})", R"({"key":null,"tags":[]})"}) {
    EXPECT_EQ(server.put(path, body).status, 200) << body;
    EXPECT_EQ(server.get(path).body, before) << body;
  }
  EXPECT_EQ(server.log_in("eve", "p").status, 200);
}

TEST_F(Update, APasswordNeedsNoNameAndANameNoPassword) {
  const std::string path = eve();
  EXPECT_EQ(server.put(path, R"({"password":"new"})").status, 200);
  EXPECT_EQ(server.log_in("eve", "p").status, 401);
  EXPECT_EQ(server.log_in("eve", "new").status, 200);
  EXPECT_EQ(server.put(path, R"({"username":"eva"})").status, 200);
  EXPECT_EQ(server.log_in("eva", "new").status, 200);
}

TEST_F(Update, NamesAndEmailsStayUnique) {
  const std::string path = eve();
  sign_up({{"username", "adam"}, {"password", "p"}, {"email", "adam@x"}});
  EXPECT_EQ(server.put(path, R"({"username":"adam"})").status, 409);
  EXPECT_EQ(server.put(path, R"({"email":"adam@x"})").status, 409);
  EXPECT_EQ(server.put(path, R"({"username":"eve","email":"eve@x"})").status, 200) << "his own are his";
}

TEST_F(Update, BadInputAndUnknownUsers) {
  const std::string path = eve();
  EXPECT_EQ(server.put(path, "").status, 400);
  EXPECT_EQ(server.put(path, R"({"username":"a:b"})").status, 400);
  EXPECT_EQ(server.put(kNobody, R"({"email":"x"})").status, 404);
  EXPECT_EQ(server.put("/users/nonsense", R"({"email":"x"})").status, 404);
  EXPECT_EQ(server.get(kNobody).status, 404);
  EXPECT_EQ(server.get("/users/nonsense").json().at("err_code"), 102);
  EXPECT_EQ(server.post(path, "{}").status, 405);
}

TEST_F(Flags, AreSetAndUnsetAnyNumberOfTimes) {
  const std::string path = eve();
  for (const char* flag : {"/admin", "/active"}) {
    const std::string member = flag == std::string("/admin") ? "isAdmin" : "isActive";
    for (int i = 0; i < 2; ++i) EXPECT_EQ(server.put(path + flag).json().at(member), true);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(server.erase(path + flag).json().at(member), false);
    EXPECT_EQ(server.put(std::string(kNobody) + flag).status, 404);
    EXPECT_EQ(server.erase(std::string("/users/nonsense") + flag).status, 404);
  }
}

TEST_F(Favorites, AreSets) {
  const std::string path = eve();
  for (const auto& [kind, member] :
       {std::pair{"/projects/", "favoriteProjects"}, {"/scenes/", "favoriteScenes"}}) {
    const std::string base = path + kind;
    for (int i = 0; i < 2; ++i) EXPECT_EQ(server.put(base + "a%2Fb").json().at(member), (Json{"a/b"}));
    EXPECT_EQ(server.put(base + "c").json().at(member), (Json{"a/b", "c"}));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(server.erase(base + "a%2Fb").json().at(member), (Json{"c"}));
    EXPECT_EQ(server.put(kNobody + std::string(kind) + "x").status, 404);
    EXPECT_EQ(server.put(base + std::string(1025, 'x')).status, 400);
    EXPECT_EQ(server.get(path).json().at(member), (Json{"c"}));
  }
}

TEST_F(UsersOpen, DeletingIsDoneOnceAndForAll) {
  const std::string path = eve();
  EXPECT_EQ(server.erase(path).status, 200);
  EXPECT_EQ(server.get(path).status, 404);
  EXPECT_EQ(server.erase(path).status, 200);
  EXPECT_EQ(server.erase("/users/nonsense").status, 404);
  EXPECT_EQ(sign_up({{"username", "eve"}, {"password", "p"}, {"email", "eve@x"}}).status, 200)
      << "the name is free";
}

TEST_F(Search, FindsByNameOrElseEmailOrElseAPage) {
  for (int i = 0; i < 12; ++i)
    sign_up({{"username", "u" + std::to_string(i)}, {"password", "p"}, {"email", std::to_string(i) + "@x"}});
  const auto names = [&](const char* target) {
    std::string text;
    for (const Json& user : server.get(target).json()) text += user.at("username").get<std::string>() + " ";
    return text;
  };
  EXPECT_EQ(names("/users/"), "u0 u1 u2 u3 u4 u5 u6 u7 u8 u9 ");
  EXPECT_EQ(names("/users/?num_records=5&page=2"), "u10 u11 ");
  EXPECT_EQ(names("/users?num_records=5&page=9"), "");
  EXPECT_EQ(names("/users?num_records=99999999999"), "u0 u1 u2 u3 u4 u5 u6 u7 u8 u9 u10 u11 ");
  EXPECT_EQ(names("/users/?username=u3"), "u3 ");
  EXPECT_EQ(names("/users/?email=4@x&page=7"), "u4 ");
  EXPECT_EQ(names("/users/?username=u3&email=4@x"), "u3 ");
  EXPECT_EQ(names("/users/?username=none"), "");
  EXPECT_EQ(names("/users/?username=&email="), names("/users"));
  EXPECT_EQ(server.get("/users?username=none").body, "[]");
  for (const char* target : {"/users?num_records=0", "/users?num_records=-1", "/users?num_records=x",
                             "/users?page=-1", "/users?page=1.5", "/users?num_records=99999999999999999999"})
    EXPECT_EQ(server.get(target).status, 400) << target;
}

TEST_F(UsersOpen, WithoutAuthenticationTheLastAdminMayGo) {
  const std::string path =
      path_of({{"username", "root"}, {"password", "p"}, {"isAdmin", true}, {"isActive", true}});
  EXPECT_EQ(server.erase(path + "/admin").status, 200);
  EXPECT_EQ(server.erase(path).status, 200);
}

TEST(LastAdmin, StaysWithAuthentication) {
  TestGateway server(Authentication::kOn);
  const Cast cast(server);
  const std::string root = "/users/" + cast.id("root");
  const std::string eve = "/users/" + cast.id("eve");
  const std::string ina = "/users/" + cast.id("ina");
  EXPECT_EQ(server.put(ina + "/admin", "", cast.headers("root")).status, 200);
  for (const std::string& path : {root, root + "/admin", root + "/active"})
    EXPECT_EQ(server.erase(path, cast.headers("root")).status, 409)
        << path << ": an inactive admin does not help";
  EXPECT_EQ(cast.stored("root"), cast.users.at("root"));
  EXPECT_EQ(server.put(eve + "/admin", "", cast.headers("root")).status, 200);
  EXPECT_EQ(server.erase(root + "/admin", cast.headers("root")).status, 200);
}

/// A gateway that is told who gets whose things.
struct Renames : ::testing::Test {
  GatewayOptions make_options() {
    GatewayOptions options;
    options.rename_owner = [this](std::string from, std::string to) -> Task<Result<void>> {
      calls.push_back(from + ">" + to);
      if (failing) co_return make_error_code(boost::system::errc::host_unreachable);
      co_return Result<void>();
    };
    return options;
  }
  std::string name() { return server.get(path).json().at("username"); }

  bool failing = false;
  std::vector<std::string> calls;
  TestGateway server{Authentication::kOff, make_options()};
  std::string path = "/users/" + server.add_user("eve");
};

TEST_F(Renames, TakeAlongWhatTheUserOwns) {
  EXPECT_EQ(server.put(path, R"({"username":"eva","password":"x"})").status, 200);
  EXPECT_EQ(server.put(path, R"({"username":"eva","email":"x"})").status, 200);
  EXPECT_EQ(calls, std::vector<std::string>{"eve>eva"});
}

TEST_F(Renames, DoNotHappenWhenTheThingsCannotFollow) {
  failing = true;
  EXPECT_EQ(server.put(path, R"({"username":"eva","password":"x"})").status, 503);
  EXPECT_EQ(name(), "eve");
  EXPECT_EQ(server.log_in("eve", "password").status, 200);
  EXPECT_EQ(calls, (std::vector<std::string>{"eve>eva", "eva>eve"})) << "what had followed is turned back";
}

TEST_F(Renames, AreTurnedBackWhenTheyCannotBeStored) {
  server.store.write_failure = make_error_code(storage::Errc::kFull);
  EXPECT_EQ(server.put(path, R"({"username":"eva"})").status, 503);
  EXPECT_EQ(name(), "eve");
  EXPECT_EQ(calls, (std::vector<std::string>{"eve>eva", "eva>eve"}));
}

TEST_F(Renames, OfADeletedUserKeepHisThingsFromTheNext) {
  failing = true;
  EXPECT_EQ(server.erase(path).status, 503);
  EXPECT_EQ(server.get(path).json().at("isActive"), false) << "access ends first";
  failing = false;
  EXPECT_EQ(server.erase(path).status, 200);
  EXPECT_EQ(server.get(path).status, 404);
  EXPECT_EQ(calls.back(), "eve>deleted:" + path.substr(7));
}

TEST_F(Renames, ToATakenNameMoveNothing) {
  server.add_user("eva");
  EXPECT_EQ(server.put(path, R"({"username":"eva"})").status, 409);
  EXPECT_TRUE(calls.empty());
}

}  // namespace
}  // namespace aesel::gateway
