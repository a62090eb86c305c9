#include "gateway/user_api.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "json/writer.hpp"

namespace aesel::gateway {
namespace {

using http::Method;
using http::Params;
using http::Request;
using http::Response;

constexpr std::uint64_t kPageRecordsMax = 1000;
constexpr std::uint64_t kPageNumberMax = 1'000'000'000;

Response refuse(const UserError& error) {
  switch (error.kind) {
    case UserError::Kind::kBadSyntax:
      return http::error_response(400, 110, error.message);
    case UserError::Kind::kInsufficient:
      return http::error_response(400, 122, error.message);
    case UserError::Kind::kNotFound:
      return http::error_response(404, 102, error.message);
    case UserError::Kind::kConflict:
      return http::error_response(409, 120, error.message);
    case UserError::Kind::kUnavailable:
      break;
  }
  return http::error_response(503, 120, error.message);
}

Response respond(const User& user) {
  Response response;
  json::Writer writer(response.body);
  write_user(writer, user);
  return response;
}

Response respond(const UserResult<User>& user) {
  return user ? respond(*user) : refuse(user.error());
}

/// False for what is no number, or outside the limits.
bool read_number(const Request& request, std::string_view name, std::uint64_t least, std::uint64_t most,
                 std::uint64_t& number) {
  const std::string* const text = request.query_value(name);
  if (text == nullptr || text->empty()) return true;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  return error == std::errc() && stop == end && number >= least && number <= most;
}

Task<Response> sign_up(Users& users, Request& request) {
  auto input = decode_user(request.body);
  if (!input) co_return http::error_response(400, 110, input.error().message);
  const UserResult<User> user = co_await users.sign_up(std::move(*input));
  co_return respond(user);
}

Task<Response> find(Users& users, Request& request) {
  Users::Page page;
  const bool is_good = read_number(request, "num_records", 1, UINT64_MAX, page.records) &&
                       read_number(request, "page", 0, kPageNumberMax, page.number);
  if (!is_good)
    co_return http::error_response(400, 110, "num_records is a number from 1 on, page one from 0 on");
  page.records = std::min(page.records, kPageRecordsMax);
  const UserResult<std::vector<User>> found = co_await users.find(user_filter(request), page);
  if (!found) co_return refuse(found.error());
  Response response;
  json::Writer writer(response.body);
  writer.begin_array();
  for (const User& user : *found) {
    std::string text;
    json::Writer element(text);
    write_user(element, user);
    writer.raw(text);
  }
  writer.end_array();
  co_return response;
}

Task<Response> get(Users& users, const Params& params) {
  const UserResult<User> user = co_await users.get(params[0]);
  co_return respond(user);
}

Task<Response> update(Users& users, Request& request, const Params& params) {
  auto input = decode_user(request.body);
  if (!input) co_return http::error_response(400, 110, input.error().message);
  const UserResult<User> user = co_await users.update(params[0], std::move(*input));
  co_return respond(user);
}

Task<Response> erase(Users& users, const Params& params) {
  const UserResult<std::optional<User>> user = co_await users.erase(params[0]);
  if (!user) co_return refuse(user.error());
  if (*user) co_return respond(**user);
  Response response;  // it is gone either way
  response.body = "{}";
  co_return response;
}

Task<Response> change_flag(Users& users, const Params& params, Users::Flag flag, Users::Set set) {
  const UserResult<User> user = co_await users.change_flag(params[0], flag, set);
  co_return respond(user);
}

Task<Response> add_favorite(Users& users, const Params& params, Users::Favorite kind) {
  const UserResult<User> user = co_await users.add_favorite(params[0], kind, params[1]);
  co_return respond(user);
}

Task<Response> remove_favorite(Users& users, const Params& params, Users::Favorite kind) {
  const UserResult<User> user = co_await users.remove_favorite(params[0], kind, params[1]);
  co_return respond(user);
}

void add_flag_routes(std::vector<http::Route>& table, Users& users, const char* pattern, Users::Flag flag) {
  table.push_back({Method::kPut, pattern, [&users, flag](Request&, const Params& params) {
                     return change_flag(users, params, flag, Users::Set::kOn);
                   }});
  table.push_back({Method::kDelete, pattern, [&users, flag](Request&, const Params& params) {
                     return change_flag(users, params, flag, Users::Set::kOff);
                   }});
}

void add_favorite_routes(std::vector<http::Route>& table, Users& users, const char* pattern,
                         Users::Favorite kind) {
  table.push_back({Method::kPut, pattern, [&users, kind](Request&, const Params& params) {
                     return add_favorite(users, params, kind);
                   }});
  table.push_back({Method::kDelete, pattern, [&users, kind](Request&, const Params& params) {
                     return remove_favorite(users, params, kind);
                   }});
}

}  // namespace

std::vector<http::Route> routes(Users& users) {
  std::vector<http::Route> table;
  table.push_back({Method::kPost, "/users/sign-up",
                   [&users](Request& request, const Params&) { return sign_up(users, request); }});
  table.push_back(
      {Method::kGet, "/users", [&users](Request& request, const Params&) { return find(users, request); }});
  table.push_back(
      {Method::kGet, "/users/{id}", [&users](Request&, const Params& params) { return get(users, params); }});
  table.push_back({Method::kPut, "/users/{id}", [&users](Request& request, const Params& params) {
                     return update(users, request, params);
                   }});
  table.push_back({Method::kDelete, "/users/{id}",
                   [&users](Request&, const Params& params) { return erase(users, params); }});
  add_flag_routes(table, users, "/users/{id}/admin", Users::Flag::kAdmin);
  add_flag_routes(table, users, "/users/{id}/active", Users::Flag::kActive);
  add_favorite_routes(table, users, "/users/{id}/projects/{project}", Users::Favorite::kProject);
  add_favorite_routes(table, users, "/users/{id}/scenes/{scene}", Users::Favorite::kScene);
  return table;
}

}  // namespace aesel::gateway
