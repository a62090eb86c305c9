// Task: the coroutine type of the whole project. It runs on the executor that it was spawned on and is
// never detached: net::TaskGroup owns every one of them.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace aesel {

template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace aesel
