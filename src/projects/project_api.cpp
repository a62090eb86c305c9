#include "projects/project_api.hpp"

#include <utility>

#include "catalog/catalog_api.hpp"

namespace aesel::projects {
namespace {

using catalog::refuse;
using http::Method;
using http::Params;
using http::Request;
using http::Response;
using Reply = Projects::Reply;
using Target = Projects::Target;

/// Starts the operation of a route, given the parameters of its path after the project's id.
using Operation = Reply (*)(Projects&, Target, const Params&);
/// The same, with a scene group from the body.
using GroupOperation = Reply (*)(Projects&, Target, const Params&, GroupInput);

catalog::Outcome<Target> target_of(Projects& projects, const Request& request, const Params& params) {
  auto target = catalog::target_of(projects.catalog(), request, params);
  if (!target) return target.error();
  return Target{std::move(target->who), target->id};
}

Task<Response> run(Projects& projects, Operation operation, Request& request, const Params& params) {
  auto target = target_of(projects, request, params);
  if (!target) co_return refuse(target.error());
  const auto project = co_await operation(projects, std::move(*target), params);
  co_return catalog::respond(project);
}

Task<Response> run_group(Projects& projects, GroupOperation operation, Request& request,
                         const Params& params) {
  auto target = target_of(projects, request, params);
  if (!target) co_return refuse(target.error());
  auto input = decode_group(request.body);
  if (!input) co_return refuse(input.error());
  const auto project = co_await operation(projects, std::move(*target), params, std::move(*input));
  co_return catalog::respond(project);
}

Reply add_group(Projects& projects, Target target, const Params&, GroupInput input) {
  return projects.add_group(std::move(target), std::move(input));
}

Reply update_group(Projects& projects, Target target, const Params& params, GroupInput input) {
  return projects.update_group(std::move(target), params[1], std::move(input));
}

Reply remove_group(Projects& projects, Target target, const Params& params) {
  return projects.remove_group(std::move(target), params[1]);
}

Reply add_scene(Projects& projects, Target target, const Params& params) {
  return projects.add_scene(std::move(target), {params[1], params[2]});
}

Reply remove_scene(Projects& projects, Target target, const Params& params) {
  return projects.remove_scene(std::move(target), {params[1], params[2]});
}

Reply add_collection(Projects& projects, Target target, const Params& params) {
  return projects.add_collection(std::move(target), params[1]);
}

Reply remove_collection(Projects& projects, Target target, const Params& params) {
  return projects.remove_collection(std::move(target), params[1]);
}

struct GroupRow {
  const char* pattern;
  GroupOperation operation;
};
constexpr GroupRow kGroupRows[] = {
    {"/v1/project/{id}/groups", add_group},
    {"/v1/project/{id}/groups/{group}", update_group},
};

struct Row {
  Method method;
  const char* pattern;
  Operation operation;
};
constexpr Row kRows[] = {
    {Method::kDelete, "/v1/project/{id}/groups/{group}", remove_group},
    {Method::kPut, "/v1/project/{id}/groups/{group}/scenes/{scene}", add_scene},
    {Method::kDelete, "/v1/project/{id}/groups/{group}/scenes/{scene}", remove_scene},
    {Method::kPut, "/v1/project/{id}/collections/{collection}", add_collection},
    {Method::kDelete, "/v1/project/{id}/collections/{collection}", remove_collection},
};

Task<Response> health(Request&, const Params&) {
  Response response;
  response.body = R"({"status":"up"})";
  co_return response;
}

}  // namespace

std::vector<http::Route> routes(Projects& projects) {
  std::vector<http::Route> table = catalog::entry_routes(projects.catalog(), "/v1/project");
  for (const GroupRow& row : kGroupRows) {
    table.push_back({Method::kPost, row.pattern,
                     [&projects, operation = row.operation](Request& request, const Params& params) {
                       return run_group(projects, operation, request, params);
                     }});
  }
  for (const Row& row : kRows) {
    table.push_back({row.method, row.pattern,
                     [&projects, operation = row.operation](Request& request, const Params& params) {
                       return run(projects, operation, request, params);
                     }});
  }
  std::vector<catalog::OwnerRenamer> renamers;
  renamers.push_back([&projects](catalog::OwnerRename rename) {
    return projects.catalog().rename_owner(std::move(rename));
  });
  table.push_back(catalog::owner_route(std::move(renamers)));
  table.push_back({Method::kGet, "/health", health});
  return table;
}

}  // namespace aesel::projects
