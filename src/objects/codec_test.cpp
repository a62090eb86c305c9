#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "objects/event_content.hpp"
#include "objects/limits.hpp"
#include "objects/pose.hpp"
#include "objects/record_json.hpp"
#include "objects/request.hpp"
#include "objects/stored.hpp"
#include "wire/padding.hpp"

namespace aesel::objects {
namespace {

using nlohmann::json;
using testing::ElementsAre;

ObjectPatch object_patch(const std::string& element) {
  auto parsed = parse_object_list(R"({"objects":[)" + element + "]}");
  EXPECT_TRUE(parsed) << element;
  EXPECT_EQ(parsed->elements.size(), 1U);
  return parsed->elements.at(0);
}

PropertyPatch property_patch(const std::string& element) {
  auto parsed = parse_property_list(R"({"properties":[)" + element + "]}");
  EXPECT_TRUE(parsed) << element;
  return parsed->elements.at(0);
}

RequestError::Kind object_error(const std::string& body) {
  const auto parsed = parse_object_list(body);
  EXPECT_FALSE(parsed) << body.substr(0, 80);
  return parsed.error().kind;
}

template <class Record>
json to_json(MessageType type, const Record& record) {
  std::string text;
  aesel::json::Writer writer(text);
  write_record(writer, type, record);
  return json::parse(text);
}

TEST(ObjectList, ReadsTheEnvelope) {
  const auto parsed = parse_object_list(
      R"({"msg_type":0,"operation":10,"transaction_id":"t1","num_records":3,"error_code":null,)"
      R"("objects":[{"name":"a"},7,null,[1],{"name":"b"}]} trailing)");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->transaction_id, "t1");
  EXPECT_EQ(parsed->num_records, 3);
  ASSERT_EQ(parsed->elements.size(), 2U);
  EXPECT_EQ(parsed->elements[1].name, "b");
}

TEST(ObjectList, TakesABareObjectAndNothingElseAsAnElement) {
  EXPECT_EQ(parse_object_list(R"({"name":"a","assets":["x"]})")->elements.size(), 1U);
  EXPECT_EQ(parse_object_list(R"({"transform":[1,2],"num_records":5})")->elements.size(), 1U);
  EXPECT_EQ(parse_object_list("{}")->elements.size(), 0U);
  EXPECT_EQ(parse_object_list(R"({"num_records":5,"objects":null})")->elements.size(), 0U);
  EXPECT_EQ(parse_object_list("[]")->elements.size(), 0U);
  EXPECT_EQ(parse_object_list("3")->elements.size(), 0U);
  EXPECT_EQ(parse_object_list(R"({"objects":[]})")->elements.size(), 0U);
  EXPECT_EQ(parse_object_list(R"({"properties":[{"name":"a"}]})")->elements.size(), 1U);
}

TEST(ObjectList, RealNumRecordsIsIgnored) {
  EXPECT_EQ(parse_object_list(R"({"num_records":1.0,"objects":[]})")->num_records, 10);
}

TEST(ObjectPatch, IgnoresWrongTypesNullAndEmptyText) {
  const ObjectPatch patch = object_patch(
      R"({"key":1,"name":2,"scene":null,"type":false,"subtype":[],"owner":{},"parent":"","asset_sub_id":1.5,)"
      R"("assets":false,"transform":"x","actions":3,"frame":1,"timestamp":2})");
  EXPECT_TRUE(only_state(patch));
  EXPECT_FALSE(patch.transform);
  EXPECT_FALSE(patch.pose);
  EXPECT_TRUE(patch.actions.empty());
  EXPECT_EQ(patch.key, "");
}

TEST(ObjectPatch, ReadsEveryField) {
  const ObjectPatch patch = object_patch(
      R"({"key":"k","name":"n","scene":"s","type":"t","subtype":"u","owner":"o","parent":"p","asset_sub_id":"i",)"
      R"("assets":["a",1,null,"b",""],"transform":[2]})");
  EXPECT_EQ(patch.key, "k");
  EXPECT_EQ(patch.name, "n");
  EXPECT_EQ(patch.scene, "s");
  EXPECT_EQ(patch.type, "t");
  EXPECT_EQ(patch.subtype, "u");
  EXPECT_EQ(patch.owner, "o");
  EXPECT_EQ(patch.parent, "p");
  EXPECT_EQ(patch.asset_sub_id, "i");
  EXPECT_THAT(patch.assets, ElementsAre("a", "b"));
  EXPECT_EQ((*patch.transform)[0], 2);
}

TEST(Transform, ShortLongAndHoleyArraysKeepTheIdentityElsewhere) {
  Matrix expected = kIdentity;
  expected[0] = 2;
  expected[3] = 7;
  EXPECT_EQ(object_patch(R"({"transform":[2,null,"x",7]})").transform, expected);
  EXPECT_EQ(object_patch(R"({"transform":[2.0,0,0,7,0,1,0,0,0,0,1,0,0,0,0,1,99,98]})").transform, expected);
  EXPECT_FALSE(object_patch(R"({"transform":[]})").transform);
  EXPECT_FALSE(object_patch(R"({"transform":null})").transform);
  EXPECT_FALSE(object_patch(R"({"transform":[null,"x"]})").transform);
}

TEST(Transform, NotANumberIsBadJson) {
  EXPECT_EQ(object_error(R"({"objects":[{"transform":[NaN]}]})"), RequestError::Kind::kBadJson);
  EXPECT_EQ(object_error(R"({"objects":[{"transform":[Infinity]}]})"), RequestError::Kind::kBadJson);
  EXPECT_EQ(object_error(R"({"objects":[{"transform":[1e999]}]})"), RequestError::Kind::kBadJson);
  EXPECT_EQ(object_error(R"({"objects":[{"name":"a")"), RequestError::Kind::kBadJson);
}

TEST(Pose, ComposesAsBlenderDoes) {
  // Blender: Matrix.LocRotScale((1,2,3), Euler((pi/2, 0, pi/2), 'XYZ'), (2,3,4)).
  const double right = std::acos(0.0);
  const Matrix matrix =
      compose(Pose{{1, 2, 3}, std::array{right, 0.0, right}, std::nullopt, {2, 3, 4}}).value();
  const Matrix expected{0, 0, 4, 1, 2, 0, 0, 2, 0, 3, 0, 3, 0, 0, 0, 1};
  for (std::size_t i = 0; i < 16; ++i) EXPECT_NEAR(matrix[i], expected[i], 1e-12) << i;
}

TEST(Pose, QuaternionAndEulerAgree) {
  const double angle = 0.7;
  const Pose euler{{0, 0, 0}, std::array{0.0, angle, 0.0}, std::nullopt, {1, 1, 1}};
  const Pose quaternion{{0, 0, 0},
                        std::nullopt,
                        std::array{2 * std::cos(angle / 2), 0.0, 2 * std::sin(angle / 2), 0.0},
                        {1, 1, 1}};
  for (std::size_t i = 0; i < 16; ++i)
    EXPECT_NEAR(compose(euler).value()[i], compose(quaternion).value()[i], 1e-12);
}

TEST(Pose, IsUsedOnlyWithoutTransform) {
  const ObjectPatch posed = object_patch(R"({"transform":[],"translation":[1,2,3],"scale":[2,2,2]})");
  const Object object = make_record(posed, ObjectId{});
  EXPECT_EQ(object.transform[3], 1);
  EXPECT_EQ(object.transform[0], 2);
  Object updated;
  apply(posed, updated);
  EXPECT_EQ(updated.transform, kIdentity);
  EXPECT_EQ(make_record(object_patch(R"({"transform":[5],"translation":[1,2,3]})"), ObjectId{}).transform[3],
            0);
  EXPECT_FALSE(object_patch(R"({"translation":[1,"x",3]})").pose);
  EXPECT_EQ(object_patch(R"({"scale":[4,1,1],"translation":[1,2]})").pose->at(0), 4);
}

TEST(Actions, NeedANameAndMergeRepeatedOnes) {
  const ObjectPatch patch = object_patch(
      R"({"actions":[{"description":"x"},{"name":3},7,{"name":"b","keyframes":[{"frame":2},{"frame":"3"},5]},)"
      R"({"name":"a","description":"d"},{"name":"b","description":"late","keyframes":[{"frame":-1},{"frame":2,"transform":[9]}]}]})");
  ASSERT_EQ(patch.actions.size(), 2U);
  const Object object = make_record(patch, ObjectId{});
  EXPECT_EQ(object.actions.at("b").description, "late");
  ASSERT_EQ(object.actions.at("b").keyframes.size(), 2U);
  EXPECT_EQ(object.actions.at("b").keyframes.at(2).transform[0], 9);
  EXPECT_EQ(object.actions.at("b").keyframes.begin()->first, -1);
}

TEST(Handles, KeepLeftAndRightApartAndIgnoreTooMany) {
  const auto parsed = parse_object_keyframe(
      R"({"frame":1,"translation_handle":[{"left_type":"l","left_x":1,"left_y":2,"right_type":"r","right_x":3,"right_y":4},)"
      R"(5,{"right_y":[]},{"left_x":99}],"rotation_handle":[{"left_x":10},{},{},{"left_x":13},{"left_x":14}],)"
      R"("scale_handle":[{},{},{"right_x":0.5}]})");
  ASSERT_TRUE(parsed);
  ObjectKeyframe keyframe;
  apply(parsed->patch, keyframe);
  ASSERT_TRUE(keyframe.handles);
  EXPECT_EQ((*keyframe.handles)[0], (Handle{"l", 1, 2, "r", 3, 4}));
  EXPECT_EQ((*keyframe.handles)[2], Handle{});
  EXPECT_EQ((*keyframe.handles)[3].left_x, 10);
  EXPECT_EQ((*keyframe.handles)[6].left_x, 13);
  EXPECT_EQ((*keyframe.handles)[7], Handle{});
  EXPECT_EQ((*keyframe.handles)[9].right_x, 0.5);
}

TEST(Handles, DefaultOnesAreNotKept) {
  const auto parsed = parse_object_keyframe(R"({"frame":1,"translation_handle":[{"left_x":0.0},{},{}]})");
  ObjectKeyframe keyframe;
  apply(parsed->patch, keyframe);
  EXPECT_FALSE(keyframe.handles);
}

TEST(PropertyPatch, ReadsBareAndWrappedValues) {
  const PropertyPatch patch =
      property_patch(R"({"values":[1,{"value":2,"left_x":1},null,"x",{"no":1},3.5,4,5]})");
  EXPECT_EQ(patch.count, 4);
  EXPECT_THAT(patch.values, ElementsAre(1, 2, 3.5, 4));
  EXPECT_EQ(property_patch(R"({"values":3})").count, 0);
  EXPECT_EQ(property_patch(R"({"values":[]})").count, 0);
}

TEST(PropertyKeyframe, TakesBareNumbersAndKeepsWhatIsAbsent) {
  const auto first = parse_property_keyframe(R"({"frame":1,"values":[{"value":1,"left_x":7},2]})");
  PropertyKeyframe keyframe;
  apply(first->patch, keyframe);
  EXPECT_EQ(keyframe.count, 2);
  const auto second = parse_property_keyframe(R"({"values":[{"right_y":8},{"value":20},30]})");
  EXPECT_FALSE(second->frame);
  apply(second->patch, keyframe);
  EXPECT_EQ(keyframe.count, 3);
  EXPECT_THAT(keyframe.values, ElementsAre(1, 20, 30, 0));
  EXPECT_EQ((*keyframe.handles)[0], (Handle{"", 7, 0, "", 0, 8}));
  const auto third = parse_property_keyframe(R"({"values":[5]})");
  apply(third->patch, keyframe);
  EXPECT_EQ(keyframe.count, 1);
  EXPECT_THAT(keyframe.values, ElementsAre(5, 0, 0, 0));
}

TEST(Limits, RefuseWhatIsTooLong) {
  const std::string long_text(kTextBytesMax + 1, 'x');
  const std::string fitting(kTextBytesMax, 'x');
  EXPECT_TRUE(parse_object_list(R"({"objects":[{"name":")" + fitting + R"("}]})"));
  for (const char* field : {"name", "scene", "type", "subtype", "owner", "parent", "asset_sub_id"}) {
    EXPECT_EQ(object_error(R"({"objects":[{")" + std::string(field) + R"(":")" + long_text + R"("}]})"),
              RequestError::Kind::kRefused);
  }
  EXPECT_EQ(object_error(R"({"objects":[{"scene":"a\nb"}]})"), RequestError::Kind::kRefused);
  json assets = json::array();
  for (std::size_t i = 0; i <= kAssetsMax; ++i) assets.push_back(std::to_string(i));
  EXPECT_EQ(object_error(json{{"objects", {{{"assets", assets}}}}}.dump()), RequestError::Kind::kRefused);
  json actions = json::array();
  for (std::size_t i = 0; i <= kActionsMax; ++i) actions.push_back({{"name", std::to_string(i)}});
  EXPECT_EQ(object_error(json{{"objects", {{{"actions", actions}}}}}.dump()), RequestError::Kind::kRefused);
  std::string frames;
  for (std::size_t i = 0; i <= kKeyframesMax; ++i)
    frames += (i ? "," : "") + (R"({"frame":)" + std::to_string(i)) + "}";
  const auto action = parse_object_action(R"({"name":"a","keyframes":[)" + frames + "]}");
  ASSERT_FALSE(action);
  EXPECT_EQ(action.error().kind, RequestError::Kind::kRefused);
  json elements = json::array();
  for (std::size_t i = 0; i <= kElementsMax; ++i) elements.push_back(json::object());
  EXPECT_EQ(object_error(json{{"objects", elements}}.dump()), RequestError::Kind::kRefused);
}

TEST(EventRequest, KnowsItsSixTypes) {
  for (const int type : {1, 16, 20}) {
    const auto event = parse_event(R"({"msg_type":)" + std::to_string(type) + R"(,"key":"k"})");
    ASSERT_TRUE(event);
    EXPECT_EQ(static_cast<int>(event->type), type);
    EXPECT_EQ(std::get<ObjectPatch>(event->patch).key, "k");
  }
  for (const int type : {9, 24, 28}) {
    const auto event = parse_event(R"({"msg_type":)" + std::to_string(type) + "}");
    ASSERT_TRUE(event);
    EXPECT_TRUE(std::holds_alternative<PropertyPatch>(event->patch));
  }
  EXPECT_TRUE(parse_event(R"({"msg_type":1.0})"));
  EXPECT_EQ(parse_event(R"({"msg_type":0})").error(), EventError::kUnknownType);
  EXPECT_EQ(parse_event(R"({"msg_type":3})").error(), EventError::kUnknownType);
  EXPECT_EQ(parse_event(R"({"msg_type":-9999})").error(), EventError::kMalformed);
  EXPECT_EQ(parse_event(R"({"msg_type":"1"})").error(), EventError::kMalformed);
  EXPECT_EQ(parse_event(R"({"msg_type":1.5})").error(), EventError::kMalformed);
  EXPECT_EQ(parse_event("[1]").error(), EventError::kMalformed);
  EXPECT_EQ(parse_event("").error(), EventError::kMalformed);
}

Object full_object() {
  Object object = make_record(
      object_patch(
          R"({"name":"n\"é","scene":"s","type":"t","subtype":"u","owner":"o","parent":"p","asset_sub_id":"i",)"
          R"("assets":["a","b"],"transform":[0.1,2,3],"actions":[{"name":"z"},{"name":"a","description":"d",)"
          R"("owner":"x","keyframes":[{"frame":7,"owner":"w","transform":[4],"scale_handle":[{"left_x":1}]},{"frame":-5}]}]})"),
      ObjectId::parse("5b98880a270698496c36e392").value());
  return object;
}

