#include "net/resolver.hpp"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace aesel::net {
namespace {

TEST(ResolveBlocking, TakesNumbersAndNamesAndKeepsThePort) {
  EXPECT_EQ(resolve_blocking("127.0.0.1", 5)->text(), "127.0.0.1:5");
  EXPECT_EQ(resolve_blocking("::1", 5)->text(), "[::1]:5");
  EXPECT_EQ(resolve_blocking("localhost", 5)->text(), "127.0.0.1:5");
  EXPECT_FALSE(resolve_blocking("", 5));
}

TEST(Resolver, AnswersOnTheContextAndPrefersIpv4) {
  boost::asio::io_context context;
  const auto work = boost::asio::make_work_guard(context);
  Resolver resolver(context);
  Result<Endpoint> found = error_code();
  resolver.resolve("localhost", [&](Result<Endpoint> answer) {
    found = answer;
    context.stop();
  });
  context.run_for(std::chrono::seconds(20));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text(), "127.0.0.1:0");
}

TEST(Resolver, ManyQuestionsAreAllAnswered) {
  boost::asio::io_context context;
  const auto work = boost::asio::make_work_guard(context);
  Resolver resolver(context);
  int answers = 0;
  for (int i = 0; i < 50; ++i) {
    resolver.resolve("127.0.0." + std::to_string(i + 1), [&](const Result<Endpoint>& answer) {
      EXPECT_TRUE(answer);
      if (++answers == 50) context.stop();
    });
  }
  context.run_for(std::chrono::seconds(20));
  EXPECT_EQ(answers, 50);
}

TEST(Resolver, ForgetsTheQuestionsWhenDestroyed) {
  boost::asio::io_context context;
  bool called = false;
  {
    Resolver resolver(context);
    for (int i = 0; i < 20; ++i)
      resolver.resolve("host.invalid", [&](const Result<Endpoint>&) { called = true; });
  }
  context.restart();
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace aesel::net
