#include "assets/relationship_api.hpp"

#include <utility>

#include "catalog/catalog_api.hpp"
#include "json/writer.hpp"

namespace aesel::assets {
namespace {

using catalog::Outcome;
using catalog::Refusal;
using catalog::refuse;
using http::Method;
using http::Params;
using http::Request;
using http::Response;
using List = Relationships::List;
using Selection = Relationships::Selection;

using Handler = Task<Response> (*)(Relationships&, Request&);

Response respond(const Outcome<List>& list) {
  if (!list) return refuse(list.error());
  Response response;
  json::Writer writer(response.body);
  writer.begin_array();
  for (const Relationship& relationship : *list) write_relationship(writer, relationship);
  writer.end_array();
  return response;
}

/// An empty parameter is none.
Outcome<Selection> selection_of(const Request& request) {
  Selection selection;
  const std::pair<const char*, std::string*> parameters[] = {
      {"type", &selection.type}, {"asset", &selection.asset}, {"related", &selection.related}};
  for (const auto& [name, value] : parameters) {
    const std::string* given = request.query_value(name);
    if (given == nullptr) continue;
    if (!catalog::is_utf8(*given)) return Refusal::unreadable("'" + std::string(name) + "' is not UTF-8");
    *value = *given;
  }
  return selection;
}

Task<Response> save(Relationships& relationships, Request& request) {
  auto who = catalog::who_of(request);
  if (!who) co_return refuse(who.error());
  auto selection = selection_of(request);
  if (!selection) co_return refuse(selection.error());
  auto relationship = decode_relationship(request.body);
  if (!relationship) co_return refuse(relationship.error());
  const auto saved =
      co_await relationships.save(std::move(*who), std::move(*relationship), std::move(*selection));
  co_return respond(saved);
}

/// Filtered, all are sent unless a page is asked for, because existing clients rely on getting all;
/// unfiltered, a page.
Task<Response> find(Relationships& relationships, Request& request) {
  auto who = catalog::who_of(request);
  if (!who) co_return refuse(who.error());
  auto selection = selection_of(request);
  if (!selection) co_return refuse(selection.error());
  auto page = catalog::numbered_page_if_given(request);
  if (!page) co_return refuse(page.error());
  const bool is_filtered =
      !selection->type.empty() || !selection->asset.empty() || !selection->related.empty();
  if (!is_filtered && !*page) page->emplace();
  const auto found = co_await relationships.find(std::move(*who), std::move(*selection), *page);
  co_return respond(found);
}

Task<Response> erase(Relationships& relationships, Request& request) {
  auto who = catalog::who_of(request);
  if (!who) co_return refuse(who.error());
  auto selection = selection_of(request);
  if (!selection) co_return refuse(selection.error());
  if (selection->type.empty() || selection->asset.empty() || selection->related.empty()) {
    co_return refuse(Refusal::over_limit("deleting needs all three of 'type', 'asset' and 'related'"));
  }
  const auto erased = co_await relationships.erase(std::move(*who), std::move(*selection));
  co_return respond(erased);
}

Task<Response> bulk(Relationships& relationships, Request& request) {
  auto who = catalog::who_of(request);
  if (!who) co_return refuse(who.error());
  auto of = decode_relationships_of(request.body);
  if (!of) co_return refuse(of.error());
  const auto found = co_await relationships.bulk(std::move(*who), std::move(*of));
  co_return respond(found);
}

}  // namespace

std::vector<http::Route> relationship_routes(Relationships& relationships) {
  struct Row {
    Method method;
    const char* path;
    Handler handler;
  };
  constexpr Row kRows[] = {
      {Method::kPut, "/v1/relationship", save},
      {Method::kGet, "/v1/relationship", find},
      {Method::kDelete, "/v1/relationship", erase},
      {Method::kPost, "/v1/bulk/relationship", bulk},
  };
  std::vector<http::Route> table;
  for (const Row& row : kRows) {
    table.push_back(
        {row.method, row.path, [&relationships, handler = row.handler](Request& request, const Params&) {
           return handler(relationships, request);
         }});
  }
  return table;
}

}  // namespace aesel::assets