TEST(RecordJson, WritesAnObjectInTheContractsOrder) {
  std::string text;
  aesel::json::Writer writer(text);
  Object object;
  object.id = ObjectId::parse("5B98880A270698496C36E392").value();
  object.name = "n";
  object.scene = "s";
  object.owner = "o";
  object.assets = {"a"};
  object.transform[3] = 0.1;
  write_record(writer, MessageType::kObjectGet, object);
  EXPECT_EQ(
      text,
      R"({"msg_type":2,"key":"5b98880a270698496c36e392","name":"n","scene":"s","owner":"o","parent":"",)"
      R"("transform":[1.0,0.0,0.0,0.1,0.0,1.0,0.0,0.0,0.0,0.0,1.0,0.0,0.0,0.0,0.0,1.0],"assets":["a"],"actions":[]})");
}

TEST(RecordJson, WritesKeyframesInFullAndSigned) {
  const json written = to_json(MessageType::kObjectGet, full_object());
  ASSERT_EQ(written["actions"].size(), 2U);
  const json& action = written["actions"][0];
  EXPECT_EQ(action["name"], "a");
  EXPECT_FALSE(action.contains("owner"));
  EXPECT_FALSE(action.contains("key"));
  ASSERT_EQ(action["keyframes"].size(), 2U);
  EXPECT_EQ(action["keyframes"][0]["frame"], -5);
  const json& keyframe = action["keyframes"][1];
  EXPECT_EQ(keyframe["translation_handle"].size(), 3U);
  EXPECT_EQ(keyframe["rotation_handle"].size(), 4U);
  EXPECT_EQ(keyframe["scale_handle"].size(), 3U);
  EXPECT_EQ(keyframe["scale_handle"][0]["left_x"], 1.0);
  EXPECT_FALSE(keyframe.contains("owner"));
}

