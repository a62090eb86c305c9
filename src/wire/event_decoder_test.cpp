#include "wire/event_decoder.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace aesel::wire {
namespace {

constexpr char kKey[] = "5b98880a270698496c36e392";

/// Decodes a copy that ends where the slack begins, so that a read beyond it shows under a sanitizer.
struct Decoding {
  explicit Decoding(std::string json)
      : size(json.size()), bytes(std::move(json) + std::string(kDecoderSlack, '\0')) {
    outcome = decoder.decode({bytes.data(), size}, event);
  }
  std::size_t size;
  std::string bytes;
  EventDecoder decoder;
  MoveEvent event;
  Decoded outcome;
};

std::string move_json(const std::string& numbers, const std::string& more = "") {
  return R"({"msg_type":1,"key":")" + std::string(kKey) + R"(","name":"n","scene":"s","transform":[)" +
         numbers + "]" + more + "}";
}

const std::string kNumbers = "1.5,0,-2e3,000000007,0.1,1.0,0.0,0.0,0.0,0.0,1.0,0.0,12.25,3.5,-7.125,1.0";

TEST(EventDecoder, ReadsAMoveAndKeepsTheTextOfItsNumbers) {
  const Decoding d(move_json(kNumbers));
  ASSERT_EQ(d.outcome, Decoded::kMove);
  EXPECT_EQ(d.event.type, 1);
  EXPECT_EQ(format_key(d.event.key), kKey);
  EXPECT_EQ(d.event.name, "n");
  EXPECT_EQ(d.event.scene, "s");
  EXPECT_EQ(d.event.values[0], 1.5);
  EXPECT_EQ(d.event.values[2], -2000);
  EXPECT_EQ(d.event.values[3], 7);
  EXPECT_EQ(d.event.values[14], -7.125);
  EXPECT_EQ(d.event.texts[0], "1.5");
  EXPECT_EQ(d.event.texts[1], "");  // an integer: existing peers need a point
  EXPECT_EQ(d.event.texts[2], "-2e3");
  EXPECT_EQ(d.event.texts[3], "");  // leading zeros are not JSON
}

TEST(EventDecoder, ReadsAPropertysValues) {
  const Decoding d(
      R"({"msg_type": 9, "key": "5b98880a270698496c36e392", "name": null, "values": [ 100.0 , 2.5 ], "actions": []})");
  ASSERT_EQ(d.outcome, Decoded::kMove);
  EXPECT_EQ(d.event.type, 9);
  EXPECT_EQ(d.event.count, 2u);
  EXPECT_EQ(d.event.texts[0], "100.0");
  EXPECT_EQ(d.event.scene, "");
}

TEST(EventDecoder, IgnoresUnknownAndEmptyMembers) {
  EXPECT_EQ(Decoding(move_json(kNumbers,
                               R"(,"actions":[],"assets":null,"type":"","frame":{"a":[1,{}]},"x":"\u00e9")"))
                .outcome,
            Decoded::kMove);
}

TEST(EventDecoder, LeavesTheUnusualToTheGeneralDecoder) {
  const std::string seventeen = kNumbers + ",1.0";
  for (const std::string& json : {std::string(),
                                  std::string("{"),
                                  std::string("[]"),
                                  std::string("3"),
                                  std::string("{}"),
                                  move_json(seventeen),
                                  move_json("1.0"),
                                  move_json(kNumbers, R"(,"actions":[{"name":"a"}])"),
                                  move_json(kNumbers, R"(,"owner":"me")"),
                                  move_json(kNumbers, R"(,"name":"a\nb")"),
                                  move_json(kNumbers, R"(,"key":"Nonexistent")"),
                                  move_json(kNumbers, R"(,"key":null)"),
                                  move_json(kNumbers, R"(,"msg_type":1.0)"),
                                  move_json(kNumbers, R"(,"msg_type":16)"),
                                  move_json(kNumbers, R"(,"transform":[])"),
                                  move_json(kNumbers + ",x"),
                                  move_json("NaN" + kNumbers.substr(3)),
                                  move_json("1e999" + kNumbers.substr(3)),
                                  move_json("null" + kNumbers.substr(3)),
                                  move_json("+1.0" + kNumbers.substr(3)),
                                  move_json(kNumbers) + "trailing",
                                  move_json(kNumbers).substr(0, 100),
                                  move_json(kNumbers, ",\"x\":\"\xff\""),
                                  std::string(65'507, '['),
                                  std::string("{\"a\":") + std::string(60'000, '[')}) {
    EXPECT_EQ(Decoding(json).outcome, Decoded::kGeneral) << json.substr(0, 200);
  }
}

TEST(EventDecoder, SurvivesEveryTruncationAndRandomDamage) {
  const std::string good = move_json(kNumbers, R"(,"actions":[],"x":[{"a":"b"}])");
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_EQ(Decoding(good.substr(0, n)).outcome, Decoded::kGeneral) << n;
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string bad = good;
    for (int k = 0; k < 3; ++k) bad[random() % bad.size()] = static_cast<char>(random());
    const Decoding d(bad);  // any outcome; the views must stay inside the datagram
    if (d.outcome != Decoded::kMove) continue;
    for (std::size_t k = 0; k < d.event.count; ++k) {
      if (d.event.texts[k].empty()) continue;
      EXPECT_GE(d.event.texts[k].data(), d.bytes.data());
      EXPECT_LE(d.event.texts[k].data() + d.event.texts[k].size(), d.bytes.data() + d.size);
    }
  }
}

}  // namespace
}  // namespace aesel::wire
