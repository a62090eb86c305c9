// Writing a response in HTTP/1.1's form, straight into a connection's output buffer.
#pragma once

#include <string>

#include "http/message.hpp"

namespace aesel::http {

enum class Keep { kAlive, kClose };
enum class Body { kSend, kOmit };  // kOmit: the answer to a HEAD request
enum class Length { kKnown, kChunked, kUnsaid };

/// A response without a source, or one whose body is not sent.
void append_response(std::string& out, const Response& response, Keep keep, Body body);
/// Status line and headers. How long the body is: Response::source_bytes, or the size of Response::body; said
/// as chunks; or not said, so that the end of the connection is the end of the body.
void append_head(std::string& out, const Response& response, Keep keep, Length length);

/// 204 and 304, which never have a body (RFC 9110, 15.3.5 and 15.4.5).
bool has_no_body(int status);

/// The standard phrase of a status, e.g. "Not Found".
std::string_view reason_phrase(int status);

}  // namespace aesel::http