TEST(RecordJson, WritesPropertyValuesBareAndKeyframeValuesWrapped) {
  const Property property = make_record(
      property_patch(
          R"({"name":"n","parent":"p","scene":"s","values":[100],"actions":[{"name":"a","keyframes":[)"
          R"({"frame":1,"values":[{"value":103}]},{"frame":2}]}]})"),
      PropertyId::parse("5b98880a270698496c36e392").value());
  std::string text;
  aesel::json::Writer writer(text);
  write_record(writer, MessageType::kPropertyGet, property);
  EXPECT_EQ(
      text,
      R"({"msg_type":9,"key":"5b98880a270698496c36e392","name":"n","parent":"p","scene":"s","values":[100.0],)"
      R"("actions":[{"name":"a","keyframes":[{"frame":1,"values":[{"value":103.0,"left_type":"","left_x":0.0,)"
      R"("left_y":0.0,"right_type":"","right_x":0.0,"right_y":0.0}]},{"frame":2}]}]})");
  EXPECT_EQ(to_json(MessageType::kPropertyGet, Property{})["values"], json::array());
}

TEST(Stored, ObjectsComeBackEqual) {
  const Object object = full_object();
  StoredReader reader;
  const auto back = reader.object(object.id.text(), stored_body(object), stored_state(object));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, object);
  EXPECT_EQ(stored_state(object).size(), 128U);
  const Object empty{};
  EXPECT_EQ(stored_body(empty), "{}");
  EXPECT_EQ(*reader.object(empty.id.text(), "{}", stored_state(empty)), empty);
  EXPECT_EQ(*reader.object(empty.id.text(), "{}", ""), empty);
}

