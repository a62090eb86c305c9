// Which pair gets what, and what the gateway learns about scenes.
#include "gateway/pairs.hpp"

#include <algorithm>

#include "gateway/test_gateway.hpp"
#include "json/value.hpp"

namespace aesel::gateway {
namespace {

using http::Method;
using testing::NotingService;
using testing::run;
using Keys = std::vector<std::string>;

/// Scenes by name, as the scenes service answers for them.
class FakeScenes {
 public:
  explicit FakeScenes(NotingService& service) {
    service.answer = [this](http::Request& request, http::Response& response) { answer(request, response); };
  }
  Keys scenes;
  int warmth_status = 200;

 private:
  void answer(const http::Request& request, http::Response& response) {
    const Segments& path = request.segments;
    if (path.size() == 4) {
      response.status = warmth_status;
      response.body = reply(100, {path[3]});
      return;
    }
    std::string key = path.size() == 3 ? path[2] : "";
    if (path.size() == 2) {
      const auto body = nlohmann::json::parse(request.body);
      key = body.at("scenes").at(0).value("key", "made");
    }
    const bool is_there = std::ranges::find(scenes, key) != scenes.end();
    if (request.method == Method::kGet && !is_there) {
      response.status = 404;
      response.body = reply(102, {});
      return;
    }
    const std::string_view who = request.header("X-Aesel-Principal");
    const bool is_hidden = who == "mallory";
    if (request.method == Method::kGet && is_hidden) response.status = 404;
    if (request.method == Method::kPut || path.size() == 2) scenes.push_back(key);
    if (request.method == Method::kDelete && !is_hidden) std::erase(scenes, key);
    response.body = reply(is_hidden && request.method == Method::kGet ? 102 : 100, {key});
  }
  static std::string reply(int code, const Keys& keys) {
    nlohmann::json body{{"err_code", code}, {"scenes", nlohmann::json::array()}};
    for (const std::string& key : keys) body["scenes"].push_back({{"key", key}});
    return body.dump();
  }
};

struct PairsFixture : ::testing::Test {
  Pairs make_pairs(Place place) {
    EXPECT_TRUE(locations.load());
    std::vector<Pair> both;
    both.push_back({"a", objects_a, scenes_a, place});
    both.push_back({"b", objects_b, scenes_b, place});
    return Pairs(std::move(both), locations, clock, metrics);
  }
  http::Response send(Method method, std::string_view target, std::string body = "", std::string who = "") {
    http::Request request;
    request.method = method;
    EXPECT_TRUE(http::parse_target(target, request));
    request.body = std::move(body);
    if (!who.empty()) request.headers.push_back({"X-Aesel-Principal", std::move(who)});
    const Destination destination = choose_destination(request.segments);
    return run(pairs.handle(request, destination));
  }
  static Keys sorted(Keys keys) {
    std::ranges::sort(keys);
    return keys;
  }

