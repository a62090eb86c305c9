// run: lets tests call coroutines as if they were functions. For tests only.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "base/task.hpp"

namespace aesel::storage::testing {

/// Starts all of them before any goes on, runs until all have ended; the results are in the order of the
/// tasks.
template <class T>
std::vector<T> run_all(std::vector<Task<T>> tasks) {
  boost::asio::io_context context(1);
  std::vector<std::optional<T>> results(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    boost::asio::co_spawn(context, std::move(tasks[i]), [&results, i](std::exception_ptr failed, T result) {
      if (failed) std::rethrow_exception(failed);
      results[i] = std::move(result);
    });
  }
  context.run();
  std::vector<T> values;
  for (std::optional<T>& result : results) values.push_back(std::move(result.value()));
  return values;
}

template <class T>
T run(Task<T> task) {
  std::vector<Task<T>> tasks;
  tasks.push_back(std::move(task));
  return std::move(run_all(std::move(tasks)).front());
}

}  // namespace aesel::storage::testing
