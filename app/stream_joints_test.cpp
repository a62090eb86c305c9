// The texts that `aesel stream` sends.
#include "app/stream_joints.hpp"

#include <gtest/gtest.h>

#include "motion/bvh_reader.hpp"

namespace aesel::app {
namespace {

motion::Motion two_joints() {
  const auto motion = motion::read_bvh(
      "HIERARCHY\nROOT hip\n{\nOFFSET 0 1 0\nCHANNELS 2 Xposition Zrotation\nJOINT knee\n{\nOFFSET 2 0 "
      "0\n}\n}\n"
      "MOTION\nFrames: 2\nFrame Time: 0.5\n3 90\n4 90\n");
  EXPECT_TRUE(motion) << motion.error().text();
  return *motion;
}

TEST(StreamJoints, HavePrefixedNamesParentsAndScaledFirstFrame) {
  const auto joints = describe_joints(two_joints(), {.prefix = "bob.", .scale = 0.5});
  ASSERT_EQ(joints.size(), 2u);
  EXPECT_EQ(joints[0].name, "bob.hip");
  EXPECT_EQ(joints[0].parent, "");
  EXPECT_EQ(joints[1].name, "bob.knee");
  EXPECT_EQ(joints[1].parent, "bob.hip");
  EXPECT_NEAR(joints[1].first[3], 1.5, 1e-12);
  EXPECT_NEAR(joints[1].first[7], 1.5, 1e-12);
  EXPECT_NEAR(joints[1].first[4], 1, 1e-12);  // rotations are not scaled
}

std::vector<JointObject> plain_joints() {
  JointObject hip{.name = "hip", .parent = "", .first = {1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}};
  JointObject knee{.name = "a \"knee\"", .parent = "hip", .first = hip.first};
  return {hip, knee};
}

TEST(StreamJoints, QueryAsksForEachByNameSceneAndType) {
  EXPECT_EQ(query_body(plain_joints(), "s"),
            R"({"num_records":1,"objects":[{"name":"hip","scene":"s","type":"joint"},)"
            R"({"name":"a \"knee\"","scene":"s","type":"joint"}]})");
}

TEST(StreamJoints, CreateGivesParentAndTransform) {
  const std::string matrix = "[1.0,0.0,0.0,0.5,0.0,1.0,0.0,0.0,0.0,0.0,1.0,0.0,0.0,0.0,0.0,1.0]";
  EXPECT_EQ(create_body(plain_joints(), "s"),
            R"({"num_records":1,"objects":[{"name":"hip","scene":"s","type":"joint","transform":)" + matrix +
                R"(},{"name":"a \"knee\"","scene":"s","type":"joint","parent":"hip","transform":)" + matrix +
                "}]}");
}

TEST(StreamJoints, ReparentNamesTheParentOnly) {
  EXPECT_EQ(reparent_body(plain_joints()[1], "s"),
            R"({"num_records":1,"objects":[{"scene":"s","parent":"hip"}]})");
}

TEST(StreamJoints, ActionHasAKeyframePerFrame) {
  const motion::Matrix matrix{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const std::string text = "[0.0,1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0]";
  EXPECT_EQ(action_body({.name = "walk", .description = "d", .scene = "s"}, std::vector{matrix, matrix}),
            R"({"name":"walk","description":"d","scene":"s","keyframes":[{"frame":0,"transform":)" + text +
                R"(},{"frame":1,"transform":)" + text + "}]}");
}

TEST(EventText, IsOneCompactObjectWithShortestNumbers) {
  EventText text({.key = "0123456789abcdef01234567", .name = "hip", .scene = "s"});
  motion::Matrix matrix{1, 0, 0, 0.1, 0, 1, 0, -2, 0, 0, 1, 1e300, 0, 0, 0, 1};
  const std::string head =
      R"({"msg_type":1,"key":"0123456789abcdef01234567","name":"hip","scene":"s","transform":)";
  EXPECT_EQ(text.moved_to(matrix),
            head + "[1.0,0.0,0.0,0.1,0.0,1.0,0.0,-2.0,0.0,0.0,1.0,1e+300,0.0,0.0,0.0,1.0]}");
  matrix[3] = 7;
  matrix[11] = 0;
  EXPECT_EQ(text.moved_to(matrix),
            head + "[1.0,0.0,0.0,7.0,0.0,1.0,0.0,-2.0,0.0,0.0,1.0,0.0,0.0,0.0,0.0,1.0]}");
}

TEST(EventText, StaysWhereItIs) {
  EventText text({.key = "k", .name = "n", .scene = "s"});
  motion::Matrix longest;
  longest.fill(-1.2345678901234567e-300);
  const char* const before = text.moved_to({}).data();
  EXPECT_EQ(text.moved_to(longest).data(), before);
}

}  // namespace
}  // namespace aesel::app
