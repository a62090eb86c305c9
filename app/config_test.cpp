#include "app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace aesel::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// A file that is gone at the end of the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) : path_(testing::TempDir() + "aesel_config_XXXXXX") {
    const int fd = mkstemp(path_.data());
    if (fd < 0 || write(fd, content.data(), content.size()) < 0)
      throw std::runtime_error("no temporary file");
    close(fd);
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> problems_of(const ConfigInputs& inputs) {
  const auto config = load_config(inputs);
  return config ? std::vector<std::string>{} : config.error().problems;
}

TEST(KeySpecs, KeysAndVariablesAreUniqueAndDefaultsAreAllowed) {
  std::set<std::string> names;
  for (const KeySpec& spec : key_specs()) {
    EXPECT_TRUE(names.insert(env_variable(spec.key)).second) << spec.key;
    EXPECT_FALSE(spec.help.empty()) << spec.key;
  }
  EXPECT_TRUE(load_config({}).has_value());
}

TEST(KeySpecs, NameOfTheVariable) {
  EXPECT_EQ(env_variable("http.body.bytes_max"), "AESEL_HTTP_BODY_BYTES_MAX");
}

TEST(Config, DefaultsWithoutAnyInput) {
  const auto config = load_config({});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->integer("http.port"), 8080);
  EXPECT_EQ(config->integer("udp.port"), 8762);
  EXPECT_EQ(config->integer("events.flush_ms"), 50);
  EXPECT_EQ(config->text("storage.method"), "sqlite");
  EXPECT_TRUE(config->boolean("event.plain.padding"));
  EXPECT_EQ(config->source("http.port"), "default");
  EXPECT_FALSE(config->file());
}

TEST(Config, StrongerLayersWin) {
  const TemporaryFile file(
      "[http]\nport = 5\nhost = \"file\"\n[udp]\nport = 5\nhost = 'file'\n[log]\nlevel='error'\n");
  ConfigInputs inputs;
  inputs.file = file.path();
  inputs.remote = {{{"http.host", "consul", "consul"}, {"udp.port", "4", "consul"}},
                   {{"http.host", "vault", "vault"}, {"udp.host", "vault", "vault"}}};
  inputs.command_line = {{"http.port", "2", "--http.port"}, {"udp.port", "2", "--udp.port"}};
  inputs.environment = {{"AESEL_HTTP_PORT", "1"}, {"HOME", "/root"}};
  const auto config = load_config(inputs);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->integer("http.port"), 1);
  EXPECT_EQ(config->source("http.port"), "environment AESEL_HTTP_PORT");
  EXPECT_EQ(config->integer("udp.port"), 2);
  EXPECT_EQ(config->source("udp.port"), "--udp.port");
  EXPECT_EQ(config->text("http.host"), "consul");
  EXPECT_EQ(config->text("udp.host"), "vault");
  EXPECT_EQ(config->text("log.level"), "error");
  EXPECT_EQ(config->source("log.level"), file.path() + ":8");
  EXPECT_EQ(config->source("storage.method"), "default");
}

TEST(Config, TheLastOfTwoOnTheCommandLineWins) {
  ConfigInputs inputs;
  inputs.command_line = {{"http.port", "1", "--http.port"}, {"http.port", "2", "--set"}};
  EXPECT_EQ(load_config(inputs)->integer("http.port"), 2);
}

TEST(Config, HttpPortFollowsTheRolesUnlessItIsSet) {
  ConfigInputs inputs;
  inputs.command_line = {{"roles", "objects", "--roles"}};
  EXPECT_EQ(load_config(inputs)->integer("http.port"), 8768);
  EXPECT_EQ(load_config(inputs)->text("http.port"), "8768");
  inputs.command_line = {{"roles", "CrazyIvan", "--roles"}};
  EXPECT_EQ(load_config(inputs)->integer("http.port"), 8766);
  inputs.command_line = {{"roles", "objects, scenes", "--roles"}};
  EXPECT_EQ(load_config(inputs)->integer("http.port"), 8080);
  EXPECT_EQ(load_config(inputs)->text("roles"), "objects,scenes");
  inputs.command_line = {{"roles", "objects", "--roles"}, {"http.port", "8080", "--http.port"}};
  EXPECT_EQ(load_config(inputs)->integer("http.port"), 8080);
}

TEST(Config, UnknownKeysNameTheNearestKnownOneAndWhereTheyStood) {
  const TemporaryFile file("\n[http]\nprot = 1\n");
  ConfigInputs inputs;
  inputs.file = file.path();
  inputs.command_line = {{"storage.sqlit.path", "x", "--set"}};
  inputs.environment = {{"AESEL_HTP_PORT", "1"}};
  EXPECT_THAT(
      problems_of(inputs),
      ElementsAre(AllOf(HasSubstr("environment"), HasSubstr("did you mean AESEL_HTTP_PORT?")),
                  AllOf(StartsWith("--set: "), HasSubstr("did you mean storage.sqlite.path?")),
                  AllOf(StartsWith(file.path() + ":3: http.prot"), HasSubstr("did you mean http.port?"))));
}

