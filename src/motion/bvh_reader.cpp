// The BVH grammar: a hierarchy of blocks, walked with a stack of our own, then one line of numbers per frame.
#include "motion/bvh_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "motion/bvh_lexer.hpp"
#include "motion/utf8.hpp"

namespace aesel::motion {
namespace {

constexpr std::pair<std::string_view, Channel> kChannelNames[] = {
    {"Xposition", Channel::kXPosition}, {"Yposition", Channel::kYPosition},
    {"Zposition", Channel::kZPosition}, {"Xrotation", Channel::kXRotation},
    {"Yrotation", Channel::kYRotation}, {"Zrotation", Channel::kZRotation}};

std::optional<Channel> channel_named(std::string_view word) {
  for (const auto& [name, channel] : kChannelNames) {
    if (same_word(word, name)) return channel;
  }
  return std::nullopt;
}

/// A finite number of at most kMagnitudeMax; too small for a double is 0.
std::optional<double> parse_number(std::string_view word) {
  if (word.starts_with('+') && !word.starts_with("+-")) word.remove_prefix(1);
  double value = 0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) value = std::strtod(std::string(word).c_str(), nullptr);
  if (!(std::abs(value) <= kMagnitudeMax)) return std::nullopt;
  return value;
}

std::optional<std::size_t> parse_count(std::string_view word) {
  std::size_t value = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || stop != word.data() + word.size()) return std::nullopt;
  return value;
}

/// Appends "#2", "#3", ... to names that were used before.
class UniqueNames {
 public:
  std::string take(std::string_view wanted) {
    std::string name(wanted);
    if (used_.insert(name).second) return name;
    std::size_t& count = counts_.try_emplace(name, 1).first->second;
    do {
      name = fmt::format("{}#{}", wanted, ++count);
    } while (!used_.insert(name).second);
    return name;
  }

 private:
  std::unordered_set<std::string> used_;
  std::unordered_map<std::string, std::size_t> counts_;
};

/// Reads one text, once. Functions answer false after they have set error_.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Result<Motion, BvhError> run() {
    if (!hierarchy() || !motion_head() || !frames()) return std::move(error_);
    return std::move(motion_);
  }

 private:
  enum class Kind { kJoint, kEndSite };
  struct Block {
    Kind kind = Kind::kJoint;
    std::uint32_t joint = 0;  // the joint itself, or the one that the end site belongs to
    bool has_offset = false;
    bool has_channels = false;
    bool has_children = false;
  };

  bool fail(std::size_t line, std::string found, std::string expected) {
    error_ = {line, std::move(found), std::move(expected)};
    return false;
  }
  bool fail(const BvhWord& word, std::string expected) {
    return fail(word.line, quoted(word.text), std::move(expected));
  }

  bool expect(std::string_view wanted);
  bool number(double& into, std::string_view what);

  bool hierarchy();
  bool blocks();
  bool statement(const BvhWord& word);
  bool open_joint(std::optional<std::uint32_t> parent);
  bool open_end_site();
  bool open_block(Block block);
  bool close_block(const BvhWord& word);
  bool offset();
  bool channels();
  bool channel(Joint& joint);
  std::string title(const Block& block) const;

  bool motion_head();
  bool frames();
  bool frame(std::size_t index);

  BvhLexer lexer_;
  Motion motion_;
  std::vector<Block> open_;
  UniqueNames names_;
  BvhError error_;
};

bool Parser::expect(std::string_view wanted) {
  const BvhWord word = lexer_.next();
  return same_word(word.text, wanted) || fail(word, std::string(wanted));
}

bool Parser::number(double& into, std::string_view what) {
  const BvhWord word = lexer_.next();
  const auto value = parse_number(word.text);
  if (!value) return fail(word, fmt::format("{}, a number between -1e12 and 1e12", what));
  into = *value;
  return true;
}

bool Parser::hierarchy() {
  if (!expect("HIERARCHY")) return false;
  while (true) {
    const BvhWord word = lexer_.next();
    if (same_word(word.text, "ROOT")) {
      if (!open_joint(std::nullopt) || !blocks()) return false;
      continue;
    }
    if (motion_.joints.empty()) return fail(word, "ROOT");
    if (!same_word(word.text, "MOTION")) return fail(word, "ROOT or MOTION");
    if (motion_.channels_per_frame > 0) return true;
    return fail(word.line, "a hierarchy without channels",
                "at least one joint with CHANNELS, so that something moves");
  }
}

