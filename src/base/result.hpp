// Result: a value or the reason why there is none. Expected failure travels as a value; exceptions are
// for start-up and for dependencies that throw.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace aesel {

using boost::system::error_code;

template <class T, class E = error_code>
using Result = boost::system::result<T, E>;

}  // namespace aesel
