// Writing a response in HTTP/1.1's form, straight into a connection's output buffer.
#pragma once

#include <string>

#include "http/message.hpp"

namespace aesel::http {

enum class Keep { kAlive, kClose };
enum class Body { kSend, kOmit };  // kOmit: the answer to a HEAD request

void append_response(std::string& out, const Response& response, Keep keep, Body body);

/// The standard phrase of a status, e.g. "Not Found".
std::string_view reason_phrase(int status);

}  // namespace aesel::http