bool Parser::blocks() {
  while (!open_.empty()) {
    if (!statement(lexer_.next())) return false;
  }
  return true;
}

bool Parser::statement(const BvhWord& word) {
  if (word.text == "}") return close_block(word);
  if (word.text.empty()) return fail(word, fmt::format("a }} to close {}", title(open_.back())));
  if (same_word(word.text, "OFFSET")) return offset();
  if (open_.back().kind == Kind::kEndSite) return fail(word, "OFFSET or } in an End Site");
  if (same_word(word.text, "CHANNELS")) return channels();
  if (same_word(word.text, "JOINT")) return open_joint(open_.back().joint);
  if (same_word(word.text, "End")) return open_end_site();
  return fail(word, "OFFSET, CHANNELS, JOINT, End Site or }");
}

bool Parser::open_joint(std::optional<std::uint32_t> parent) {
  const BvhWord name = lexer_.rest_of_line();
  if (name.text.empty()) return fail(name.line, "no name", "the joint's name on the same line");
  if (name.text.size() > kNameBytesMax) {
    return fail(name.line, fmt::format("a name of {} bytes", name.text.size()),
                fmt::format("at most {} bytes", kNameBytesMax));
  }
  if (!is_printable_utf8(name.text)) return fail(name, "a name in UTF-8 without control characters");
  if (motion_.joints.size() == kJointsMax) {
    return fail(name.line, fmt::format("more than {} joints", kJointsMax),
                fmt::format("at most {}", kJointsMax));
  }
  if (!open_.empty()) open_.back().has_children = true;
  Joint joint;
  joint.name = names_.take(name.text);
  joint.parent = parent;
  motion_.joints.push_back(std::move(joint));
  return open_block({.kind = Kind::kJoint, .joint = static_cast<std::uint32_t>(motion_.joints.size() - 1)});
}

bool Parser::open_end_site() {
  if (!expect("Site")) return false;
  open_.back().has_children = true;
  return open_block({.kind = Kind::kEndSite, .joint = open_.back().joint});
}

bool Parser::open_block(Block block) {
  if (!expect("{")) return false;
  if (open_.size() == kDepthMax) {
    return fail(lexer_.line(), fmt::format("a block nested {} deep", kDepthMax + 1),
                fmt::format("at most {} levels", kDepthMax));
  }
  open_.push_back(block);
  return true;
}

bool Parser::close_block(const BvhWord& word) {
  if (!open_.back().has_offset)
    return fail(word, fmt::format("OFFSET before the end of {}", title(open_.back())));
  open_.pop_back();
  return true;
}

std::string Parser::title(const Block& block) const {
  const std::string& name = motion_.joints[block.joint].name;
  return block.kind == Kind::kJoint ? fmt::format("joint {}", quoted(name))
                                    : fmt::format("the End Site of {}", quoted(name));
}

bool Parser::offset() {
  Block& block = open_.back();
  if (block.has_offset) return fail(lexer_.line(), "a second OFFSET", fmt::format("one in {}", title(block)));
  if (block.has_children) {
    return fail(lexer_.line(), "OFFSET after a child",
                fmt::format("OFFSET before the children of {}", title(block)));
  }
  block.has_offset = true;
  std::array<double, 3> xyz{};
  if (!number(xyz[0], "x of OFFSET") || !number(xyz[1], "y of OFFSET") || !number(xyz[2], "z of OFFSET"))
    return false;
  if (block.kind == Kind::kJoint) motion_.joints[block.joint].offset = xyz;
  return true;
}

bool Parser::channels() {
  Block& block = open_.back();
  if (block.has_channels)
    return fail(lexer_.line(), "a second CHANNELS", fmt::format("one in {}", title(block)));
  if (block.has_children) {
    return fail(lexer_.line(), "CHANNELS after a child",
                fmt::format("CHANNELS before the children of {}", title(block)));
  }
  block.has_channels = true;
  const BvhWord word = lexer_.next();
  const auto count = parse_count(word.text);
  if (!count || *count > kJointChannelsMax) return fail(word, "the number of CHANNELS, 0 to 6");
  Joint& joint = motion_.joints[block.joint];
  joint.channel_begin = static_cast<std::uint32_t>(motion_.channels_per_frame);
  for (std::size_t i = 0; i < *count; ++i) {
    if (!channel(joint)) return false;
  }
  motion_.channels_per_frame += *count;
  return true;
}

