#include "objects/key_locks.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

namespace aesel::objects {
namespace {

namespace asio = boost::asio;

KeyBytes key(std::uint8_t n) {
  return {n};
}

/// Holds the key for a few turns of the loop and writes down when it came and went.
Task<void> visit(KeyLocks& locks, KeyBytes k, char name, std::string& diary) {
  const KeyLocks::Guard guard = co_await locks.lock(k);
  diary += name;
  for (int i = 0; i < 3; ++i) co_await asio::post(asio::use_awaitable);
  diary += name;
}

TEST(KeyLocks, OneAtATimeInOrderOfArrival) {
  asio::io_context context;
  KeyLocks locks;
  std::string diary;
  for (const char name : {'a', 'b', 'c', 'd'}) {
    asio::co_spawn(context, visit(locks, key(1), name, diary), asio::detached);
  }
  context.run();
  EXPECT_EQ(diary, "aabbccdd");
  EXPECT_EQ(locks.held(), 0U);
}

TEST(KeyLocks, DifferentKeysDoNotWait) {
  asio::io_context context;
  KeyLocks locks;
  std::string diary;
  asio::co_spawn(context, visit(locks, key(1), 'a', diary), asio::detached);
  asio::co_spawn(context, visit(locks, key(2), 'b', diary), asio::detached);
  context.run();
  EXPECT_EQ(diary, "abab");
}

TEST(KeyLocks, TryLockRefusesAHeldKey) {
  KeyLocks locks;
  KeyLocks::Guard first = locks.try_lock(key(1));
  EXPECT_TRUE(first);
  EXPECT_FALSE(locks.try_lock(key(1)));
  EXPECT_TRUE(locks.try_lock(key(2)));
  KeyLocks::Guard moved = std::move(first);
  EXPECT_FALSE(locks.try_lock(key(1)));
  moved.release();
  EXPECT_TRUE(locks.try_lock(key(1)));
}

TEST(KeyLocks, AReleasedKeyGoesToTheWaiterAndNotToAPasserBy) {
  asio::io_context context;
  KeyLocks locks;
  std::string diary;
  KeyLocks::Guard first = locks.try_lock(key(1));
  asio::co_spawn(context, visit(locks, key(1), 'w', diary), asio::detached);
  context.poll();
  EXPECT_EQ(diary, "");
  first.release();
  EXPECT_FALSE(locks.try_lock(key(1)));
  context.restart();
  context.run();
  EXPECT_EQ(diary, "ww");
}

TEST(KeyLocks, AbandonedWaitersAndOutlivingGuardsAreHarmless) {
  KeyLocks::Guard guard;
  std::string diary;
  {
    KeyLocks locks;
    {
      asio::io_context context;
      guard = locks.try_lock(key(1));
      asio::co_spawn(context, visit(locks, key(1), 'x', diary), asio::detached);
      context.poll();
    }
    guard.release();
    EXPECT_EQ(locks.held(), 0U);
    guard = locks.try_lock(key(1));
  }
  guard.release();
  EXPECT_EQ(diary, "");
}

}  // namespace
}  // namespace aesel::objects
