#include "net/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "telemetry/log.hpp"

namespace aesel::net {

namespace asio = boost::asio;

struct TaskGroup::State {
  explicit State(asio::io_context& c) : context(c), all_done(c, asio::steady_timer::time_point::max()) {}
  asio::io_context& context;
  asio::steady_timer all_done;
  int running = 0;
};

TaskGroup::TaskGroup(asio::io_context& context) : state_(std::make_shared<State>(context)) {}

TaskGroup::~TaskGroup() = default;

void TaskGroup::spawn(std::string name, Task<void> task) {
  ++state_->running;
  auto ended = [state = state_, name = std::move(name)](const std::exception_ptr& failure) {
    --state->running;
    if (state->running == 0) state->all_done.cancel();
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      telemetry::log(telemetry::Level::kError, "a part of the server failed; stopping",
                     {{"part", name}, {"error", e.what()}});
    }
    state->context.stop();
  };
  asio::co_spawn(state_->context, std::move(task), std::move(ended));
}

bool TaskGroup::empty() const {
  return state_->running == 0;
}

Task<void> TaskGroup::wait() {
  const auto state = state_;
  while (state->running > 0) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    co_await state->all_done.async_wait(token);
  }
}

}  // namespace aesel::net
