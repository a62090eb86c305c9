// What the reader takes, and one test per rule for what it refuses and how it says so.
#include "motion/bvh_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace aesel::motion {
namespace {

std::string error_of(std::string_view text) {
  const auto motion = read_bvh(text);
  return motion ? "no error" : motion.error().text();
}

/// A hierarchy of one joint with the given lines in its block.
std::string with_block(std::string_view lines) {
  return fmt::format("HIERARCHY\nROOT hip\n{{\n{}}}\nMOTION\nFrames: 1\nFrame Time: 0.1\n0\n", lines);
}
/// A valid hierarchy with two channels and the given text after MOTION.
std::string with_motion(std::string_view text) {
  return fmt::format("HIERARCHY\nROOT a\n{{\nOFFSET 0 0 0\nCHANNELS 2 Xposition Yrotation\n}}\nMOTION\n{}",
                     text);
}

TEST(BvhReader, ReadsJointsParentsOffsetsAndChannels) {
  const auto motion = read_bvh(
      "HIERARCHY\nROOT hip\n{\n OFFSET 1 2.5 -3e-1\n CHANNELS 4 Zrotation Xposition Yposition Zposition\n"
      " JOINT left knee\n {\n  OFFSET 0 +1 0\n  End Site\n  {\n   OFFSET 9 9 9\n  }\n }\n"
      " JOINT head {\n  CHANNELS 1 Yrotation\n  OFFSET 0 2 0 }\n}\n"
      "MOTION\nFrames: 2\nFrame Time: 0.04\n1 2 3 4 5\n6 7 8 9 10\n");
  ASSERT_TRUE(motion) << motion.error().text();
  ASSERT_EQ(motion->joints.size(), 3u);
  const auto& [hip, knee, head] = std::tie(motion->joints[0], motion->joints[1], motion->joints[2]);
  EXPECT_EQ(hip.name, "hip");
  EXPECT_FALSE(hip.parent);
  EXPECT_EQ(hip.offset, (std::array{1.0, 2.5, -0.3}));
  ASSERT_EQ(hip.channel_count, 4u);
  EXPECT_EQ(hip.channels[0], Channel::kZRotation);
  EXPECT_EQ(hip.channels[3], Channel::kZPosition);
  EXPECT_EQ(knee.name, "left knee");
  EXPECT_EQ(knee.parent, 0u);
  EXPECT_EQ(knee.channel_count, 0u);
  EXPECT_EQ(head.name, "head");
  EXPECT_EQ(head.parent, 0u);
  EXPECT_EQ(head.channel_begin, 4u);
  EXPECT_EQ(motion->frame_count, 2u);
  EXPECT_EQ(motion->frame_time_s, 0.04);
  EXPECT_EQ(motion->values, (std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST(BvhReader, TakesWindowsLinesTabsCaseAndByteOrderMark) {
  const auto motion = read_bvh(
      "\xEF\xBB\xBFhierarchy\r\nRoot\ta\t\r\n{\r\n\tOffset\t0 0 0\r\n\tChannels 1 XROTATION\r\n"
      "\tEND SITE\r\n\t{ OFFSET 0 0 0 }\r\n}\r\nmotion\r\nframes:\t1\r\nframe  time :.5\r\n\r\n\t90 "
      "\r\n\r\n");
  ASSERT_TRUE(motion) << motion.error().text();
  EXPECT_EQ(motion->joints[0].name, "a");
  EXPECT_EQ(motion->frame_time_s, 0.5);
  EXPECT_EQ(motion->values, (std::vector<double>{90}));
}

TEST(BvhReader, TakesSeveralRoots) {
  const auto motion = read_bvh(
      "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n}\nROOT b\n{\nOFFSET 0 0 0\nCHANNELS 0\n}\n"
      "MOTION\nFrames: 1\nFrame Time: 1\n7");
  ASSERT_TRUE(motion) << motion.error().text();
  ASSERT_EQ(motion->joints.size(), 2u);
  EXPECT_FALSE(motion->joints[1].parent);
}

TEST(BvhReader, MakesRepeatedNamesUnique) {
  const auto motion = read_bvh(
      "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\nJOINT a#2\n{\nOFFSET 0 0 0\n}\n"
      "JOINT a\n{\nOFFSET 0 0 0\n}\nJOINT a\n{\nOFFSET 0 0 0\n}\n}\nMOTION\nFrames: 1\nFrame Time: 1\n7");
  ASSERT_TRUE(motion) << motion.error().text();
  EXPECT_EQ(motion->joints[1].name, "a#2");
  EXPECT_EQ(motion->joints[2].name, "a#3");
  EXPECT_EQ(motion->joints[3].name, "a#4");
}

TEST(BvhReader, TakesNumbersTooSmallForADoubleAsZero) {
  const auto motion = read_bvh(with_motion("Frames: 1\nFrame Time: 1\n1e-999 -1e-999\n"));
  ASSERT_TRUE(motion) << motion.error().text();
  EXPECT_EQ(motion->values[0], 0);
}

TEST(BvhReader, CountsLonelyCarriageReturnsAsLines) {
  EXPECT_EQ(error_of("HIERARCHY\r\r\rLEAF"), "line 4: found \"LEAF\", expected ROOT");
}

TEST(BvhReaderErrors, EmptyAndWrongBeginning) {
  EXPECT_EQ(error_of(""), "line 1: found the end of the file, expected HIERARCHY");
  EXPECT_EQ(error_of("\n\n<html>"), "line 3: found \"<html>\", expected HIERARCHY");
}

TEST(BvhReaderErrors, NoRoot) {
  EXPECT_EQ(error_of("HIERARCHY\nMOTION\n"), "line 2: found \"MOTION\", expected ROOT");
}

TEST(BvhReaderErrors, SomethingElseAfterTheRoots) {
  EXPECT_EQ(error_of("HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\n}\nJOINT b"),
            "line 6: found \"JOINT\", expected ROOT or MOTION");
}

TEST(BvhReaderErrors, NoChannelsAtAll) {
  EXPECT_EQ(error_of(with_block("OFFSET 0 0 0\n")),
            "line 6: found a hierarchy without channels, expected at least one joint with CHANNELS, so that "
            "something moves");
}

TEST(BvhReaderErrors, MissingName) {
  EXPECT_EQ(error_of("HIERARCHY\nROOT\n{"),
            "line 2: found no name, expected the joint's name on the same line");
}

TEST(BvhReaderErrors, NameTooLong) {
  EXPECT_EQ(error_of("HIERARCHY\nROOT " + std::string(257, 'n')),
            "line 2: found a name of 257 bytes, expected at most 256 bytes");
}

TEST(BvhReaderErrors, NameNotText) {
  EXPECT_EQ(error_of("HIERARCHY\nROOT a\x01\xC3("),
            "line 2: found \"a\\x01\\xc3(\", expected a name in UTF-8 without control characters");
  for (const char* bad :
       {"\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80", "\xF4\x90\x80\x80"}) {
    EXPECT_NE(error_of(fmt::format("HIERARCHY\nROOT {}\n", bad)).find("UTF-8"), std::string::npos);
  }
  EXPECT_EQ(error_of("HIERARCHY\nROOT H\xC3\xBC"
                     "fte \xE2\x82\xAC \xF0\x9F\x95\xBA\n"),
            "line 3: found the end of the file, expected {");
}

TEST(BvhReaderErrors, MissingBrace) {
  EXPECT_EQ(error_of("HIERARCHY\nROOT a\nOFFSET 0 0 0"), "line 3: found \"OFFSET\", expected {");
}

TEST(BvhReaderErrors, UnclosedBlock) {
  EXPECT_EQ(error_of("HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\n"),
            "line 5: found the end of the file, expected a } to close joint \"a\"");
}

TEST(BvhReaderErrors, UnknownStatement) {
  EXPECT_EQ(error_of(with_block("OFSET 0 0 0\n")),
            "line 4: found \"OFSET\", expected OFFSET, CHANNELS, JOINT, End Site or }");
}

TEST(BvhReaderErrors, EndWithoutSite) {
  EXPECT_EQ(error_of(with_block("OFFSET 0 0 0\nEnd Effector\n")),
            "line 5: found \"Effector\", expected Site");
}

TEST(BvhReaderErrors, ChildOfAnEndSite) {
  EXPECT_EQ(error_of(with_block("OFFSET 0 0 0\nEnd Site\n{\nJOINT b\n")),
            "line 7: found \"JOINT\", expected OFFSET or } in an End Site");
}

TEST(BvhReaderErrors, MissingOffset) {
  EXPECT_EQ(error_of(with_block("CHANNELS 1 Xrotation\n")),
            "line 5: found \"}\", expected OFFSET before the end of joint \"hip\"");
  EXPECT_EQ(error_of(with_block("OFFSET 0 0 0\nEnd Site\n{ }\n")),
            "line 6: found \"}\", expected OFFSET before the end of the End Site of \"hip\"");
}

TEST(BvhReaderErrors, OffsetThatIsNoNumber) {
  EXPECT_EQ(error_of(with_block("OFFSET 0 zero 0\n")),
            "line 4: found \"zero\", expected y of OFFSET, a number between -1e12 and 1e12");
  EXPECT_EQ(error_of(with_block("OFFSET 0 0\n")),
            "line 5: found \"}\", expected z of OFFSET, a number between -1e12 and 1e12");
}

TEST(BvhReaderErrors, NumbersThatAreNotFinite) {
  for (const char* bad : {"nan", "inf", "-inf", "1e999", "2e12", "0x10", "1,5", "+-1", "1.0.0"}) {
    EXPECT_NE(error_of(with_block(fmt::format("OFFSET {} 0 0\n", bad))).find("expected x of OFFSET"),
              std::string::npos)
        << bad;
  }
}

TEST(BvhReaderErrors, SecondOffsetOrChannels) {
  EXPECT_EQ(error_of(with_block("OFFSET 0 0 0\nOFFSET 0 0 0\n")),
            "line 5: found a second OFFSET, expected one in joint \"hip\"");
  EXPECT_EQ(error_of(with_block("CHANNELS 0\nCHANNELS 0\n")),
            "line 5: found a second CHANNELS, expected one in joint \"hip\"");
}

TEST(BvhReaderErrors, OffsetOrChannelsAfterAChild) {
  EXPECT_EQ(error_of(with_block("End Site\n{\nOFFSET 0 0 0\n}\nOFFSET 0 0 0\n")),
            "line 8: found OFFSET after a child, expected OFFSET before the children of joint \"hip\"");
  EXPECT_EQ(error_of(with_block("End Site\n{\nOFFSET 0 0 0\n}\nCHANNELS 0\n")),
            "line 8: found CHANNELS after a child, expected CHANNELS before the children of joint \"hip\"");
}

TEST(BvhReaderErrors, ChannelCount) {
  for (const char* bad : {"7", "-1", "three", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(error_of(with_block(fmt::format("CHANNELS {} Xrotation\n", bad))),
              fmt::format("line 4: found \"{}\", expected the number of CHANNELS, 0 to 6", bad));
  }
}

TEST(BvhReaderErrors, UnknownOrMissingChannel) {
  const char* expected = "a channel: Xposition, Yposition, Zposition, Xrotation, Yrotation or Zrotation";
  EXPECT_EQ(error_of(with_block("CHANNELS 1 Wrotation\n")),
            fmt::format("line 4: found \"Wrotation\", expected {}", expected));
  EXPECT_EQ(error_of(with_block("CHANNELS 2 Xrotation\n")),
            fmt::format("line 5: found \"}}\", expected {}", expected));
}

TEST(BvhReaderErrors, ChannelTwice) {
  EXPECT_EQ(error_of(with_block("CHANNELS 2 Xrotation xrotation\n")),
            "line 4: found \"xrotation\", expected each channel of \"hip\" only once");
}

TEST(BvhReaderErrors, TooManyJoints) {
  std::string text = "HIERARCHY\n";
  for (std::size_t i = 0; i <= kJointsMax; ++i) text += "ROOT a\n{ OFFSET 0 0 0 }\n";
  EXPECT_EQ(error_of(text), "line 20002: found more than 10000 joints, expected at most 10000");
}

TEST(BvhReaderErrors, TooDeep) {
  std::string text = "HIERARCHY\nROOT a\n{\n";
  for (std::size_t i = 0; i < kDepthMax; ++i) text += "JOINT b\n{\n";
  EXPECT_EQ(error_of(text), "line 1027: found a block nested 513 deep, expected at most 512 levels");
}

TEST(BvhReaderErrors, FrameCount) {
  for (const char* bad : {"0", "-3", "many", "1e3", "99999999999999999999"}) {
    EXPECT_EQ(error_of(with_motion(fmt::format("Frames: {}\nFrame Time: 1\n", bad))),
              fmt::format("line 8: found \"{}\", expected the number of frames, 1 or more", bad));
  }
  EXPECT_EQ(error_of(with_motion("Frames 3")), "line 8: found \"3\", expected :");
  EXPECT_EQ(error_of(with_motion("1 2 3")), "line 8: found \"1\", expected Frames");
}

TEST(BvhReaderErrors, FrameTime) {
  for (const char* bad : {"0", "-0.04", "nan", "fast", "1e-7", "1e7"}) {
    EXPECT_EQ(error_of(with_motion(fmt::format("Frames: 1\nFrame Time: {}\n1 2\n", bad))),
              fmt::format(
                  "line 9: found \"{}\", expected the time of a frame in seconds, 0.000001 to 1000000", bad));
  }
  EXPECT_EQ(error_of(with_motion("Frames: 1\nFrame Tempo: 1\n")), "line 9: found \"Tempo\", expected Time");
}

TEST(BvhReaderErrors, FrameOfAnotherLength) {
  EXPECT_EQ(error_of(with_motion("Frames: 2\nFrame Time: 1\n1 2\n3\n")),
            "line 11: found 1 numbers, expected 2 for a frame, one per channel");
  EXPECT_EQ(error_of(with_motion("Frames: 2\nFrame Time: 1\n1 2 3\n3 4\n")),
            "line 10: found more than 2 numbers, expected 2 for a frame, one per channel");
}

TEST(BvhReaderErrors, FrameWithSomethingElse) {
  EXPECT_EQ(error_of(with_motion("Frames: 1\nFrame Time: 1\n1 1,5\n")),
            "line 10: found \"1,5\", expected a number between -1e12 and 1e12");
}

TEST(BvhReaderErrors, FewerFramesThanPromised) {
  EXPECT_EQ(error_of(with_motion("Frames: 3\nFrame Time: 1\n1 2\n3 4\n")),
            "line 12: found the end of the file after 2 frames, expected 3 frames, as Frames: says");
}

TEST(BvhReaderErrors, HugeFrameCountCostsNothing) {
  EXPECT_EQ(
      error_of(with_motion("Frames: 18446744073709551615\nFrame Time: 1\n1 2\n")),
      "line 11: found the end of the file after 1 frames, expected 18446744073709551615 frames, as Frames: "
      "says");
}

TEST(BvhReaderErrors, MoreFramesThanPromised) {
  EXPECT_EQ(error_of(with_motion("Frames: 1\nFrame Time: 1\n1 2\n3 4\n")),
            "line 11: found \"3\", expected the end of the file after 1 frames, as Frames: says");
}

TEST(BvhReaderErrors, LongGarbageIsCut) {
  EXPECT_EQ(error_of(std::string(1000, 'x')),
            fmt::format("line 1: found \"{}...\", expected HIERARCHY", std::string(40, 'x')));
}

TEST(BvhReaderErrors, FileThatIsNotThere) {
  const auto motion = read_bvh_file("no/such/file.bvh");
  ASSERT_FALSE(motion);
  EXPECT_EQ(motion.error().text(), "found No such file or directory, expected a BVH file");
}

TEST(BvhReaderErrors, FileThatIsADirectory) {
  const auto motion = read_bvh_file(".");
  ASSERT_FALSE(motion);
  EXPECT_EQ(motion.error().text(), "found Is a directory, expected a BVH file");
}

}  // namespace
}  // namespace aesel::motion