TEST(Config, AWordThatIsLikeNoKeyGetsNoSuggestion) {
  ConfigInputs inputs;
  inputs.command_line = {{"completely.different.thing", "x", "--set"}};
  EXPECT_THAT(problems_of(inputs), ElementsAre(AllOf(HasSubstr("is not a key"), HasSubstr("aesel config"))));
}

TEST(Config, SecretsAndTheFileNameAreNotKeys) {
  ConfigInputs inputs;
  inputs.environment = {{"AESEL_SECRET_MONGO_PASSWORD", "x"}};
  EXPECT_TRUE(load_config(inputs));
}

TEST(Config, BadValuesSayKeyValueSourceAndWhatIsAllowed) {
  struct Case {
    const char *key, *value, *allowed;
  };
  for (const Case& bad : {Case{"http.port", "65536", "0 to 65535"},
                          {"http.port", "-1", "0 to 65535"},
                          {"http.port", "80a", "integer"},
                          {"http.port", "", "integer"},
                          {"events.flush_ms", "0", "1 to 60000"},
                          {"event.plain.padding", "maybe", "true or false"},
                          {"storage.method", "oracle", "sqlite, memory"},
                          {"storage.sqlite.path", "", "a path"},
                          {"roles", "objects,king", "objects, scenes"},
                          {"roles", "", "objects, scenes"},
                          {"objects.max", "99999999999999999999", "integer"}}) {
    ConfigInputs inputs;
    inputs.command_line = {{bad.key, bad.value, "--here"}};
    EXPECT_THAT(problems_of(inputs),
                ElementsAre(AllOf(StartsWith("--here: "), HasSubstr(bad.key),
                                  HasSubstr("\"" + std::string(bad.value) + "\""), HasSubstr(bad.allowed))));
  }
}

TEST(Config, ABadValueInAWeakerLayerIsAProblemToo) {
  ConfigInputs inputs;
  inputs.environment = {{"AESEL_HTTP_PORT", "1"}};
  inputs.command_line = {{"http.port", "x", "--http.port"}};
  EXPECT_EQ(problems_of(inputs).size(), 1u);
}

TEST(Config, BooleansInAnyCase) {
  for (const char* yes : {"true", "TRUE", "True", "yes", "on", "1"}) {
    ConfigInputs inputs;
    inputs.command_line = {{"event.plain.padding", yes, "--set"}};
    EXPECT_TRUE(load_config(inputs)->boolean("event.plain.padding")) << yes;
    EXPECT_EQ(load_config(inputs)->text("event.plain.padding"), "true");
  }
  for (const char* no : {"false", "FALSE", "off", "No", "0"}) {
    ConfigInputs inputs;
    inputs.command_line = {{"event.plain.padding", no, "--set"}};
    EXPECT_FALSE(load_config(inputs)->boolean("event.plain.padding")) << no;
  }
}

TEST(Config, EveryProblemIsReportedAtOnce) {
  ConfigInputs inputs;
  inputs.command_line = {{"http.port", "x", "--http.port"}, {"udp.port", "y", "--udp.port"}};
  EXPECT_EQ(problems_of(inputs).size(), 2u);
}

TEST(ConfigFile, IsOptionalAsACandidateAndRequiredWhenNamed) {
  const TemporaryFile file("http.port = 7\n");
  ConfigInputs inputs;
  inputs.file_candidates = {"/nonexistent/aesel.toml", file.path()};
  const auto config = load_config(inputs);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->integer("http.port"), 7);
  EXPECT_EQ(config->file(), file.path());
  inputs.file = "/nonexistent/aesel.toml";
  EXPECT_THAT(problems_of(inputs),
              ElementsAre(AllOf(StartsWith("/nonexistent/aesel.toml: "), HasSubstr("No such file"))));
}

TEST(ConfigFile, TheVariableComesBeforeTheOption) {
  const TemporaryFile first("http.port = 7\n"), second("http.port = 8\n");
  ConfigInputs inputs;
  inputs.environment = {{"AESEL_CONFIG", first.path()}};
  inputs.file = second.path();
  EXPECT_EQ(load_config(inputs)->integer("http.port"), 7);
}

TEST(ConfigFile, SyntaxErrorsAndDirectoriesAreNamed) {
  const TemporaryFile file("http.port = 7\nnonsense\n");
  ConfigInputs inputs;
  inputs.file = file.path();
  EXPECT_THAT(problems_of(inputs), ElementsAre(StartsWith(file.path() + ":2: ")));
  inputs.file = testing::TempDir();
  EXPECT_THAT(problems_of(inputs), ElementsAre(HasSubstr("cannot be read")));
}

TEST(ConfigDeathTest, AskingForAnUnknownKeyIsAProgrammersError) {
  const auto config = load_config({});
  EXPECT_DEATH(config->text("no.such.key"), "internal error");
  EXPECT_DEATH(config->integer("http.host"), "internal error");
}

}  // namespace
}  // namespace aesel::app
