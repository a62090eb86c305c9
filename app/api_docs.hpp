// ApiDocs: the description of the API, and the page that shows it, as every process answers them:
// /openapi.yaml, /asyncapi.yaml, /docs. All of it is in the program; nothing is fetched from elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/task.hpp"
#include "http/router.hpp"
#include "http/service.hpp"

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

/// Answers GET and HEAD of each file, compressed for whom takes that, with an ETag; needs no login.
/// Everything else goes to `service`. Thread: the core. The service outlives it.
class ApiDocs final : public http::Service {
 public:
  ApiDocs(std::vector<ApiFile> files, http::Service& service);
  Task<http::Response> handle(http::Request& request) override;
  http::BodyMode body_mode(const http::Request& head) const override;

 private:
  http::Service& service_;
  http::Router router_;
};

}  // namespace aesel::app
