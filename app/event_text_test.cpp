#include "app/event_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace aesel::app {
namespace {

EventMatrix some_matrix() {
  EventMatrix matrix;
  for (std::size_t i = 0; i < 16; ++i) matrix[i] = 0.1 * static_cast<double>(i) - 1.0 / 3.0;
  return matrix;
}

TEST(ObjectEvent, IsTheJsonThatClientsSend) {
  const EventMatrix matrix = some_matrix();
  std::string text;
  append_object_event(text, {"5b98880a270698496c36e392", "left \"arm\"", "s", &matrix});
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["msg_type"], 1);
  EXPECT_EQ(json["key"], "5b98880a270698496c36e392");
  EXPECT_EQ(json["name"], "left \"arm\"");
  EXPECT_EQ(json["scene"], "s");
  EXPECT_EQ(json["transform"].get<EventMatrix>(), matrix);
}

TEST(FindTransform, ReadsBackEveryBit) {
  const EventMatrix matrix = some_matrix();
  std::string text;
  append_object_event(text, {"k", "n", "s", &matrix});
  EXPECT_EQ(find_transform(text), matrix);
  EXPECT_EQ(find_key_text(text), "k");
}

TEST(FindTransform, NothingInTextsWithoutOne) {
  for (const char* text : {"", "{}", "{\"transform\":[]}", "{\"transform\":[1,2,3", "{\"transform\":[1;2]}",
                           "{\"transform\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}", "{\"transform\":null}"}) {
    EXPECT_FALSE(find_transform(text)) << text;
  }
  EXPECT_EQ(find_key_text("{\"key\":\"open"), "");
  EXPECT_EQ(find_key_text("{}"), "");
}

TEST(NumberedEvent, CarriesNumberAndRunInValidJsonOfOneLength) {
  NumberedEvent event({"k", "n", "s", nullptr}, 4'123'456'789);
  std::size_t length = 0;
  for (const std::uint64_t number : {0ull, 7ull, 1'234'567ull, 8'999'999'999'999'999ull}) {
    const std::string text(event.with_number(number));
    EXPECT_TRUE(length == 0 || text.size() == length);
    length = text.size();
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["transform"].size(), 16u);
    EXPECT_EQ(json["transform"][15], 1.0);
    // As the server sends it on: printed anew, without the blanks.
    for (const std::string& form : {text, json.dump()}) {
      const auto found = find_number(form);
      ASSERT_TRUE(found) << form;
      EXPECT_EQ(found->number, number);
      EXPECT_EQ(found->run, 4'123'456'789u);
    }
  }
}

TEST(FindNumber, NoneInOrdinaryEvents) {
  const EventMatrix matrix = some_matrix();
  std::string text;
  append_object_event(text, {"k", "n", "s", &matrix});
  EXPECT_FALSE(find_number(text));
  EXPECT_FALSE(find_number("{\"transform\":[0,0,0,-1,0,0,0,5]}"));
  EXPECT_FALSE(find_number("{\"transform\":[0,0,0,1e300,0,0,0,5]}"));
}

}  // namespace
}  // namespace aesel::app
