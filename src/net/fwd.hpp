// Forward declarations of Asio types: the only way in which headers mention them.
#pragma once

namespace boost::asio {
class io_context;
}  // namespace boost::asio
