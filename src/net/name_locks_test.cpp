// Turns are taken in order, different names do not wait, and a waiter that is thrown away blocks nobody.
#include "net/name_locks.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>

namespace aesel::net {
namespace {

namespace asio = boost::asio;

Task<void> breathe() {
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);
}

/// Notes when it has its turn and when it gives it up.
Task<void> visit(NameLocks& locks, std::vector<std::string> names, char mark, std::string& log) {
  const NameLocks::Turns turns = co_await locks.acquire(std::move(names));
  log += mark;
  for (int i = 0; i < 3; ++i) co_await breathe();
  log += mark;
}

void spawn(asio::io_context& context, NameLocks& locks, std::vector<std::string> names, char mark,
           std::string& log) {
  asio::co_spawn(context, visit(locks, std::move(names), mark, log), asio::detached);
}

TEST(NameLocks, SameNameTakesTurnsInOrder) {
  asio::io_context context;
  NameLocks locks;
  std::string log;
  for (const char mark : {'a', 'b', 'c', 'd'}) spawn(context, locks, {"x"}, mark, log);
  context.run();
  EXPECT_EQ(log, "aabbccdd");
  EXPECT_TRUE(locks.empty());
}

TEST(NameLocks, DifferentNamesDoNotWait) {
  asio::io_context context;
  NameLocks locks;
  std::string log;
  spawn(context, locks, {"x"}, 'a', log);
  spawn(context, locks, {"y"}, 'b', log);
  context.run();
  EXPECT_EQ(log, "abab");
}

TEST(NameLocks, SeveralNamesInAnyOrderAndTwice) {
  asio::io_context context;
  NameLocks locks;
  std::string log;
  spawn(context, locks, {"x", "y", "x"}, 'a', log);
  spawn(context, locks, {"y", "x"}, 'b', log);
  context.run();
  EXPECT_EQ(log, "aabb");
}

TEST(NameLocks, RandomSetsNeverDeadlockNorOverlap) {
  asio::io_context context;
  NameLocks locks;
  std::mt19937 random(7);
  int inside[4] = {};
  int finished = 0;
  const auto body = [&](std::vector<int> wanted) -> Task<void> {
    std::vector<std::string> names;
    for (const int i : wanted) names.push_back(std::to_string(i));
    const NameLocks::Turns turns = co_await locks.acquire(std::move(names));
    for (const int i : wanted) EXPECT_EQ(inside[i]++, 0);
    co_await breathe();
    for (const int i : wanted) --inside[i];
    ++finished;
  };
  for (int n = 0; n < 500; ++n) {
    std::vector<int> wanted;
    for (int i = 3; i >= 0; --i) {
      if (random() % 2 == 0) wanted.push_back(i);
    }
    asio::co_spawn(context, body(std::move(wanted)), asio::detached);
  }
  context.run();
  EXPECT_EQ(finished, 500);
  EXPECT_TRUE(locks.empty());
}

TEST(NameLocks, WaiterThrownAwayLetsTheNextOneIn) {
  NameLocks locks;
  std::string log;
  {
    asio::io_context context;
    for (const char mark : {'a', 'b', 'c'}) spawn(context, locks, {"x"}, mark, log);
    for (int i = 0; i < 3; ++i) context.run_one();  // all have started
    EXPECT_EQ(locks.waiting(), 2u);
  }  // every coroutine is destroyed where it waits
  EXPECT_EQ(log, "a");
  EXPECT_TRUE(locks.empty());
  asio::io_context context;
  spawn(context, locks, {"x"}, 'd', log);
  context.run();
  EXPECT_EQ(log, "add");
}

TEST(NameLocks, TurnsMayOutliveTheLocks) {
  asio::io_context context;
  std::string log;
  {
    NameLocks locks;
    for (const char mark : {'a', 'b'}) spawn(context, locks, {"x"}, mark, log);
    for (int i = 0; i < 2; ++i) context.run_one();  // both have started
    EXPECT_EQ(locks.waiting(), 1u);
  }
  context.run();
  EXPECT_EQ(log, "aabb");
}

}  // namespace
}  // namespace aesel::net
