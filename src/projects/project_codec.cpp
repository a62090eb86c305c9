#include "projects/project_codec.hpp"

#include <utility>

namespace aesel::projects {
namespace {

constexpr const char* kNamelessGroup = "a scene group needs a 'name'";

GroupInput group_input(catalog::LimitedReader& reader, const json::Value& object) {
  GroupInput input;
  input.name = reader.text(object, "name");
  input.description = reader.given_text(object, "description", catalog::kDescriptionBytesMax);
  input.category = reader.given_text(object, "category");
  input.scenes = reader.texts(object, "scenes");
  return input;
}

json::Value text_or_null(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value();
}

}  // namespace

catalog::Outcome<ProjectParts> decode_parts(const json::Value& object) {
  catalog::LimitedReader reader;
  ProjectParts parts;
  for (const json::Value* element : reader.objects(object, "sceneGroups", kGroupsMax)) {
    GroupInput input = group_input(reader, *element);
    if (input.name.empty()) reader.refuse(kNamelessGroup);
    parts.groups.push_back({std::move(input.name), std::move(input.description), std::move(input.category),
                            std::move(input.scenes)});
  }
  parts.collection_ids = reader.texts(object, "assetCollectionIds");
  if (reader.refusal()) return *reader.refusal();
  return parts;
}

json::Value encode_parts(const ProjectParts& parts) {
  json::Value groups = json::Value::array();
  for (const SceneGroup& group : parts.groups) {
    json::Value one = json::Value::object();
    one["name"] = group.name;
    one["description"] = text_or_null(group.description);
    one["category"] = text_or_null(group.category);
    one["scenes"] = group.scenes;
    groups.push_back(std::move(one));
  }
  json::Value object = json::Value::object();
  object["sceneGroups"] = std::move(groups);
  object["assetCollectionIds"] = parts.collection_ids;
  return object;
}

catalog::Outcome<GroupInput> decode_group(std::string_view body) {
  const auto object = catalog::parse_object(body);
  if (!object) return object.error();
  catalog::LimitedReader reader;
  GroupInput input = group_input(reader, *object);
  if (reader.refusal()) return *reader.refusal();
  return input;
}

}  // namespace aesel::projects
