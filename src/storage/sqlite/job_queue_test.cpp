// The queue without a thread behind it: the test takes and finishes.
#include "storage/sqlite/job_queue.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

namespace asio = boost::asio;

struct Note final : Job {};

Task<> wait_for(JobQueue& queue, Job& job, int& ended) {
  co_await queue.run(job);
  ++ended;
}

class SqliteJobQueue : public ::testing::Test {
 protected:
  void start(asio::io_context& context, Job& job) {
    asio::co_spawn(context, wait_for(queue_, job, ended_), asio::detached);
  }

  JobQueue queue_{3};
  int ended_ = 0;
  asio::io_context context_{1};
  std::vector<JobQueue::Entry> taken_;
};

TEST_F(SqliteJobQueue, TakesEverythingThatWaitsInOrder) {
  std::array<Note, 3> jobs;
  for (Note& job : jobs) start(context_, job);
  context_.poll();
  ASSERT_TRUE(queue_.take(taken_));
  ASSERT_EQ(taken_.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(taken_[i].job, &jobs[i]);
  EXPECT_EQ(ended_, 0);
  queue_.finish(taken_);
  EXPECT_EQ(ended_, 0) << "they go on where they came from, not here";
  context_.run();
  EXPECT_EQ(ended_, 3);
}

TEST_F(SqliteJobQueue, AllOfOneExecutorCostOnePost) {
  std::array<Note, 3> jobs;
  asio::io_context other(1);
  start(context_, jobs[0]);
  start(other, jobs[1]);
  start(context_, jobs[2]);
  context_.poll();
  other.poll();
  ASSERT_TRUE(queue_.take(taken_));
  ASSERT_EQ(taken_.size(), 3U);
  queue_.finish(taken_);
  context_.restart();
  EXPECT_EQ(context_.poll_one(), 1U);
  EXPECT_EQ(ended_, 2) << "both of this context by one handler";
  other.restart();
  EXPECT_EQ(other.poll_one(), 1U);
  EXPECT_EQ(ended_, 3);
}

TEST_F(SqliteJobQueue, RefusesWhatIsTooMuchAndTakesMoreWhenThereIsRoom) {
  std::array<Note, 5> jobs;
  for (std::size_t i = 0; i < 4; ++i) start(context_, jobs[i]);
  context_.poll();
  EXPECT_EQ(ended_, 1);
  EXPECT_EQ(jobs[3].error, Errc::kUnavailable);
  EXPECT_FALSE(jobs[0].error);
  ASSERT_TRUE(queue_.take(taken_));
  start(context_, jobs[4]);
  context_.poll();
  EXPECT_FALSE(jobs[4].error);
  queue_.finish(taken_);
  ASSERT_TRUE(queue_.take(taken_));
  queue_.finish(taken_);
  context_.run();
  EXPECT_EQ(ended_, 5);
}

TEST_F(SqliteJobQueue, AWaitingCoroutineKeepsItsContextRunning) {
  Note job;
  start(context_, job);
  std::thread worker([this] {
    std::vector<JobQueue::Entry> entries;
    queue_.take(entries);
    queue_.finish(entries);
  });
  context_.run();
  EXPECT_EQ(ended_, 1);
  worker.join();
}

TEST_F(SqliteJobQueue, AfterCloseWaitingJobsAreTakenAndNewOnesRefused) {
  Note waiting;
  Note late;
  Note blocking;
  start(context_, waiting);
  context_.poll();
  queue_.close();
  start(context_, late);
  queue_.run_blocking(blocking);
  context_.poll();
  EXPECT_EQ(late.error, Errc::kUnavailable);
  EXPECT_EQ(blocking.error, Errc::kUnavailable);
  EXPECT_TRUE(queue_.take(taken_));
  EXPECT_EQ(taken_.front().job, &waiting);
  queue_.finish(taken_);
  EXPECT_FALSE(queue_.take(taken_));
  context_.run();
}

struct Counted final : Job {
  explicit Counted(int& gone) : gone_(gone) {}
  ~Counted() override { ++gone_; }
  int& gone_;
};

TEST_F(SqliteJobQueue, AJobThatNobodyWaitsForLivesUntilItIsDone) {
  int gone = 0;
  for (int i = 0; i < 5; ++i) queue_.post(std::make_unique<Counted>(gone));
  ASSERT_TRUE(queue_.take(taken_));
  EXPECT_EQ(taken_.size(), 5U) << "more than may wait otherwise";
  EXPECT_EQ(gone, 0);
  queue_.finish(taken_);
  EXPECT_EQ(gone, 5);
  queue_.close();
  queue_.post(std::make_unique<Counted>(gone));
  EXPECT_EQ(gone, 6) << "forgotten";
}

TEST_F(SqliteJobQueue, AShortTakeComesBackWithNothing) {
  using std::chrono::milliseconds;
  EXPECT_TRUE(queue_.take(taken_, milliseconds(0)));
  EXPECT_TRUE(queue_.take(taken_, milliseconds(1)));
  EXPECT_TRUE(taken_.empty());
  Note job;
  start(context_, job);
  context_.poll();
  EXPECT_TRUE(queue_.take(taken_, milliseconds(0)));
  EXPECT_EQ(taken_.size(), 1U);
  queue_.finish(taken_);
  queue_.close();
  EXPECT_FALSE(queue_.take(taken_, milliseconds(0)));
  context_.run();
}

TEST_F(SqliteJobQueue, AHandlerThatThrowsDoesNotKeepTheOthersWaiting) {
  std::array<Note, 3> jobs;
  const auto fails = [](std::exception_ptr) { throw std::runtime_error("handler"); };
  asio::co_spawn(context_, wait_for(queue_, jobs[0], ended_), fails);
  start(context_, jobs[1]);
  start(context_, jobs[2]);
  context_.poll();
  ASSERT_TRUE(queue_.take(taken_));
  queue_.finish(taken_);
  EXPECT_THROW(context_.run(), std::runtime_error);
  context_.run();
  EXPECT_EQ(ended_, 3);
}

TEST_F(SqliteJobQueue, AWaitingCoroutineCanBeDroppedWithItsContext) {
  Note job;
  {
    asio::io_context short_lived(1);
    asio::co_spawn(short_lived, wait_for(queue_, job, ended_), asio::detached);
    short_lived.poll();
    ASSERT_TRUE(queue_.take(taken_));
    queue_.finish(taken_);
  }
  EXPECT_EQ(ended_, 0);
}

}  // namespace
}  // namespace aesel::storage::sqlite
