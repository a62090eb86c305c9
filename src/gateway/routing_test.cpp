#include "gateway/routing.hpp"

#include <gtest/gtest.h>

namespace aesel::gateway {
namespace {

TEST(Routing, SaysWhichSceneAPathNames) {
  const std::pair<Segments, const char*> expected[] = {
      {{"v1", "scene"}, ""},
      {{"v1", "scene", "query"}, ""},
      {{"v1", "scene", "s"}, "s"},
      {{"v1", "scene", "s", "asset", "a"}, "s"},
      {{"v1", "scene", "cache", "s"}, "s"},
      {{"v1", "scene", "s", "register"}, "s"},
      {{"v1", "scene", "s", "object"}, "s"},
      {{"v1", "scene", "query", "object", "k"}, "query"},
      {{"v1", "scene", "s", "property", "query"}, "s"},
      {{"v1", "object", "k"}, ""},
      {{"v1", "register"}, ""},
      {{"v1", "asset", "k"}, ""},
  };
  for (const auto& [segments, scene] : expected) {
    Segments path = segments;
    EXPECT_EQ(choose_destination(path).scene, scene) << segments.back();
  }
}

TEST(Routing, AliasesLoseTheirVersion) {
  for (const auto& [before, after] : {std::pair<Segments, Segments>{{"v1", "users"}, {"users"}},
                                      {{"v1", "users", "id", "admin"}, {"users", "id", "admin"}},
                                      {{"v1", "login"}, {"login"}},
                                      {{"v1", "login", "x"}, {"v1", "login", "x"}},
                                      {{"v2", "users"}, {"v2", "users"}},
                                      {{"v1", "v1", "users"}, {"v1", "v1", "users"}},
                                      {{"v1"}, {"v1"}},
                                      {{}, {}}}) {
    Segments path = before;
    resolve_alias(path);
    EXPECT_EQ(path, after);
  }
}

TEST(Routing, KnowsPathsThatClimb) {
  EXPECT_TRUE(climbs({"v1", "..", "x"}));
  EXPECT_TRUE(climbs({"."}));
  EXPECT_FALSE(climbs({"v1", "...", "a..b", "..a"}));
}

}  // namespace
}  // namespace aesel::gateway
