#include <gtest/gtest.h>

#include "discovery/contract_tests/directory_contract.hpp"
#include "discovery/memory/memory_directory.hpp"
#include "discovery/static/static_directory.hpp"

namespace aesel::discovery {
namespace {

std::unique_ptr<Directory> make_memory() {
  return std::make_unique<MemoryDirectory>();
}

std::unique_ptr<Directory> make_empty_static() {
  StaticDirectoryOptions options;
  options.entries = {{Role::kObjects, "http://10.1.1.1:8768", 8762}, {Role::kScenes, "", 0}};
  return std::move(*make_static_directory(std::move(options)));
}

INSTANTIATE_TEST_SUITE_P(Memory, DirectoryContract, testing::Values(MakeDirectory(make_memory)));
INSTANTIATE_TEST_SUITE_P(Static, DirectoryContract, testing::Values(MakeDirectory(make_empty_static)));

TEST(MemoryDirectory, WhatIsDownIsFoundButNotAlive) {
  MemoryDirectory directory;
  ASSERT_TRUE(run(directory.announce(Instance{"s1", Role::kScenes, "h", 1, 0, "c"})));
  directory.set_alive("s1", Liveness::kDown);
  EXPECT_FALSE(*run(directory.alive("s1")));
  EXPECT_EQ(run(directory.find(Role::kScenes))->size(), 1u);
  directory.set_alive("s1", Liveness::kAlive);
  EXPECT_TRUE(*run(directory.alive("s1")));
}

TEST(StaticDirectory, AnswersWhatIsConfigured) {
  StaticDirectoryOptions options;
  options.entries = {{Role::kObjects, "http://10.1.1.1:8768", 8762}, {Role::kObjects, "10.1.1.2:9000", 9001}};
  options.cluster = "blue";
  const auto directory = make_static_directory(std::move(options));
  ASSERT_TRUE(directory);
  const auto found = run((*directory)->find(Role::kObjects));
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0], (Instance{"objects-static", Role::kObjects, "10.1.1.1", 8768, 8762, "blue"}));
  EXPECT_EQ((*found)[1], (Instance{"objects-static-2", Role::kObjects, "10.1.1.2", 9000, 9001, "blue"}));
}

TEST(StaticDirectory, RefusesWhatIsNoUrl) {
  StaticDirectoryOptions options;
  options.entries = {{Role::kObjects, "http://host:notaport", 0}};
  EXPECT_EQ(make_static_directory(std::move(options)).error(), boost::system::errc::invalid_argument);
}

TEST(StaticDirectory, AsksTheProbeForConfiguredInstancesOnly) {
  std::string asked;
  StaticDirectoryOptions options;
  options.entries = {{Role::kObjects, "http://10.1.1.1:8768", 0}};
  options.probe = [&asked](Instance instance) -> Task<bool> {
    asked += instance.id;
    co_return false;
  };
  const auto directory = make_static_directory(std::move(options));
  ASSERT_TRUE(run((*directory)->announce(Instance{"me", Role::kScenes, "h", 1, 0, "c"})));
  EXPECT_FALSE(*run((*directory)->alive("objects-static")));
  EXPECT_TRUE(*run((*directory)->alive("me")));
  EXPECT_EQ(asked, "objects-static");
}

TEST(StaticDirectory, ConfiguredInstancesStay) {
  const auto directory = make_empty_static();
  ASSERT_TRUE(run(directory->withdraw("objects-static")));
  EXPECT_EQ(run(directory->find(Role::kObjects))->size(), 1u);
  EXPECT_FALSE(run(directory->announce(Instance{"objects-static", Role::kObjects, "h", 1, 0, "c"})));
}

}  // namespace
}  // namespace aesel::discovery
