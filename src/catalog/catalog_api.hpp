// The routes that every catalog has, and the words of a reply that its services share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "http/router.hpp"

namespace aesel::catalog {

http::Response refuse(const Refusal& refusal);
/// The entry, or why not.
http::Response respond(const Outcome<Entry>& entry);
http::Response respond(const Outcome<std::vector<Entry>>& entries);

/// An operation on the entry in the path's first parameter, on behalf of the request's principal.
struct Target {
  Who who;
  EntryId id;
};
Outcome<Target> target_of(const Catalog& catalog, const http::Request& request, const http::Params& params);

/// Create, get, list, update, delete, tags; README.md lists them. `path` is "/v1/project". `catalog` must
/// outlive them.
std::vector<http::Route> entry_routes(Catalog& catalog, const std::string& path);

/// POST /v1/owner {"from","to"}, by which the gateway tells a service that a user has a new name. The service
/// gives one function per collection that it keeps; all are called, in order, until one fails. Not for the
/// public: refused to every principal but an admin.
using OwnerRenamer = std::function<Task<Result<std::uint64_t>>(OwnerRename)>;
http::Route owner_route(std::vector<OwnerRenamer> renamers);

}  // namespace aesel::catalog
