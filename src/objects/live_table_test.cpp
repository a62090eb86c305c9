#include "objects/object_table.hpp"

#include <gtest/gtest.h>

namespace aesel::objects {
namespace {

Object make(KeyGenerator& keys, std::string name, std::string scene) {
  Object object;
  object.id = ObjectId{keys.next(1'000'000'000)};
  object.name = std::move(name);
  object.scene = std::move(scene);
  return object;
}

std::vector<std::string> names_in_scene(const ObjectTable& table, std::string_view scene) {
  std::vector<std::string> names;
  table.visit_scene(scene, [&](const ObjectEntry& entry) {
    names.push_back(entry.record.name);
    return true;
  });
  return names;
}

std::vector<ObjectEntry*> dirty(ObjectTable& table) {
  std::vector<ObjectEntry*> entries;
  table.visit_dirty([&](ObjectEntry& entry) {
    entries.push_back(&entry);
    return true;
  });
  return entries;
}

using Names = std::vector<std::string>;

TEST(LiveTable, FindsByIdNameAndSceneInCreationOrder) {
  KeyGenerator keys;
  ObjectTable table;
  const ObjectId id = table.insert(make(keys, "b", "s")).record.id;
  table.insert(make(keys, "a", "s"));
  table.insert(make(keys, "a", "t"));
  ASSERT_NE(table.find(id), nullptr);
  EXPECT_EQ(table.find(id)->record.name, "b");
  EXPECT_EQ(table.find(ObjectId{}), nullptr);
  EXPECT_EQ(names_in_scene(table, "s"), (Names{"b", "a"}));
  int seen = 0;
  table.visit_named("a", [&](const ObjectEntry& entry) {
    EXPECT_EQ(entry.record.scene, seen++ == 0 ? "s" : "t");
    return true;
  });
  EXPECT_EQ(seen, 2);
}

TEST(LiveTable, EditMovesIndexesAndDropsTheEventCache) {
  KeyGenerator keys;
  ObjectTable table;
  ObjectEntry& first = table.insert(make(keys, "first", "s"));
  table.insert(make(keys, "second", "t"));
  first.event_prefix = "rendered";
  table.edit(first, [](Object& object) { object.scene = "t"; });
  EXPECT_EQ(first.event_prefix, "");
  EXPECT_EQ(names_in_scene(table, "s"), Names{});
  EXPECT_EQ(names_in_scene(table, "t"), (Names{"first", "second"}));
}

TEST(LiveTable, ManyMarksAreOneDirtyEntry) {
  KeyGenerator keys;
  ObjectTable table;
  ObjectEntry& a = table.insert(make(keys, "a", "s"));
  ObjectEntry& b = table.insert(make(keys, "b", "s"));
  for (int i = 0; i < 1000; ++i) table.mark_state_dirty(a);
  table.mark_body_dirty(b);
  table.mark_state_dirty(b);
  EXPECT_EQ(table.dirty(), 2U);
  EXPECT_EQ(dirty(table), (std::vector<ObjectEntry*>{&a, &b}));
  EXPECT_TRUE(a.unstored().state);
  EXPECT_FALSE(a.unstored().body);
  EXPECT_TRUE(b.unstored().body);
  table.clear_dirty(a);
  EXPECT_EQ(dirty(table), std::vector<ObjectEntry*>{&b});
  EXPECT_FALSE(a.unstored());
}

TEST(LiveTable, DirtyVisitMayClearWhatItIsGiven) {
  KeyGenerator keys;
  ObjectTable table;
  for (int i = 0; i < 5; ++i) table.mark_state_dirty(table.insert(make(keys, "x", "s")));
  int left = 3;
  table.visit_dirty([&](ObjectEntry& entry) {
    table.clear_dirty(entry);
    return --left > 0;
  });
  EXPECT_EQ(table.dirty(), 2U);
}

TEST(LiveTable, ErasedEntriesAreNowhere) {
  KeyGenerator keys;
  ObjectTable table;
  std::vector<ObjectEntry*> entries;
  for (int i = 0; i < 500; ++i) entries.push_back(&table.insert(make(keys, std::to_string(i), "s")));
  for (ObjectEntry* entry : entries) table.mark_state_dirty(*entry);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i % 5 == 0) continue;
    const Object gone = table.erase(*entries[i]);
    EXPECT_EQ(gone.name, std::to_string(i));
    EXPECT_EQ(table.find(gone.id), nullptr);
  }
  EXPECT_EQ(table.size(), 100U);
  EXPECT_EQ(table.dirty(), 100U);
  EXPECT_EQ(names_in_scene(table, "s").size(), 100U);
  Names all;
  table.visit_all([&](const ObjectEntry& entry) {
    all.push_back(entry.record.name);
    return true;
  });
  ASSERT_EQ(all.size(), 100U);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], std::to_string(5 * i));
}

TEST(LiveTable, AnEntryStaysSmall) {
  // 100,000 live objects are to fit into about 100 MB with everything that finds them.
  EXPECT_LE(sizeof(ObjectEntry), 560U);
  EXPECT_LE(sizeof(ObjectKeyframe), 168U);
}

}  // namespace
}  // namespace aesel::objects
