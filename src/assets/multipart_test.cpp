// Forms as browsers, curl and Python send them; every way to cut them into pieces; every limit.
#include "assets/multipart.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace aesel::assets {
namespace {

using Event = MultipartParser::Event;

struct Part {
  PartHead head;
  std::string content;
  bool ended = false;
  friend bool operator==(const Part&, const Part&) = default;
};

struct Form {
  std::vector<Part> parts;
  std::optional<MultipartErrc> error;
  friend bool operator==(const Form&, const Form&) = default;
};

void take(MultipartParser& parser, std::string_view piece, Form& form) {
  for (;;) {
    switch (parser.next(piece)) {
      case Event::kMore:
        EXPECT_TRUE(piece.empty());
        return;
      case Event::kBegin:
        form.parts.push_back(Part{parser.head(), "", false});
        break;
      case Event::kData:
        EXPECT_FALSE(parser.data().empty());
        form.parts.back().content += parser.data();
        break;
      case Event::kEnd:
        form.parts.back().ended = true;
        break;
      case Event::kFailed:
        return;
    }
  }
}

Form parse(const std::vector<std::string_view>& pieces, std::string_view boundary = "b0") {
  MultipartParser parser(boundary);
  Form form;
  for (const std::string_view piece : pieces) take(parser, piece, form);
  if (const auto end = parser.finish(); !end) form.error = end.error();
  return form;
}

Form parse(const std::string& text, std::string_view boundary = "b0") {
  // A copy of its own, so that reading beyond its end is seen by the sanitizer.
  const std::vector<char> copy(text.begin(), text.end());
  return parse(std::vector<std::string_view>{{copy.data(), copy.size()}}, boundary);
}

std::optional<MultipartErrc> error_of(const std::string& text) {
  return parse(text).error;
}

const std::string kTwoParts =
    "--b0\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHouse\r\n"
    "--b0\r\ncontent-disposition: FORM-DATA; filename=\"a/b.obj\"; name=\"file\"\r\nExpires: 0\r\n"
    "Content-Type: text/plain\r\n\r\nv 1\r\n\r\n--b1\r\r\n-\r\n--b\r\n--b0--\r\n";

TEST(Multipart, ReadsFieldsAndFiles) {
  const Form form = parse(kTwoParts);
  ASSERT_EQ(form.parts.size(), 2u);
  EXPECT_EQ(form.parts[0], (Part{{"title", std::nullopt}, "House", true}));
  EXPECT_EQ(form.parts[1], (Part{{"file", "a/b.obj"}, "v 1\r\n\r\n--b1\r\r\n-\r\n--b", true}));
  EXPECT_EQ(form.error, std::nullopt);
}

TEST(Multipart, IsTheSameWhereverItIsCut) {
  const Form whole = parse(kTwoParts);
  const std::string_view text = kTwoParts;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (std::size_t j = i; j <= text.size(); ++j) {
      EXPECT_EQ(parse({text.substr(0, i), text.substr(i, j - i), text.substr(j)}), whole) << i << " " << j;
    }
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  EXPECT_EQ(parse(bytes), whole);
}

TEST(Multipart, WithoutItsLastBoundaryIsCutOff) {
  const std::size_t end = kTwoParts.rfind("--b0--") + 6;
  for (std::size_t size = 0; size < end; ++size) {
    EXPECT_EQ(error_of(kTwoParts.substr(0, size)), MultipartErrc::kCutOff) << size;
  }
  EXPECT_EQ(error_of(kTwoParts.substr(0, end)), std::nullopt);
}

TEST(Multipart, IgnoresWhatIsAroundIt) {
  const Form form = parse(
      "hello\r\n--b\r\n\r\n--b0 \t\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b0--x\r\n--b0\r\n");
  ASSERT_EQ(form.parts.size(), 1u);
  EXPECT_EQ(form.parts[0], (Part{{"a", std::nullopt}, "", true}));
  EXPECT_EQ(form.error, std::nullopt);
}

TEST(Multipart, MayHaveNoPartAtAll) {
  EXPECT_EQ(parse("--b0--"), Form{});
}

TEST(Multipart, BoundaryInsideALineIsContent) {
  const Form form =
      parse("--b0\r\nContent-Disposition: form-data; name=a\r\n\r\nx--b0--\n--b0\r--b0\r\n--b0--");
  ASSERT_EQ(form.parts.size(), 1u);
  EXPECT_EQ(form.parts[0].content, "x--b0--\n--b0\r--b0");
}

TEST(Multipart, RefusesWhatIsNotABoundaryLine) {
  const std::string start = "--b0\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
  EXPECT_EQ(error_of(start + "--b0x\r\n--b0--"), MultipartErrc::kBadDelimiter);
  EXPECT_EQ(error_of(start + "--b0-\r\n--b0--"), MultipartErrc::kBadDelimiter);
  EXPECT_EQ(error_of(start + "--b0\n--b0--"), MultipartErrc::kBadDelimiter);
  EXPECT_EQ(error_of(start + "--b0\rx"), MultipartErrc::kBadDelimiter);
  EXPECT_EQ(error_of(start + "--b0 --"), MultipartErrc::kBadDelimiter);
}

TEST(Multipart, RefusesHeadsThatNameNoField) {
  for (const char* head :
       {"", "Content-Type: text/plain\r\n", "Content-Disposition: form-data\r\n", "no colon\r\n", ": x\r\n",
        "Content-Disposition: attachment; name=a\r\n", "Content-Disposition: form-data; name=\"a\r\n",
        "Content-Disposition : form-data; name=a\r\n",
        " folded: x\r\nContent-Disposition: form-data; name=a\r\n",
        "Content-Disposition: form-data; name=a\nX: y\r\n",
        "Content-Disposition: form-data; name=a; name=b\r\n",
        "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n"}) {
    const Form form = parse("--b0\r\n" + std::string(head) + "\r\nx\r\n--b0--");
    EXPECT_EQ(form.error, MultipartErrc::kBadHead) << head;
    EXPECT_TRUE(form.parts.empty());
  }
}

TEST(Multipart, HeadIsAtMostItsLimit) {
  const std::string disposition = "Content-Disposition: form-data; name=a\r\n";
  const auto text = [&](std::size_t head_bytes) {
    const std::string filler(head_bytes - disposition.size() - 6 - 1, 'x');  // "X:" and two line ends
    return "--b0\r\n" + disposition + "X:" + filler + " \r\n\r\n\r\n--b0--";
  };
  EXPECT_EQ(error_of(text(kPartHeadBytesMax)), std::nullopt);
  EXPECT_EQ(error_of(text(kPartHeadBytesMax + 1)), MultipartErrc::kHeadTooLong);
  EXPECT_EQ(error_of("--b0\r\n" + std::string(1'000'000, 'x')), MultipartErrc::kHeadTooLong);
}

TEST(Multipart, NameIsAtMostItsLimit) {
  const auto text = [](std::size_t bytes) {
    return "--b0\r\nContent-Disposition: form-data; name=\"" + std::string(bytes, 'n') +
           "\"\r\n\r\n\r\n--b0--";
  };
  EXPECT_EQ(error_of(text(kPartNameBytesMax)), std::nullopt);
  EXPECT_EQ(error_of(text(kPartNameBytesMax + 1)), MultipartErrc::kNameTooLong);
}

TEST(Multipart, PartsAreAtMostTheirLimit) {
  const auto text = [](std::size_t parts) {
    std::string all;
    for (std::size_t i = 0; i < parts; ++i)
      all += "--b0\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
    return all + "--b0--";
  };
  EXPECT_EQ(error_of(text(kPartsMax)), std::nullopt);
  EXPECT_EQ(error_of(text(kPartsMax + 1)), MultipartErrc::kTooManyParts);
  EXPECT_TRUE(is_limit(MultipartErrc::kTooManyParts));
  EXPECT_FALSE(is_limit(MultipartErrc::kCutOff));
}

TEST(Multipart, StaysFailed) {
  MultipartParser parser("b0");
  Form form;
  take(parser, "--b0?", form);
  std::string_view more = "\r\n--b0--";
  EXPECT_EQ(parser.next(more), Event::kFailed);
  EXPECT_EQ(parser.error(), MultipartErrc::kBadDelimiter);
  EXPECT_EQ(parser.finish().error(), MultipartErrc::kBadDelimiter);
}

TEST(Multipart, ContentThatLooksLikeDelimitersIsKept) {
  // A delimiter that begins again and again, at every distance from the end of a piece.
  std::string content;
  for (int i = 0; i < 200; ++i)
    content += std::string("\r\n--b0").substr(0, static_cast<std::size_t>(i % 6)) + "\r";
  const std::string text =
      "--b0\r\nContent-Disposition: form-data; name=file\r\n\r\n" + content + "\r\n--b0--";
  for (std::size_t step : {1u, 2u, 3u, 5u, 7u, 64u, 4096u}) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < text.size(); i += step)
      pieces.push_back(std::string_view(text).substr(i, step));
    const Form form = parse(pieces);
    ASSERT_EQ(form.parts.size(), 1u);
    EXPECT_EQ(form.parts[0].content, content) << step;
  }
}

TEST(Boundary, ComesFromTheContentType) {
  EXPECT_EQ(*boundary_of("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(*boundary_of("Multipart/Form-Data;charset=utf-8; Boundary=\"a b:c\""), "a b:c");
  EXPECT_EQ(*boundary_of("multipart/form-data; boundary=" + std::string(70, 'x')), std::string(70, 'x'));
}

TEST(Boundary, IsNeeded) {
  for (const char* other : {"", "text/plain", "application/x-www-form-urlencoded",
                            "multipart/mixed; boundary=a", "multipart/form-data-x; boundary=a"}) {
    EXPECT_EQ(boundary_of(other).error(), BoundaryErrc::kOtherType) << other;
  }
  for (const char* bad :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=\"a\r\nb\"",
        "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=\"\xC3\xA4\""}) {
    EXPECT_EQ(boundary_of(bad).error(), BoundaryErrc::kNoBoundary) << bad;
  }
  EXPECT_EQ(boundary_of("multipart/form-data; boundary=" + std::string(71, 'x')).error(),
            BoundaryErrc::kNoBoundary);
}

}  // namespace
}  // namespace aesel::assets