TEST(Stored, PropertiesComeBackEqual) {
  const Property property = make_record(
      property_patch(
          R"({"name":"n","parent":"p","scene":"s","asset_sub_id":"i","values":[1,-0.5,3],)"
          R"("actions":[{"name":"a","description":"d","keyframes":[{"frame":1,"values":[{"value":103,"right_x":2},4]},)"
          R"({"frame":2}]}]})"),
      PropertyId::parse("5b98880a270698496c36e392").value());
  StoredReader reader;
  const auto back = reader.property(property.id.text(), stored_body(property), stored_state(property));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, property);
  EXPECT_EQ(stored_state(property).size(), 24U);
}

TEST(Stored, BadDocumentsSayWhy) {
  StoredReader reader;
  const std::string key = "5b98880a270698496c36e392";
  EXPECT_FALSE(reader.object("short", "{}", ""));
  EXPECT_FALSE(reader.object(key, "{", ""));
  EXPECT_FALSE(reader.object(key, "[]", ""));
  EXPECT_FALSE(reader.object(key, R"({"name":3})", ""));
  EXPECT_FALSE(reader.object(key, R"({"assets":[3]})", ""));
  EXPECT_FALSE(reader.object(key, R"({"actions":[{"keyframes":[]}]})", ""));
  EXPECT_FALSE(reader.object(key, R"({"actions":[{"name":"a","keyframes":[{"frame":1.5}]}]})", ""));
  EXPECT_FALSE(
      reader.object(key, R"({"actions":[{"name":"a","keyframes":[{"frame":1,"transform":[1]}]}]})", ""));
  EXPECT_FALSE(
      reader.object(key, R"({"actions":[{"name":"a","keyframes":[{"frame":1,"handles":[[1]]}]}]})", ""));
  EXPECT_EQ(reader.object(key, "{}", "abc").error().message, "state: expected 128 bytes");
  EXPECT_FALSE(reader.property(key, "{}", std::string(40, 'x')));
  EXPECT_TRUE(reader.object(key, R"({"from_the_future":[1]})", ""));
}

