#include "gateway/access_rules.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "base/ids.hpp"

namespace aesel::gateway {
namespace {

using http::Method;

constexpr Method kAny = Method::kOther;

struct Entry {
  Method method;             // kGet is kHead too
  std::string_view pattern;  // "*" is any segment, "**" any rest
  Rule rule;
};

// The first entry that fits wins.
constexpr Entry kTable[] = {
    {Method::kPost, "/login", Rule::kPublic},
    {Method::kGet, "/login", Rule::kPublic},  // leads to the page
    {Method::kGet, "/portal/login", Rule::kPublic},
    {Method::kGet, "/health", Rule::kPublic},
    {Method::kGet, "/ready", Rule::kPublic},
    {Method::kGet, "/metrics", Rule::kPublic},
    {Method::kGet, "/actuator/health", Rule::kPublic},
    {Method::kGet, "/openapi.yaml", Rule::kPublic},
    {Method::kGet, "/asyncapi.yaml", Rule::kPublic},
    {Method::kGet, "/docs/**", Rule::kPublic},
    {Method::kGet, "/css/**", Rule::kPublic},
    {Method::kGet, "/js/**", Rule::kPublic},
    {Method::kGet, "/images/**", Rule::kPublic},
    {Method::kGet, "/favicon.ico", Rule::kPublic},

    {Method::kPost, "/users/sign-up", Rule::kAdmin},
    {Method::kGet, "/users", Rule::kOwnFilterOrAdmin},
    {Method::kGet, "/users/*", Rule::kSelfOrAdmin},
    {Method::kPut, "/users/*", Rule::kSelfOrAdmin},
    {Method::kPut, "/users/*/projects/*", Rule::kSelfOrAdmin},
    {Method::kDelete, "/users/*/projects/*", Rule::kSelfOrAdmin},
    {Method::kPut, "/users/*/scenes/*", Rule::kSelfOrAdmin},
    {Method::kDelete, "/users/*/scenes/*", Rule::kSelfOrAdmin},
    {kAny, "/users/**", Rule::kAdmin},  // delete, /admin, /active, and whatever else there may be

    {Method::kGet, "/cluster/*", Rule::kServiceOrAdmin},
    {kAny, "/**", Rule::kUser},
};

bool fits(Method wanted, Method given) {
  return wanted == kAny || wanted == given || (wanted == Method::kGet && given == Method::kHead);
}

bool fits(std::string_view pattern, std::span<const std::string> path) {
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    if (wanted == "**") return true;
    if (path.empty() || (wanted != "*" && wanted != path.front())) return false;
    pattern.remove_prefix(wanted.size());
    path = path.subspan(1);
  }
  return path.empty();
}

/// Keys may be written in either case.
bool is_same_key(std::string_view a, std::string_view b) {
  const auto left = parse_key(a);
  return left.has_value() && left == parse_key(b);
}

bool asks_for_own(const http::Request& request, const User& user) {
  const UserFilter filter = user_filter(request);
  if (filter.by == UserFilter::By::kUsername) return filter.text == user.username;
  return filter.by == UserFilter::By::kEmail && filter.text == user.email;
}

}  // namespace

Rule rule_for(const http::Request& request) {
  const auto* const entry = std::ranges::find_if(kTable, [&](const Entry& candidate) {
    return fits(candidate.method, request.method) && fits(candidate.pattern, request.segments);
  });
  return entry->rule;  // the last one fits everything
}

UserFilter user_filter(const http::Request& request) {
  using enum UserFilter::By;
  const std::string* const username = request.query_value("username");
  if (username != nullptr && !username->empty()) return {kUsername, *username};
  const std::string* const email = request.query_value("email");
  if (email != nullptr && !email->empty()) return {kEmail, *email};
  return {};
}

bool allows(Rule rule, const http::Request& request, const User& user) {
  if (user.is_admin || rule == Rule::kUser) return true;
  if (rule == Rule::kSelfOrAdmin) return is_same_key(request.segments[1], user.id);
  return rule == Rule::kOwnFilterOrAdmin && asks_for_own(request, user);
}

}  // namespace aesel::gateway
