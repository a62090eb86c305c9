#include "catalog/catalog_api.hpp"

#include <utility>

#include "json/writer.hpp"
#include "storage/error.hpp"

namespace aesel::catalog {
namespace {

using http::Method;
using http::Params;
using http::Request;
using http::Response;

constexpr std::size_t kFilterTagsMax = 32;  // each is a condition that the store has to check

using Handler = Task<Response> (*)(Catalog&, Request&, const Params&);

Task<Response> create(Catalog& catalog, Request& request, const Params&) {
  Outcome<Who> who = who_of(request);
  if (!who) co_return refuse(who.error());
  const Outcome<json::Value> body = parse_object(request.body);
  if (!body) co_return refuse(body.error());
  Outcome<EntryInput> input = decode_entry(*body);
  if (!input) co_return refuse(input.error());
  Outcome<json::Value> more = catalog.kind().additions(*body);
  if (!more) co_return refuse(more.error());
  const Outcome<Entry> entry = co_await catalog.create(std::move(*who), std::move(*input), std::move(*more));
  co_return respond(entry);
}

/// `tag` and `tags`, each any number of times; all must be there. An empty filter is none; other
/// parameters, such as the `description` that some clients send, are ignored.
Outcome<Filter> filter_of(const Request& request) {
  Filter filter;
  for (const auto& [name, value] : request.query) {
    if (!is_utf8(value)) return Refusal::unreadable("the query is not UTF-8");
    if (value.empty()) continue;
    if (name == "name" && filter.name.empty()) filter.name = value;
    if (name == "category" && filter.category.empty()) filter.category = value;
    if (name != "tag" && name != "tags") continue;
    if (filter.tags.size() == kFilterTagsMax) {
      return Refusal::over_limit("at most " + std::to_string(kFilterTagsMax) + " tags can be asked for");
    }
    filter.tags.push_back(value);
  }
  return filter;
}

Task<Response> list(Catalog& catalog, Request& request, const Params&) {
  Outcome<Who> who = who_of(request);
  if (!who) co_return refuse(who.error());
  Outcome<Filter> filter = filter_of(request);
  if (!filter) co_return refuse(filter.error());
  const Outcome<Page> page = numbered_page(request);
  if (!page) co_return refuse(page.error());
  const auto entries = co_await catalog.list(std::move(*who), std::move(*filter), *page);
  co_return respond(entries);
}

Task<Response> get(Catalog& catalog, Request& request, const Params& params) {
  Outcome<Target> target = target_of(catalog, request, params);
  if (!target) co_return refuse(target.error());
  const Outcome<Entry> entry = co_await catalog.get(std::move(target->who), target->id);
  co_return respond(entry);
}

Task<Response> update(Catalog& catalog, Request& request, const Params& params) {
  Outcome<Target> target = target_of(catalog, request, params);
  if (!target) co_return refuse(target.error());
  const Outcome<json::Value> body = parse_object(request.body);
  if (!body) co_return refuse(body.error());
  Outcome<EntryInput> input = decode_entry(*body);
  if (!input) co_return refuse(input.error());
  const Outcome<Entry> entry = co_await catalog.update(std::move(target->who), target->id, std::move(*input));
  co_return respond(entry);
}

/// The id as JSON: the originals' bare text under that content type is what browsers stumble over.
Task<Response> erase(Catalog& catalog, Request& request, const Params& params) {
  Outcome<Target> target = target_of(catalog, request, params);
  if (!target) co_return refuse(target.error());
  const Outcome<void> erased = co_await catalog.erase(std::move(target->who), target->id);
  if (!erased) co_return refuse(erased.error());
  Response response;
  response.body = R"({"id":")" + target->id.text() + R"("})";
  co_return response;
}

Task<Response> add_tag(Catalog& catalog, Request& request, const Params& params) {
  Outcome<Target> target = target_of(catalog, request, params);
  if (!target) co_return refuse(target.error());
  const Outcome<Entry> entry = co_await catalog.add_tag(std::move(target->who), target->id, params[1]);
  co_return respond(entry);
}

Task<Response> remove_tag(Catalog& catalog, Request& request, const Params& params) {
  Outcome<Target> target = target_of(catalog, request, params);
  if (!target) co_return refuse(target.error());
  const Outcome<Entry> entry = co_await catalog.remove_tag(std::move(target->who), target->id, params[1]);
  co_return respond(entry);
}

Outcome<OwnerRename> rename_of(const Request& request) {
  const Outcome<Who> who = who_of(request);
  if (!who) return who.error();
  if (*who && (*who)->standing != access::Standing::kAdmin)
    return Refusal::forbidden("only admins rename owners");
  const Outcome<json::Value> body = parse_object(request.body);
  if (!body) return body.error();
  LimitedReader reader;
  OwnerRename rename{reader.text(*body, "from"), reader.text(*body, "to")};
  if (reader.refusal()) return *reader.refusal();
  if (rename.from.empty() || rename.to.empty())
    return Refusal::over_limit("'from' and 'to' have to be user names");
  return rename;
}

Task<Response> rename_owner(const std::vector<OwnerRenamer>& renamers, const Request& request) {
  const Outcome<OwnerRename> rename = rename_of(request);
  if (!rename) co_return refuse(rename.error());
  std::uint64_t count = 0;
  for (const OwnerRenamer& renamer : renamers) {
    const Result<std::uint64_t> renamed = co_await renamer(*rename);
    if (!renamed) {
      const bool may_pass = renamed.error() != storage::Errc::kCorrupt;
      co_return http::error_response(may_pass ? 503 : 500, 120, renamed.error().message());
    }
    count += *renamed;
  }
  Response response;
  response.body = R"({"changed":)" + std::to_string(count) + "}";
  co_return response;
}

}  // namespace

Response refuse(const Refusal& refusal) {
  return http::error_response(refusal.status, refusal.code, refusal.message);
}

Response respond(const Outcome<Entry>& entry) {
  if (!entry) return refuse(entry.error());
  Response response;
  json::Writer writer(response.body);
  write_entry(writer, *entry);
  return response;
}

Response respond(const Outcome<std::vector<Entry>>& entries) {
  if (!entries) return refuse(entries.error());
  Response response;
  json::Writer writer(response.body);
  writer.begin_array();
  for (const Entry& entry : *entries) write_entry(writer, entry);
  writer.end_array();
  return response;
}

Outcome<Target> target_of(const Catalog& catalog, const Request& request, const Params& params) {
  Outcome<Who> who = who_of(request);
  if (!who) return who.error();
  const Outcome<EntryId> id = catalog.id_of(params[0]);
  if (!id) return id.error();
  return Target{std::move(*who), *id};
}

std::vector<http::Route> entry_routes(Catalog& catalog, const std::string& path) {
  struct Row {
    Method method;
    const char* rest;
    Handler handler;
  };
  constexpr Row kRows[] = {
      {Method::kPost, "", create},
      {Method::kGet, "", list},
      {Method::kGet, "/{id}", get},
      {Method::kPost, "/{id}", update},
      {Method::kDelete, "/{id}", erase},
      {Method::kPut, "/{id}/tags/{tag}", add_tag},
      {Method::kDelete, "/{id}/tags/{tag}", remove_tag},
  };
  std::vector<http::Route> table;
  for (const Row& row : kRows) {
    table.push_back({row.method, path + row.rest,
                     [&catalog, handler = row.handler](Request& request, const Params& params) {
                       return handler(catalog, request, params);
                     }});
  }
  return table;
}

http::Route owner_route(std::vector<OwnerRenamer> renamers) {
  return {Method::kPost, "/v1/owner", [renamers = std::move(renamers)](Request& request, const Params&) {
            return rename_owner(renamers, request);
          }};
}

}  // namespace aesel::catalog