bool Parser::channel(Joint& joint) {
  const BvhWord word = lexer_.next();
  const auto channel = channel_named(word.text);
  if (!channel)
    return fail(word, "a channel: Xposition, Yposition, Zposition, Xrotation, Yrotation or Zrotation");
  const auto used = joint.used_channels();
  if (std::find(used.begin(), used.end(), *channel) != used.end()) {
    return fail(word, fmt::format("each channel of {} only once", quoted(joint.name)));
  }
  joint.channels[joint.channel_count++] = *channel;
  return true;
}

bool Parser::motion_head() {
  if (!expect("Frames") || !expect(":")) return false;
  const BvhWord frames = lexer_.next();
  const auto count = parse_count(frames.text);
  if (!count || *count == 0) return fail(frames, "the number of frames, 1 or more");
  motion_.frame_count = *count;
  if (!expect("Frame") || !expect("Time") || !expect(":")) return false;
  const BvhWord time = lexer_.next();
  const auto seconds = parse_number(time.text);
  if (!seconds || *seconds < kFrameTimeMin_s || *seconds > kFrameTimeMax_s) {
    return fail(time, "the time of a frame in seconds, 0.000001 to 1000000");
  }
  motion_.frame_time_s = *seconds;
  return true;
}

bool Parser::frames() {
  // A value takes at least two bytes with what parts it from the next; a false count reserves no more than
  // that.
  const std::size_t possible = lexer_.bytes_left() / 2 + 1;
  if (motion_.frame_count <= possible / motion_.channels_per_frame) {
    motion_.values.reserve(motion_.frame_count * motion_.channels_per_frame);
  }
  for (std::size_t i = 0; i < motion_.frame_count; ++i) {
    if (!frame(i)) return false;
  }
  if (!lexer_.skip_blank()) return true;
  return fail(lexer_.next(),
              fmt::format("the end of the file after {} frames, as Frames: says", motion_.frame_count));
}

bool Parser::frame(std::size_t index) {
  const std::size_t wanted = motion_.channels_per_frame;
  if (!lexer_.skip_blank()) {
    return fail(lexer_.line(), fmt::format("the end of the file after {} frames", index),
                fmt::format("{} frames, as Frames: says", motion_.frame_count));
  }
  for (std::size_t read = 0;; ++read) {
    const BvhWord word = lexer_.next_on_line();
    if (word.text.empty() && read == wanted) return true;
    if (word.text.empty()) {
      return fail(word.line, fmt::format("{} numbers", read),
                  fmt::format("{} for a frame, one per channel", wanted));
    }
    if (read == wanted) {
      return fail(word.line, fmt::format("more than {} numbers", wanted),
                  fmt::format("{} for a frame, one per channel", wanted));
    }
    const auto value = parse_number(word.text);
    if (!value) return fail(word, "a number between -1e12 and 1e12");
    motion_.values.push_back(*value);
  }
}

BvhError file_error(std::string found) {
  return {std::nullopt, std::move(found), "a BVH file"};
}

}  // namespace

std::string BvhError::text() const {
  const std::string what = fmt::format("found {}, expected {}", found, expected);
  return line ? fmt::format("line {}: {}", *line, what) : what;
}

Result<Motion, BvhError> read_bvh(std::string_view text) {
  if (text.size() > kFileBytesMax)
    return file_error(fmt::format("{} bytes, more than {}", text.size(), kFileBytesMax));
  return Parser(text).run();
}

Result<Motion, BvhError> read_bvh_file(const std::string& path) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (!file) return file_error(std::strerror(errno));
  std::string text;
  constexpr std::size_t kChunkBytes = 1 << 18;
  while (text.size() <= kFileBytesMax) {
    const std::size_t size = text.size();
    text.resize(size + kChunkBytes);
    const std::size_t got = std::fread(text.data() + size, 1, kChunkBytes, file.get());
    text.resize(size + got);
    if (got == 0) break;
  }
  if (std::ferror(file.get())) return file_error(std::strerror(errno));
  return read_bvh(text);
}

}  // namespace aesel::motion
