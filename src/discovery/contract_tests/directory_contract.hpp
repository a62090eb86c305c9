// What every directory must do; instantiated for each implementation by its test. Also `run`, which drives
// one coroutine to its end.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "discovery/directory.hpp"

namespace aesel::discovery {

template <class T>
T run(Task<T> task) {
  boost::asio::io_context context;
  std::optional<T> value;
  std::exception_ptr failure;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T got) {
    failure = thrown;
    value.emplace(std::move(got));
  });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(*value);
}

using MakeDirectory = std::function<std::unique_ptr<Directory>()>;

class DirectoryContract : public testing::TestWithParam<MakeDirectory> {
 protected:
  std::unique_ptr<Directory> directory_ = GetParam()();
  static Instance scenes(std::string id, std::string host = "10.0.0.7") {
    return Instance{std::move(id), Role::kScenes, std::move(host), 8766, 8764, "c1"};
  }
};

TEST_P(DirectoryContract, AnnouncedInstanceIsFoundUnderItsRoleOnly) {
  ASSERT_TRUE(run(directory_->announce(scenes("s1"))));
  const auto found = run(directory_->find(Role::kScenes));
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, std::vector<Instance>{scenes("s1")});
  EXPECT_TRUE(run(directory_->find(Role::kGateway))->empty());
}

TEST_P(DirectoryContract, InstancesAreOrderedById) {
  for (const char* id : {"s3", "s1", "s2"}) ASSERT_TRUE(run(directory_->announce(scenes(id))));
  const auto found = run(directory_->find(Role::kScenes));
  ASSERT_EQ(found->size(), 3u);
  EXPECT_EQ((*found)[0].id, "s1");
  EXPECT_EQ((*found)[2].id, "s3");
}

TEST_P(DirectoryContract, AnnouncingAgainReplaces) {
  ASSERT_TRUE(run(directory_->announce(scenes("s1"))));
  ASSERT_TRUE(run(directory_->announce(scenes("s1", "10.0.0.9"))));
  const auto found = run(directory_->find(Role::kScenes));
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ((*found)[0].host, "10.0.0.9");
}

TEST_P(DirectoryContract, WithdrawnInstanceIsGone) {
  ASSERT_TRUE(run(directory_->announce(scenes("s1"))));
  ASSERT_TRUE(run(directory_->withdraw("s1")));
  EXPECT_TRUE(run(directory_->find(Role::kScenes))->empty());
  EXPECT_FALSE(*run(directory_->alive("s1")));
}

TEST_P(DirectoryContract, WithdrawingAnUnknownIdIsNoError) {
  EXPECT_TRUE(run(directory_->withdraw("nobody")));
}

TEST_P(DirectoryContract, AnnouncedIsAliveAndUnknownIsNot) {
  ASSERT_TRUE(run(directory_->announce(scenes("s1"))));
  EXPECT_TRUE(*run(directory_->alive("s1")));
  EXPECT_FALSE(*run(directory_->alive("s2")));
}

TEST_P(DirectoryContract, IdAndHostAreRequired) {
  EXPECT_EQ(run(directory_->announce(scenes(""))).error(), boost::system::errc::invalid_argument);
  EXPECT_EQ(run(directory_->announce(scenes("s1", ""))).error(), boost::system::errc::invalid_argument);
  EXPECT_TRUE(run(directory_->find(Role::kScenes))->empty());
}

}  // namespace aesel::discovery
