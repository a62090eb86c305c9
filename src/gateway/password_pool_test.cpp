#include "gateway/password_pool.hpp"

#include <boost/asio/detached.hpp>

#include "gateway/test_gateway.hpp"

namespace aesel::gateway {
namespace {

using testing::cheap_passwords;
using testing::run;
using Verdict = PasswordPool::Verdict;

TEST(PasswordPool, HashesAndChecks) {
  PasswordPool pool(cheap_passwords());
  const std::string hash = run(pool.hash("secret")).value();
  EXPECT_TRUE(crypto::is_right_password("secret", hash));
  EXPECT_EQ(run(pool.check("secret", hash)).value(), Verdict::kRight);
  EXPECT_EQ(run(pool.check("Secret", hash)).value(), Verdict::kWrong);
}

Task<void> check(PasswordPool& pool, std::vector<int>& done, int number, int& refused) {
  const std::string hash = crypto::impossible_hash(pool.cost());
  const auto verdict = co_await pool.check("x", hash);
  if (verdict) {
    done.push_back(number);
  } else {
    EXPECT_EQ(verdict.error(), boost::system::errc::resource_unavailable_try_again);
    ++refused;
  }
}

TEST(PasswordPool, ServesInOrderAndRefusesWhatIsTooMuch) {
  PasswordPoolOptions options = cheap_passwords();
  options.cost.memory_bytes = 1u << 20;  // long enough for all to come before the first is done
  options.waiting_max = 3;
  PasswordPool pool(options);
  std::vector<int> done;
  int refused = 0;
  boost::asio::io_context context(1);
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(context, check(pool, done, i, refused), boost::asio::detached);
  context.run();
  EXPECT_EQ(done.size() + static_cast<std::size_t>(refused), 20u);
  EXPECT_GE(done.size(), 3u);
  EXPECT_GT(refused, 0);
  EXPECT_TRUE(std::ranges::is_sorted(done));
}

TEST(PasswordPool, CanBeDestroyedWithWorkWaiting) {
  std::vector<int> done;
  int refused = 0;
  boost::asio::io_context context(1);
  {
    PasswordPool pool(cheap_passwords());
    for (int i = 0; i < 10; ++i)
      boost::asio::co_spawn(context, check(pool, done, i, refused), boost::asio::detached);
    context.poll();  // all are waiting, or done
  }
  context.run();
  EXPECT_EQ(refused, 0);
  EXPECT_LE(done.size(), 10u);
}

}  // namespace
}  // namespace aesel::gateway
