#include "assets/asset_delivery.hpp"

#include <algorithm>
#include <utility>

#include "assets/asset_codec.hpp"
#include "http/range.hpp"
#include "http/router.hpp"

namespace aesel::assets {
namespace {

using http::Delivery;
using http::Response;

constexpr std::size_t kExtensionBytesMax = 32;

/// What is the same for the whole, for a part, and for no content at all. A key's content never changes, so
/// it is kept for a year; what is private is only good for whoever asked.
void describe(Response& response, const Asset& asset, const std::string& etag) {
  response.content_type = asset.content_type;
  response.headers.push_back({"ETag", etag});
  response.headers.push_back({"Last-Modified", http_date(asset.created_s)});
  response.headers.push_back({"Accept-Ranges", "bytes"});
  response.headers.push_back({"Cache-Control", "private, max-age=31536000, immutable"});
  if (asset.ownership.visibility == access::Visibility::kPrivate)
    response.headers.push_back({"Vary", "Authorization, Cookie"});
  // Whatever the content type, it is a file and never a page of this site.
  response.headers.push_back({"Content-Disposition", "attachment; filename=\"" + file_name(asset) + "\""});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"Content-Security-Policy", "default-src 'none'; sandbox"});
}

Response content(Assets& assets, const Asset& asset, const http::Request& request, http::ByteRange range) {
  Response response;
  response.source_bytes = range.bytes;
  if (request.method != http::Method::kHead) response.source = assets.content(asset, range);
  return response;
}

Response out_of_range(const Asset& asset, std::string_view text) {
  Response response = http::error_response(416, 122, text);
  response.headers.push_back({"Content-Range", http::content_range_refused(asset.bytes)});
  return response;
}

}  // namespace

Response deliver(Assets& assets, const Asset& asset, const http::Request& request) {
  const std::string etag = "\"" + asset.sha256 + "\"";
  const http::Conditions conditions{request.header("Range"), request.header("If-Range"),
                                    request.header("If-Match"), request.header("If-None-Match")};
  const auto choice = http::choose_delivery(conditions, http::Representation{etag, asset.bytes});
  Response response;
  switch (choice.delivery) {
    case Delivery::kPreconditionFailed:
      return http::error_response(412, 120, "the asset has another ETag");
    case Delivery::kUnsatisfiable:
      return out_of_range(asset, "the asset has no bytes in that range");
    case Delivery::kSeveralRanges:
      return out_of_range(asset, "one range at a time");
    case Delivery::kNotModified:
      response.status = 304;
      break;
    case Delivery::kPart:
      response = content(assets, asset, request, choice.range);
      response.status = 206;
      response.headers.push_back({"Content-Range", http::content_range(choice.range, asset.bytes)});
      break;
    case Delivery::kWhole:
      response = content(assets, asset, request, http::ByteRange{0, asset.bytes});
      break;
  }
  describe(response, asset, etag);
  return response;
}

std::string file_name(const Asset& asset) {
  std::string extension = asset.file_type.substr(0, kExtensionBytesMax);
  extension.erase(0, extension.find_first_not_of('.'));
  std::ranges::transform(extension, extension.begin(), [](char c) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          c == '.' || c == '-' || c == '_';
    return is_plain ? c : '_';
  });
  return extension.empty() ? asset.key.text() : asset.key.text() + "." + extension;
}

}  // namespace aesel::assets