TEST(EventChange, PrefixAndEventAgree) {
  const Object object = full_object();
  std::string event, prefix;
  render_event(ObjectChange{MessageType::kObjectUpdate, object, std::nullopt, {}, {}}, event);
  append_event_prefix(object, prefix);
  std::string built = R"({"msg_type":1,)" + prefix;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i > 0) built += ',';
    aesel::json::append_real(built, object.transform[i]);
  }
  built += R"(],"assets":[],"actions":[]})";
  wire::pad_for_base64(built);
  EXPECT_EQ(event, built);
  EXPECT_EQ(wire::count_base64_characters(event) % 4, 0U);
  EXPECT_EQ(json::parse(event)["name"], "n\"é");
}

TEST(EventChange, LeavesOutActionsOrKeyframesWhenTooLarge) {
  Object object = full_object();
  ObjectActionContent content{"a", "d", "", {}};
  for (int i = 0; i < 40; ++i) content.keyframes[i];
  const std::vector<ObjectActionContent> actions{content};
  std::string event;
  for (const MessageType type : {MessageType::kObjectCreate, MessageType::kObjectUpdate}) {
    render_event(ObjectChange{type, object, std::nullopt, {}, actions}, event);
    EXPECT_EQ(json::parse(event)["actions"].size(), 0U);
    EXPECT_LE(event.size(), kEventBodyBytesMax);
  }
  render_event(ObjectChange{MessageType::kObjectActionCreate, object, std::nullopt, {}, actions}, event);
  EXPECT_EQ(json::parse(event)["actions"][0]["name"], "a");
  EXPECT_EQ(json::parse(event)["actions"][0]["keyframes"].size(), 0U);
  const std::vector<ObjectActionContent> small{{"a", "d", "k", {}}};
  render_event(ObjectChange{MessageType::kObjectCreate, object, std::nullopt, {}, small}, event);
  EXPECT_EQ(json::parse(event)["actions"][0]["key"], "k");
}

}  // namespace
}  // namespace aesel::objects