  testing::UnreliableStore store;
  ManualClock clock;
  telemetry::Metrics metrics;
  NotingService objects_a{"objects a"}, objects_b{"objects b"}, scenes_a{"scenes a"}, scenes_b{"scenes b"};
  FakeScenes a{scenes_a}, b{scenes_b};
  SceneLocations locations{{store, clock, metrics, {"a", "b"}}};
  Pairs pairs = make_pairs(Place::kElsewhere);
};
using Learning = PairsFixture;
using Choosing = PairsFixture;

TEST_F(Learning, EveryWayToMakeAScene) {
  send(Method::kPut, "/v1/scene/put");
  send(Method::kPost, "/v1/scene", R"({"scenes":[{"key":"posted"}]})");
  send(Method::kPost, "/v1/scene", R"({"scenes":[{}]})");
  send(Method::kPost, "/v1/register", R"({"scenes":[{"key":"registered"}]})");
  send(Method::kPost, "/v1/scene/path/register", R"({"scenes":[{"key":"by path"}]})");
  EXPECT_EQ(locations.scenes_of("a").size() + locations.scenes_of("b").size(), 5u);
  for (const char* scene : {"put", "posted", "made", "registered", "by path"})
    EXPECT_TRUE(locations.pair_of(scene)) << scene;
}

TEST_F(Learning, ScenesOlderThanLocationsBelongToTheFirstPair) {
  a.scenes = {"old", "older"};
  EXPECT_EQ(send(Method::kPost, "/v1/scene/old/object").body, "objects a:/v1/object");
  send(Method::kGet, "/v1/scene/old");
  EXPECT_EQ(locations.pair_of("old"), 0u);
  run(locations.assign("x", 0));
  run(locations.assign("y", 0));
  send(Method::kPut, "/v1/scene/older");
  EXPECT_EQ(locations.pair_of("older"), 0u) << "though the second has fewer";
}

TEST_F(Learning, NothingFromWhatFailed) {
  send(Method::kGet, "/v1/scene/unknown");
  EXPECT_FALSE(locations.pair_of("unknown"));
  for (const char* body :
       {R"({"err_code":120,"scenes":[{"key":"k"}]})", R"({"scenes":[{"key":"k"}]})", "not JSON", "[]",
        R"({"err_code":100,"scenes":{"key":"k"}})", R"({"err_code":100,"scenes":[5,{"key":7},{}]})"}) {
    scenes_a.answer = [body](http::Request&, http::Response& response) { response.body = body; };
    scenes_b.answer = scenes_a.answer;
    EXPECT_EQ(send(Method::kPut, "/v1/scene/k").body, body) << "the answer is passed on as it is";
    EXPECT_FALSE(locations.pair_of("k")) << body;
  }
}

TEST_F(Learning, ADeletedSceneLosesItsPlace) {
  send(Method::kPut, "/v1/scene/s");
  send(Method::kDelete, "/v1/scene/s", "", "mallory");
  EXPECT_TRUE(locations.pair_of("s")) << "success was said, but nothing deleted: mallory may not see it";
  send(Method::kDelete, "/v1/scene/s", "", "eve");
  EXPECT_FALSE(locations.pair_of("s"));
  EXPECT_EQ(send(Method::kDelete, "/v1/scene/never").status, 200);
}

TEST_F(Learning, AnswersInPiecesAreReadAndPassedOn) {
  class Pieces final : public http::BodySource {
   public:
    explicit Pieces(std::string text) : text_(std::move(text)) {}
    Task<Result<std::size_t>> read(std::span<char> into) override {
      const std::size_t count = text_.copy(into.data(), std::min<std::size_t>(into.size(), 7), at_);
      at_ += count;
      co_return count;
    }

   private:
    std::string text_;
    std::size_t at_ = 0;
  };
  for (const std::size_t padding : {std::size_t{0}, std::size_t{5} << 20}) {
    const std::string text = R"({"err_code":100,"scenes":[{"key":"k)" + std::to_string(padding) + R"("}]})" +
                             std::string(padding, ' ');
    scenes_a.answer = [&](http::Request&, http::Response& response) {
      response.source = std::make_unique<Pieces>(text);
    };
    scenes_b.answer = scenes_a.answer;
    http::Response response = send(Method::kPut, "/v1/scene/k" + std::to_string(padding));
    std::string got = response.body;
    const auto read_rest = [&]() -> Task<void> {
      std::array<char, 65536> piece{};
      for (;;) {
        const Result<std::size_t> count = co_await response.source->read(piece);
        if (!count || *count == 0) co_return;
        got.append(piece.data(), *count);
      }
    };
    if (response.source) run(read_rest());
    EXPECT_EQ(got, text) << padding;
    EXPECT_EQ(locations.pair_of("k" + std::to_string(padding)).has_value(), padding == 0);
  }
}

TEST_F(Learning, AServiceElsewhereIsToldOnce) {
  send(Method::kPut, "/v1/scene/s");
  send(Method::kPut, "/v1/scene/s");
  EXPECT_EQ(std::ranges::count(scenes_a.asked, "PUT /v1/scene/cache/s"), 1);
  EXPECT_EQ(std::ranges::count(scenes_b.asked, "PUT /v1/scene/cache/s"), 0);
}

TEST_F(Learning, FailuresBesideTheRequestFailNoClient) {
  a.warmth_status = 503;
  store.write_failure = make_error_code(storage::Errc::kUnavailable);
  EXPECT_EQ(send(Method::kPut, "/v1/scene/s").status, 200);
  EXPECT_TRUE(locations.pair_of("s"));
  const std::string text = metrics.print();
  EXPECT_NE(text.find("aesel_gateway_warm_up_failures_total 1"), text.npos) << text;
  EXPECT_NE(text.find("aesel_gateway_location_failures_total 1"), text.npos) << text;
}

TEST_F(Learning, AServiceInThisProcessNeedsNoTelling) {
  Pairs here = make_pairs(Place::kHere);
  http::Request request;
  request.method = Method::kPut;
  EXPECT_TRUE(http::parse_target("/v1/scene/s", request));
  const Destination destination = choose_destination(request.segments);
  run(here.handle(request, destination));
  EXPECT_EQ(scenes_a.asked.back(), "PUT /v1/scene/s");
}

TEST_F(Choosing, NewScenesGoWhereFewestAre) {
  for (const char* scene : {"1", "2", "3", "4", "5"}) send(Method::kPut, std::string("/v1/scene/") + scene);
  EXPECT_EQ(sorted(locations.scenes_of("a")), (Keys{"1", "3", "5"}));
  EXPECT_EQ(sorted(locations.scenes_of("b")), (Keys{"2", "4"}));
  EXPECT_EQ(b.scenes, (Keys{"2", "4"}));
}

TEST_F(Choosing, EverythingAboutASceneGoesToItsPair) {
  run(locations.assign("s", 1));
  EXPECT_EQ(send(Method::kPost, "/v1/scene/s/object/k").body, "objects b:/v1/object/k");
  EXPECT_EQ(send(Method::kPost, "/v1/scene/s/property/query").body, "objects b:/v1/property/query");
  send(Method::kPost, "/v1/register", R"({"scenes":[{"key":"s"}]})");
  EXPECT_EQ(scenes_b.asked.back(), "POST /v1/register");
  send(Method::kPost, "/v1/scene/s/register", R"({"scenes":[{"key":"elsewhere"}]})");
  EXPECT_NE(scenes_a.asked, Keys{}) << "the body's scene counts, not the path's";
  EXPECT_EQ(send(Method::kPost, "/v1/object/query").body, "objects a:/v1/object/query")
      << "no scene: the first pair";
  EXPECT_EQ(send(Method::kPost, "/v1/scene/unknown/object").body, "objects a:/v1/object");
}

}  // namespace
}  // namespace aesel::gateway
