#include "projects/projects.hpp"

#include <algorithm>
#include <utility>

#include "storage/error.hpp"

namespace aesel::projects {
namespace {

using catalog::Entry;
using catalog::Outcome;
using catalog::Refusal;

Outcome<json::Value> additions(const json::Value& body) {
  const Outcome<ProjectParts> parts = decode_parts(body);
  if (!parts) return parts.error();
  return Outcome<json::Value>(boost::system::in_place_value, encode_parts(*parts));
}

Refusal no_such_group() {
  return Refusal::not_found("the project has no such scene group");
}

std::optional<Refusal> refuse_nothing() {
  return std::nullopt;
}

}  // namespace

Projects::Projects(storage::DocumentStore& store, const Clock& clock, KeyGenerator& keys)
    : catalog_(store, clock, keys, catalog::Kind{"project", "projects", additions}) {}

Projects::Reply Projects::change(Target target, Edit edit) {
  catalog::Catalog::Edit whole = [edit = std::move(edit)](Entry& entry) -> std::optional<Refusal> {
    Outcome<ProjectParts> parts = decode_parts(entry.more);
    if (!parts) return std::move(parts.error());
    if (std::optional<Refusal> refusal = edit(*parts)) return refusal;
    entry.more = encode_parts(*parts);
    return std::nullopt;
  };
  Outcome<Entry> changed = co_await catalog_.change(std::move(target.who), target.project, std::move(whole));
  co_return changed;
}

Projects::Reply Projects::change_group(Target target, std::string group, GroupEdit edit) {
  Edit whole = [group = std::move(group), edit = std::move(edit)](ProjectParts& parts) {
    const auto found = std::ranges::find(parts.groups, group, &SceneGroup::name);
    if (found == parts.groups.end()) return std::optional<Refusal>(no_such_group());
    return edit(*found);
  };
  return change(std::move(target), std::move(whole));
}

Projects::Reply Projects::add_group(Target target, GroupInput input) {
  Edit edit = [input = std::move(input)](ProjectParts& parts) -> std::optional<Refusal> {
    if (input.name.empty()) return Refusal::over_limit("a scene group needs a 'name'");
    if (parts.groups.size() >= kGroupsMax) {
      return Refusal::over_limit("a project has at most " + std::to_string(kGroupsMax) + " scene groups");
    }
    parts.groups.push_back({input.name, input.description, input.category, input.scenes});
    return std::nullopt;
  };
  return change(std::move(target), std::move(edit));
}

Projects::Reply Projects::update_group(Target target, std::string group, GroupInput input) {
  GroupEdit edit = [input = std::move(input)](SceneGroup& found) {
    if (!input.name.empty()) found.name = input.name;
    if (input.description) found.description = input.description;
    if (input.category) found.category = input.category;
    return refuse_nothing();
  };
  return change_group(std::move(target), std::move(group), std::move(edit));
}

Projects::Reply Projects::remove_group(Target target, std::string group) {
  Edit edit = [group = std::move(group)](ProjectParts& parts) {
    const auto is_meant = [&](const SceneGroup& one) { return one.name == group; };
    return std::erase_if(parts.groups, is_meant) > 0 ? refuse_nothing() : std::optional(no_such_group());
  };
  return change(std::move(target), std::move(edit));
}

Projects::Reply Projects::add_scene(Target target, GroupScene scene) {
  GroupEdit edit = [key = std::move(scene.scene)](SceneGroup& group) {
    return catalog::add_to_set(group.scenes, key, "scenes");
  };
  return change_group(std::move(target), std::move(scene.group), std::move(edit));
}

Projects::Reply Projects::remove_scene(Target target, GroupScene scene) {
  GroupEdit edit = [key = std::move(scene.scene)](SceneGroup& group) {
    std::erase(group.scenes, key);
    return refuse_nothing();
  };
  return change_group(std::move(target), std::move(scene.group), std::move(edit));
}

Projects::Reply Projects::add_collection(Target target, std::string collection) {
  Edit edit = [collection = std::move(collection)](ProjectParts& parts) {
    return catalog::add_to_set(parts.collection_ids, collection, "assetCollectionIds");
  };
  return change(std::move(target), std::move(edit));
}

Projects::Reply Projects::remove_collection(Target target, std::string collection) {
  Edit edit = [collection = std::move(collection)](ProjectParts& parts) {
    std::erase(parts.collection_ids, collection);
    return refuse_nothing();
  };
  return change(std::move(target), std::move(edit));
}

}  // namespace aesel::projects
