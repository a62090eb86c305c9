// AssetsRole: the assets service of a process, with relationships and collections.
#pragma once

#include <memory>
#include <vector>

#include "app/role_parts.hpp"
#include "assets/asset_records.hpp"
#include "assets/assets.hpp"
#include "assets/relationships.hpp"
#include "catalog/catalog.hpp"
#include "http/router.hpp"

namespace aesel::app {

/// Thread: the core.
class AssetsRole {
 public:
  explicit AssetsRole(const RoleParts& parts) : parts_(parts) {}
  Outcome open();
  http::Router& router() { return *router_; }

 private:
  std::vector<http::Route> routes();

  RoleParts parts_;
  std::unique_ptr<assets::AssetRecords> records_;
  std::unique_ptr<assets::Relationships> relationships_;
  std::unique_ptr<catalog::Catalog> collections_;
  std::unique_ptr<assets::Assets> service_;
  std::unique_ptr<http::Router> router_;
};

}  // namespace aesel::app
