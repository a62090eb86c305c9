#include "gateway/token.hpp"

#include "crypto/base64.hpp"
#include "crypto/hmac.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::gateway {
namespace {

constexpr std::string_view kHeader = R"({"typ":"JWT","alg":"HS512"})";

std::optional<json::Value> decode_part(std::string_view part) {
  const std::optional<std::string> text = crypto::from_base64url(part);
  if (!text) return std::nullopt;
  auto value = json::parse(*text);
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(*value);
}

/// We read only what we would write: "none", other algorithms and extensions that must be understood are not
/// for us, whoever signed them.
bool is_our_header(const json::Value& header) {
  if (json::text_or_empty(header, "alg") != "HS512" || header.contains("crit")) return false;
  return !header.contains("typ") || json::text_or_empty(header, "typ") == "JWT";
}

}  // namespace

std::string sign_token(const Claims& claims, std::string_view secret) {
  std::string payload;
  json::Writer writer(payload);
  writer.begin_object();
  writer.member("sub", claims.username);
  writer.member("exp", claims.expires_s);
  writer.member("uid", claims.id);
  writer.member("gen", claims.generation);
  writer.end_object();
  std::string token = crypto::to_base64url(kHeader) + "." + crypto::to_base64url(payload);
  const std::string signature = crypto::to_base64url(crypto::hmac_sha512(secret, token));
  return token + "." + signature;
}

std::optional<Claims> verify_token(std::string_view token, std::string_view secret) {
  if (token.size() > kTokenBytesMax) return std::nullopt;
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == token.npos || first == last) return std::nullopt;
  const std::optional<std::string> signature = crypto::from_base64url(token.substr(last + 1));
  const std::string_view is_signed = token.substr(0, last);
  if (!signature || !crypto::is_equal_in_constant_time(*signature, crypto::hmac_sha512(secret, is_signed)))
    return std::nullopt;
  const auto header = decode_part(token.substr(0, first));
  const auto payload = decode_part(token.substr(first + 1, last - first - 1));
  if (!header || !payload || !is_our_header(*header)) return std::nullopt;
  const std::optional<std::int64_t> expires_s = json::integer(*payload, "exp");
  Claims claims{json::text_or_empty(*payload, "sub"), json::text_or_empty(*payload, "uid"),
                json::text_or_empty(*payload, "gen"), expires_s.value_or(0)};
  if (claims.username.empty() || claims.id.empty() || claims.generation.empty() || !expires_s)
    return std::nullopt;
  return claims;
}

}  // namespace aesel::gateway
