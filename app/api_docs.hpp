// The description of the API, and the page that shows it, as every process answers them:
// /openapi.yaml, /asyncapi.yaml, /docs. All of it is in the program; nothing is fetched from elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/router.hpp"

namespace aesel::app {

/// A file that was put into the program when it was built. What it refers to lives as long as the program.
struct ApiFile {
  std::string path;          // "/docs/docs.css"
  std::string content_type;  // "text/css; charset=utf-8"
  std::string digest;        // of the content, for the ETag
  std::string_view plain;
  std::string_view packed;  // by gzip
};

/// share/api and the viewer; embed_api_files.cmake has the list.
std::vector<ApiFile> api_files();

/// Does the client take gzip? From an Accept-Encoding header; "" for one that is absent says no, although
/// RFC 9110 would allow it, because those who send none are tools that show what they get.
bool accepts_gzip(std::string_view accept_encoding);

/// GET and HEAD of each file, compressed for whom takes that, with an ETag; they need no login.
std::vector<http::Route> api_routes(std::vector<ApiFile> files);

}  // namespace aesel::app
