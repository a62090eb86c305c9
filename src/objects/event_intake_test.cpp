#include "objects/event_intake.hpp"

#include <gtest/gtest.h>

#include "json/value.hpp"

namespace aesel::objects {
namespace {

constexpr char kKey[] = "5b98880a270698496c36e392";

class Recorder final : public stream::Publisher {
 public:
  stream::PublishOutcome publish(const stream::Event& event) override {
    pending_.push_back(event);
    return stream::PublishOutcome::kSent;
  }
  /// Copies only now: until then the views must have stayed valid.
  void flush() override {
    for (const stream::Event& event : pending_) sent.emplace_back(event.scene, event.body);
    pending_.clear();
  }
  Result<void> check() override { return {}; }
  std::vector<std::pair<std::string, std::string>> sent;

 private:
  std::vector<stream::Event> pending_;
};

class EventIntakeTest : public testing::Test {
 protected:
  EventIntakeTest() {
    Object object;
    object.id = *ObjectId::parse(kKey);
    object.name = "lamp";
    object.scene = "s";
    object_ = &objects_.insert(std::move(object));
    Property property;
    property.id = *PropertyId::parse(kKey);
    property.name = "heat";
    property.scene = "s";
    property_ = &properties_.insert(std::move(property));
  }

  void receive(const std::string& json) {
    std::string padded = json + std::string(net::kDatagramSlack, '\0');
    const net::Datagram datagram{{padded.data(), json.size()}, &from_, 1};
    intake_.on_datagram(datagram);
    held_.push_back(std::move(padded));  // a batch's bytes stay until its end
  }
  void end_batch() {
    intake_.on_batch_end();
    held_.clear();
  }
  static std::string move(double x, const std::string& more = "") {
    std::string json =
        R"({"msg_type":1,"key":")" + std::string(kKey) + "\"" + more + R"(,"transform":[1.0,0.0,0.0,)";
    return json + std::to_string(x) + ",0.0,1.0,0.0,0.0,0.0,0.0,1.0,0.0,0.0,0.0,0.0,1.0]}";
  }
  std::uint64_t dropped(const char* reason) {
    return metrics_.counter("aesel_events_dropped_total", "", "reason=\"" + std::string(reason) + "\"")
        .value();
  }

  ObjectTable objects_;
  PropertyTable properties_;
  ObjectEntry* object_;
  PropertyEntry* property_;
  Recorder publisher_;
  telemetry::Metrics metrics_;
  EventIntake intake_{objects_, properties_, publisher_, metrics_};
  net::Endpoint from_;
  std::vector<std::string> held_;
};

TEST_F(EventIntakeTest, AMoveIsAppliedMarkedAndSentAtTheEndOfTheBatch) {
  receive(move(2.5));
  EXPECT_EQ(object_->record.transform[3], 2.5);
  EXPECT_TRUE(object_->unstored().state);
  EXPECT_FALSE(object_->unstored().body);
  EXPECT_TRUE(publisher_.sent.empty());
  end_batch();
  ASSERT_EQ(publisher_.sent.size(), 1u);
  EXPECT_EQ(publisher_.sent[0].first, "s");
  const auto body = json::parse(publisher_.sent[0].second);
  ASSERT_TRUE(body);
  EXPECT_EQ((*body)["name"], "lamp");
  EXPECT_EQ((*body)["key"], kKey);
  EXPECT_EQ((*body)["transform"][3], 2.5);
  EXPECT_TRUE((*body)["assets"].empty());
}

TEST_F(EventIntakeTest, AMoveLooksLikeTheGeneralRendering) {
  receive(move(2.5));
  receive(move(2.5, R"(,"actions":[{"name":""}])"));  // takes the general path
  end_batch();
  ASSERT_EQ(publisher_.sent.size(), 2u);
  auto fast = *json::parse(publisher_.sent[0].second);
  auto general = *json::parse(publisher_.sent[1].second);
  for (auto* event : {&fast, &general}) {
    event->erase("_");
    event->erase("actions");
  }
  EXPECT_EQ(fast, general);
}

TEST_F(EventIntakeTest, PropertiesMoveToo) {
  receive(R"({"msg_type":9,"key":"5b98880a270698496c36e392","name":"heat","values":[110.0,7]})");
  end_batch();
  EXPECT_EQ(property_->record.count, 2);
  EXPECT_EQ(property_->record.values[0], 110);
  ASSERT_EQ(publisher_.sent.size(), 1u);
  EXPECT_NE(publisher_.sent[0].second.find(R"("values":[110.0,7.0])"), std::string::npos)
      << publisher_.sent[0].second;
}

TEST_F(EventIntakeTest, ManyMovesOfOneBatchKeepTheirOwnBytesAndOrder) {
  for (int i = 0; i < 200; ++i) receive(move(i));  // more than a batch has room for
  end_batch();
  ASSERT_EQ(publisher_.sent.size(), 200u);
  for (int i = 0; i < 200; ++i) {
    const auto body = json::parse(publisher_.sent[static_cast<std::size_t>(i)].second);
    EXPECT_EQ((*body)["transform"][3], i);
  }
}

TEST_F(EventIntakeTest, ARenameInTheMiddleOfABatchLeavesEarlierEventsAlone) {
  receive(move(1));
  receive(move(2, R"(,"name":"lantern","scene":"t")"));
  receive(move(3));
  end_batch();
  ASSERT_EQ(publisher_.sent.size(), 3u);
  EXPECT_EQ(publisher_.sent[0].first, "s");
  EXPECT_NE(publisher_.sent[0].second.find("\"lamp\""), std::string::npos);
  EXPECT_EQ(publisher_.sent[1].first, "t");
  EXPECT_EQ(publisher_.sent[2].first, "t");
  EXPECT_NE(publisher_.sent[2].second.find("\"lantern\""), std::string::npos);
  EXPECT_TRUE(object_->unstored().body);
}

TEST_F(EventIntakeTest, WhatItCannotUseIsCountedAndSendsNothing) {
  for (const char* bad : {"", "x", "{", "[]", "\xff", R"({"msg_type":99,"key":"5b98880a270698496c36e392"})",
                          R"({"msg_type":1,"key":"aaaaaaaaaaaaaaaaaaaaaaaa","transform":[]})"}) {
    receive(bad);
  }
  end_batch();
  EXPECT_TRUE(publisher_.sent.empty());
  EXPECT_EQ(dropped("empty"), 1u);
  EXPECT_EQ(dropped("malformed"), 4u);
  EXPECT_EQ(dropped("unknown_type"), 1u);
  EXPECT_EQ(dropped("unknown_key"), 1u);
  EXPECT_EQ(object_->record.transform, kIdentity);
}

TEST_F(EventIntakeTest, PaddingCanBeLeftOut) {
  EventIntake plain(objects_, properties_, publisher_, metrics_, wire::Padding::kNone);
  std::string bytes = move(0.5);
  for (int digits = 0; digits < 4; ++digits) {  // one of them would need it
    const std::size_t size = bytes.size();
    std::string padded = bytes + std::string(net::kDatagramSlack, '\0');
    plain.on_datagram(net::Datagram{{padded.data(), size}, &from_, 1});
    plain.on_batch_end();
    bytes.replace(bytes.find("0.5"), 3, "0.51");
  }
  for (const auto& [scene, body] : publisher_.sent) EXPECT_EQ(body.find("\"_\""), std::string::npos);
}

}  // namespace
}  // namespace aesel::objects
