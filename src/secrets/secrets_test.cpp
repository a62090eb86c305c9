#include "secrets/secrets.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "secrets/contract_tests/secrets_contract.hpp"
#include "secrets/env/env_secrets.hpp"
#include "secrets/file/file_secrets.hpp"
#include "secrets/memory/memory_secrets.hpp"

namespace aesel::secrets {
namespace {

/// A new directory under the tests' temporary one; gone at the end of the test program.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_(testing::TempDir() + "aesel_secrets_XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary directory");
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path() / name) << text; }
  std::filesystem::path path() const { return path_; }

 private:
  std::string path_;
};

std::unique_ptr<Secrets> make_env(const Values& values) {
  std::map<std::string, std::string> variables;
  for (const auto& [name, value] : values) variables[env_name(name)] = value;
  return make_env_secrets([variables](const std::string& variable) -> std::optional<std::string> {
    const auto it = variables.find(variable);
    if (it == variables.end()) return std::nullopt;
    return it->second;
  });
}

/// File secrets that own their directory.
class OwningFileSecrets final : public Secrets {
 public:
  explicit OwningFileSecrets(const Values& values) {
    for (const auto& [name, value] : values) directory_.write(name, value);
  }
  Result<std::string> get(std::string_view name) const override { return files_->get(name); }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Secrets> files_ = make_file_secrets(directory_.path());
};

std::unique_ptr<Secrets> make_files(const Values& values) {
  return std::make_unique<OwningFileSecrets>(values);
}
std::unique_ptr<Secrets> make_memory(const Values& values) {
  return make_memory_secrets(values);
}
std::unique_ptr<Secrets> make_chain(const Values& values) {
  std::vector<std::unique_ptr<Secrets>> sources;
  sources.push_back(make_memory({}));
  sources.push_back(make_memory(values));
  return first_of(std::move(sources));
}

INSTANTIATE_TEST_SUITE_P(Memory, SecretsContract, testing::Values(MakeSecrets(make_memory)));
INSTANTIATE_TEST_SUITE_P(Env, SecretsContract, testing::Values(MakeSecrets(make_env)));
INSTANTIATE_TEST_SUITE_P(File, SecretsContract, testing::Values(MakeSecrets(make_files)));
INSTANTIATE_TEST_SUITE_P(FirstOf, SecretsContract, testing::Values(MakeSecrets(make_chain)));

TEST(EnvSecrets, NameOfTheVariable) {
  EXPECT_EQ(env_name("mongo.pass-word_2"), "AESEL_SECRET_MONGO_PASS_WORD_2");
}

TEST(FileSecrets, OneLineEndDoesNotBelongToTheValue) {
  const TemporaryDirectory directory;
  directory.write("lf", "value\n");
  directory.write("crlf", "value\r\n");
  directory.write("two", "value\n\n");
  const auto secrets = make_file_secrets(directory.path());
  EXPECT_EQ(*secrets->get("lf"), "value");
  EXPECT_EQ(*secrets->get("crlf"), "value");
  EXPECT_EQ(*secrets->get("two"), "value\n");
}

TEST(FileSecrets, SeesARotatedValue) {
  const TemporaryDirectory directory;
  const auto secrets = make_file_secrets(directory.path());
  directory.write("token", "old");
  EXPECT_EQ(*secrets->get("token"), "old");
  directory.write("token", "new");
  EXPECT_EQ(*secrets->get("token"), "new");
}

TEST(FileSecrets, RefusesDirectoriesAndHugeFiles) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path() / "folder");
  directory.write("huge", std::string(kFileBytesMax + 1, 'x'));
  const auto secrets = make_file_secrets(directory.path());
  EXPECT_EQ(secrets->get("folder").error(), boost::system::errc::is_a_directory);
  EXPECT_EQ(secrets->get("huge").error(), boost::system::errc::file_too_large);
}

TEST(FirstOf, EarlierSourceWins) {
  std::vector<std::unique_ptr<Secrets>> sources;
  sources.push_back(make_memory({{"a", "first"}}));
  sources.push_back(make_memory({{"a", "second"}, {"b", "only"}}));
  const auto secrets = first_of(std::move(sources));
  EXPECT_EQ(*secrets->get("a"), "first");
  EXPECT_EQ(*secrets->get("b"), "only");
}

TEST(FirstOf, AnUnreadableSecretIsNotReplacedByAnother) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path() / "a");
  std::vector<std::unique_ptr<Secrets>> sources;
  sources.push_back(make_file_secrets(directory.path()));
  sources.push_back(make_memory({{"a", "other"}}));
  EXPECT_EQ(first_of(std::move(sources))->get("a").error(), boost::system::errc::is_a_directory);
}

}  // namespace
}  // namespace aesel::secrets
