#include "app/toml_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aesel::app {
namespace {

using testing::HasSubstr;

std::string printed(std::string_view text) {
  const auto settings = read_toml(text);
  if (!settings) return "error:" + std::to_string(settings.error().line);
  std::string out;
  for (const FileSetting& setting : *settings) {
    out += std::to_string(setting.line) + ":" + setting.key + "=" + setting.value + ";";
  }
  return out;
}

TEST(TomlFile, TablesAndDottedKeysMakeOneKey) {
  EXPECT_EQ(
      printed("top = 1\n[http]\nport = 8080\n[http.body]\nbytes_max=1_000\n[storage]\nsqlite.path = 'a b'\n"),
      "1:top=1;3:http.port=8080;5:http.body.bytes_max=1000;7:storage.sqlite.path=a b;");
}

TEST(TomlFile, CommentsBlankLinesAndWindowsLineEnds) {
  EXPECT_EQ(printed("# comment\r\n\r\n  a = true # yes\r\nb = \"#no\" # comment\r\n [ c ] # x\r\nd=-5"),
            "3:a=true;4:b=#no;6:c.d=-5;");
}

TEST(TomlFile, StringsWithEscapes) {
  EXPECT_EQ(printed(R"(a = "say \"hi\"\t\\" )"), "1:a=say \"hi\"\t\\;");
  EXPECT_EQ(printed(R"(a = 'C:\new')"), R"(1:a=C:\new;)");
  EXPECT_EQ(printed(R"("a".'b' = "")"), "1:a.b=;");
}

TEST(TomlFile, ErrorsHaveTheLine) {
  for (const char* bad : {"\n=1", "\na", "\na=", "\na=word", "\na='open", "\na=\"open", "\na=\"\\q\"",
                          "\na=[1]", "\na={b=1}", "\na='''x'''", "\n[open", "\n[[a]]", "\n[]", "\na=1 2",
                          "\n[a] b", "\na=\"x\" y", "\na=2020-01-01", "\na..b=1"}) {
    EXPECT_EQ(printed(bad), "error:2") << bad;
  }
}

TEST(TomlFile, AKeySetTwiceIsAnErrorThatNamesTheFirst) {
  const auto settings = read_toml("[http]\nport = 1\n[udp]\nport = 1\n[http]\nport = 2\n");
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().line, 6);
  EXPECT_THAT(settings.error().message, HasSubstr("http.port is already set on line 2"));
}

}  // namespace
}  // namespace aesel::app
