#include "app/words.hpp"

#include <gtest/gtest.h>

#include "app/roles.hpp"

namespace aesel::app {
namespace {

TEST(Words, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

TEST(Words, TrimAndLowerCase) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" "), "");
  EXPECT_EQ(lower_case("HtTp-9"), "http-9");
}

TEST(Words, EditDistanceCountsInsertRemoveReplaceAndSwap) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("port", "port"), 0u);
  EXPECT_EQ(edit_distance("prt", "port"), 1u);
  EXPECT_EQ(edit_distance("poort", "port"), 1u);
  EXPECT_EQ(edit_distance("pont", "port"), 1u);
  EXPECT_EQ(edit_distance("prot", "port"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Words, NearestWordUnlessAllAreFar) {
  const std::vector<std::string> known{"serve", "stream", "bench"};
  EXPECT_EQ(nearest_word("sevre", known), "serve");
  EXPECT_EQ(nearest_word("steam", known), "stream");
  EXPECT_EQ(nearest_word("xylophone", known), std::nullopt);
}

TEST(Roles, NamesOfBothKinds) {
  EXPECT_EQ(*parse_roles("all"), (Roles{true, true, true, true, true}));
  EXPECT_EQ(*parse_roles("Adrestia,CLyman"), (Roles{.gateway = true, .objects = true}));
  EXPECT_EQ(*parse_roles("scenes"), (Roles{.scenes = true}));
  EXPECT_EQ(*parse_roles("Kelona, projects"), (Roles{.assets = true, .projects = true}));
  EXPECT_TRUE(parse_roles("gateway,objects,scenes,assets,projects")->all());
  EXPECT_FALSE(parse_roles("gateway,objects,scenes")->all());
  EXPECT_FALSE(parse_roles("objects,"));
  EXPECT_EQ(to_text(Roles{true, true, true, true, true}), "all");
  EXPECT_EQ(to_text(Roles{.objects = true, .scenes = true}), "objects,scenes");
}

}  // namespace
}  // namespace aesel::app
