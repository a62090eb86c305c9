#include "http/serialize.hpp"

#include <charconv>
#include <ctime>

namespace aesel::http {
namespace {

/// "Date: ...\r\n", made once a second (RFC 9110, 6.6.1).
std::string_view date_header() {
  thread_local std::time_t made_at = -1;
  thread_local char text[64];
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    size = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
    made_at = now;
  }
  return {text, size};
}

void append_number(std::string& out, std::size_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

void append_head(std::string& out, const Response& response, Keep keep, Length length) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  const bool described = !has_no_body(response.status);
  if (described && !response.content_type.empty()) {
    out += "Content-Type: ";
    out += response.content_type;
    out += "\r\n";
  }
  if (described && length == Length::kKnown) {
    out += "Content-Length: ";
    append_number(out, response.source_bytes.value_or(response.body.size()));
    out += "\r\n";
  }
  if (described && length == Length::kChunked) out += "Transfer-Encoding: chunked\r\n";
  out += date_header();
  for (const Header& header : response.headers) {
    out += header.name;
    out += ": ";
    out += header.value;
    out += "\r\n";
  }
  if (keep == Keep::kClose) out += "Connection: close\r\n";
  out += "\r\n";
}

void append_response(std::string& out, const Response& response, Keep keep, Body body) {
  out.reserve(out.size() + response.body.size() + 256);
  const bool unsaid = response.source && !response.source_bytes;
  append_head(out, response, keep, unsaid ? Length::kUnsaid : Length::kKnown);
  if (body == Body::kSend) out += response.body;
}

}  // namespace aesel::http
