#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace aesel {
namespace {

TEST(Key, AcceptsUpperCaseAndPrintsLowerCase) {
  const auto id = ObjectId::parse("5B98880A270698496C36E392");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->text(), "5b98880a270698496c36e392");
}

TEST(Key, RefusesOtherLengthsAndOtherCharacters) {
  for (const char* bad : {"", "Nonexistent", "5b98880a270698496c36e39", "5b98880a270698496c36e3922",
                          "5b98880a270698496c36e39g", " 5b98880a270698496c36e39"}) {
    EXPECT_FALSE(ObjectId::parse(bad)) << bad;
  }
}

TEST(KeyGenerator, MakesDistinctAscendingKeys) {
  KeyGenerator generator;
  std::unordered_set<ObjectId> seen;
  ObjectId last{};
  for (int i = 0; i < 100'000; ++i) {
    const ObjectId id{generator.next(1'700'000'000'000'000'000)};
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_LT(last, id);
    last = id;
  }
}

TEST(Uuid, HasTheUsualShape) {
  const std::string text = make_uuid();
  ASSERT_EQ(text.size(), 36u);
  EXPECT_EQ(text[14], '4');
  EXPECT_NE(text, make_uuid());
}

}  // namespace
}  // namespace aesel
