#include "app/api_docs.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "http/range.hpp"

namespace aesel::app {
namespace {

// The viewer styles elements from its script, and its style sheet holds pictures.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_zero(std::string_view quality) {
  return quality.starts_with('0') && quality.find_first_not_of("0.") == quality.npos;
}

/// "gzip;q=0.5" or "*"; nothing in it but what RFC 9110, 12.5.3 knows.
struct Coding {
  explicit Coding(std::string_view item) : name(trim(item.substr(0, item.find(';')))) {
    const std::size_t q = item.find("q=");
    is_refused = q != item.npos && is_zero(trim(item.substr(q + 2)));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  }
  std::string name;
  bool is_refused = false;
};

http::Response respond(const ApiFile& file, const http::Request& request) {
  const bool packed = accepts_gzip(request.header("Accept-Encoding"));
  const std::string etag = "\"" + file.digest + (packed ? "-gzip\"" : "\"");
  http::Response response;
  response.content_type = file.content_type;
  response.headers.push_back({"ETag", etag});
  response.headers.push_back(
      {"Cache-Control", "no-cache"});  // may be kept, and is asked for again by its ETag
  response.headers.push_back({"Vary", "Accept-Encoding"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (file.content_type.starts_with("text/html")) {
    response.headers.push_back({"Content-Security-Policy", kContentSecurityPolicy});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
  }
  const std::string_view known = request.header("If-None-Match");
  if (!known.empty() && http::matches_weakly(known, etag)) {
    response.status = 304;
    return response;
  }
  if (packed) response.headers.push_back({"Content-Encoding", "gzip"});
  response.body = packed ? file.packed : file.plain;
  return response;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const std::string_view item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), item.size() + 1));
    const Coding coding(item);
    if (coding.name == "gzip" || coding.name == "x-gzip") return !coding.is_refused;
    if (coding.name == "*") any = !coding.is_refused;
  }
  return any;
}

std::vector<http::Route> api_routes(std::vector<ApiFile> files) {
  std::vector<http::Route> routes;
  for (ApiFile& file : files) {
    const std::string path = file.path;
    routes.push_back(
        {http::Method::kGet, path,
         [file = std::move(file)](http::Request& request, const http::Params&) -> Task<http::Response> {
           co_return respond(file, request);
         }});
  }
  return routes;
}

}  // namespace aesel::app
