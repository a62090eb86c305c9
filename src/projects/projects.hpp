// Projects: what the service does beyond keeping a catalog of entries: groups of scenes, and links to
// collections. project_api.hpp has the routes.
//
// All of it is for whoever may read the project, and all of it has set semantics: what is there already, or
// not there any more, is a success. The changed project is returned.
//
// Thread: one, the core that runs the operations. Lifetime: longer than every operation under way. Every
// operation refuses with 404 and 102 a project or group that there is not, and with 503 and 120 if the store
// is full or unavailable.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "catalog/catalog.hpp"
#include "projects/project.hpp"
#include "projects/project_codec.hpp"

namespace aesel::projects {

class Projects {
 public:
  /// Which project, and on whose behalf.
  struct Target {
    catalog::Who who;
    catalog::EntryId project;
  };
  struct GroupScene {
    std::string group;
    std::string scene;
  };
  using Reply = Task<catalog::Outcome<catalog::Entry>>;

  /// REQUIRES: the references outlive this.
  Projects(storage::DocumentStore& store, const Clock& clock, KeyGenerator& keys);

  /// Makes the collection of the store usable. Blocks; once, before the first operation. Errors: the store's.
  Result<void> open() { return catalog_.open(); }

  /// For everything that projects have in common with other entries.
  catalog::Catalog& catalog() { return catalog_; }

  /// Appends it, also where there is one of that name. Refuses (400, 122) one without a name.
  Reply add_group(Target target, GroupInput input);
  /// Of the first group of that name: the name if it is not empty; description and category if they are
  /// there,
  /// "" clears them; never the scenes.
  Reply update_group(Target target, std::string group, GroupInput input);
  /// All groups of that name.
  Reply remove_group(Target target, std::string group);
  /// To and from the first group of that name.
  Reply add_scene(Target target, GroupScene scene);
  Reply remove_scene(Target target, GroupScene scene);
  Reply add_collection(Target target, std::string collection);
  Reply remove_collection(Target target, std::string collection);

 private:
  using Edit = std::function<std::optional<catalog::Refusal>(ProjectParts&)>;
  using GroupEdit = std::function<std::optional<catalog::Refusal>(SceneGroup&)>;
  Reply change(Target target, Edit edit);
  Reply change_group(Target target, std::string group, GroupEdit edit);

  catalog::Catalog catalog_;
};

}  // namespace aesel::projects
