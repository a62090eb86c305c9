#include "app/checks.hpp"
#include "app/process_cpu.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <fstream>

#include "app/address.hpp"
#include "app/bench_load.hpp"
#include "app/child_server.hpp"
#include "app/temporary_directory.hpp"
#include "net/udp.hpp"

namespace aesel::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

Config config_with(std::vector<Setting> settings) {
  ConfigInputs inputs;
  inputs.command_line = std::move(settings);
  return *load_config(inputs);
}

auto finding(Severity severity, const std::string& text) {
  return AllOf(Field(&Finding::severity, severity), Field(&Finding::text, HasSubstr(text)));
}

TEST(CheckPorts, FreePortsAreGoodAndTakenOnesAreProblems) {
  net::UdpOptions options;
  options.host = "127.0.0.1";
  const auto taken = net::open_udp(options);
  ASSERT_TRUE(taken);
  const std::vector<Setting> local{{"http.host", "127.0.0.1", ""},
                                   {"http.port", "0", ""},
                                   {"udp.host", "127.0.0.1", ""},
                                   {"udp.port", "0", ""},
                                   {"event.stream.udp.host", "127.0.0.1", ""},
                                   {"event.stream.udp.port", "0", ""}};
  EXPECT_THAT(check_ports(config_with(local)),
              ElementsAre(finding(Severity::kGood, "HTTP"), finding(Severity::kGood, "events"),
                          finding(Severity::kGood, "change stream")));
  std::vector<Setting> clash = local;
  clash.push_back({"udp.port", std::to_string(net::local_port(*taken)), ""});
  const auto findings = check_ports(config_with(clash));
  EXPECT_THAT(findings[1], finding(Severity::kProblem, "in use"));
  EXPECT_THAT(findings[1].advice, HasSubstr("--udp.port"));
}

TEST(CheckPorts, OnlyThoseOfTheRoles) {
  const auto findings = check_ports(
      config_with({{"roles", "gateway", ""}, {"http.host", "127.0.0.1", ""}, {"http.port", "0", ""}}));
  EXPECT_EQ(findings.size(), 1u);
}

TEST(CheckPorts, AnAddressThatIsNotOurs) {
  const auto findings =
      check_ports(config_with({{"roles", "gateway", ""}, {"http.host", "no-such-address", ""}}));
  EXPECT_THAT(findings, ElementsAre(finding(Severity::kProblem, "no-such-address")));
}

TEST(CheckStore, ANewFileInAWritableDirectory) {
  const TemporaryDirectory directory("aesel-checks");
  const std::string path = (directory.path() / "new.db").string();
  EXPECT_THAT(check_store(config_with({{"storage.sqlite.path", path, ""}})),
              ElementsAre(finding(Severity::kGood, "can be created")));
  EXPECT_FALSE(std::filesystem::exists(path)) << "a check leaves nothing behind";
}

TEST(CheckStore, AMissingDirectoryAndAFileThatIsNoDatabase) {
  const TemporaryDirectory directory("aesel-checks");
  const std::string missing = (directory.path() / "missing" / "a.db").string();
  EXPECT_THAT(check_store(config_with({{"storage.sqlite.path", missing, ""}})),
              ElementsAre(finding(Severity::kProblem, "there is no directory")));
  const std::string text = (directory.path() / "text.db").string();
  std::ofstream(text) << std::string(5'000, 'x');
  EXPECT_THAT(check_store(config_with({{"storage.sqlite.path", text, ""}})),
              ElementsAre(finding(Severity::kGood, ""), finding(Severity::kProblem, "text.db")));
}

TEST(CheckStore, MemoryIsAWarning) {
  EXPECT_THAT(check_store(config_with({{"storage.method", "memory", ""}})),
              ElementsAre(finding(Severity::kWarning, "memory")));
}

TEST(CheckNames, NumbersResolveAndNonsenseDoesNot) {
  EXPECT_THAT(check_names(config_with({})), testing::Each(Field(&Finding::severity, Severity::kGood)));
  EXPECT_THAT(
      check_names(config_with({{"roles", "gateway,assets", ""},
                               {"event.stream.udp.destination", "nowhere", ""},
                               {"directory.static.objects", "http://x:y", ""}})),
      ElementsAre(finding(Severity::kProblem, "not host:port"), finding(Severity::kProblem, "not a URL"),
                  finding(Severity::kGood, "directory.static.scenes"),
                  finding(Severity::kGood, "directory.static.projects")));
}

TEST(CheckLimits, MoreConnectionsThanFilesIsAWarning) {
  EXPECT_THAT(check_limits(config_with({{"http.connections.max", "1", ""}})),
              ElementsAre(finding(Severity::kGood, "open files")));
}

TEST(CheckKernel, SmallBuffersAreWarningsWithTheCommand) {
  const TemporaryDirectory proc("aesel-checks");
  const auto core = proc.path() / "sys/net/core";
  std::filesystem::create_directories(core);
  std::ofstream(core / "rmem_max") << "212992\n";
  std::ofstream(core / "wmem_max") << "99999999\n";
  const auto findings = check_kernel(proc.path());
  EXPECT_THAT(findings, ElementsAre(finding(Severity::kWarning, "rmem_max is 212992"),
                                    finding(Severity::kGood, "wmem_max")));
  EXPECT_THAT(findings[0].advice, HasSubstr("sysctl -w net.core.rmem_max=33554432"));
  EXPECT_THAT(check_kernel("/nonexistent")[0], finding(Severity::kWarning, "cannot be read"));
}

TEST(HostPort, Forms) {
  EXPECT_EQ(parse_host_port("127.0.0.1:8762"), (HostPort{"127.0.0.1", 8762}));
  EXPECT_EQ(parse_host_port("[::1]:1"), (HostPort{"::1", 1}));
  EXPECT_EQ(parse_host_port("a.b:65535"), (HostPort{"a.b", 65535}));
  for (const char* bad : {"", "host", ":1", "host:", "host:0", "host:65536", "host:1x", "::1:80", "[]:1"}) {
    EXPECT_FALSE(parse_host_port(bad)) << bad;
  }
}

TEST(OwnAddress, OfTheLoopbackIsTheLoopback) {
  EXPECT_EQ(own_address_towards(net::Endpoint::parse("127.0.0.1", 9)), "127.0.0.1");
}

TEST(ReadyLine, HasBothPorts) {
  EXPECT_EQ(parse_ready("ready http=8080 udp=8762"), (ReadyPorts{8080, 8762}));
  for (const char* bad : {"", "ready", "ready http=1", "ready udp=1", "ready http=x udp=1",
                          "ready http=0 udp=1", "notready http=1 udp=1", "ready http=70000 udp=1"}) {
    EXPECT_FALSE(parse_ready(bad)) << bad;
  }
}

TEST(CpuSeconds, GrowWithWorkAndAreAbsentForNobody) {
  EXPECT_TRUE(cpu_seconds_of(getpid()));
  EXPECT_FALSE(cpu_seconds_of(-1));
}

TEST(TemporaryDirectory, IsRemovedWithItsContent) {
  std::filesystem::path path;
  {
    const TemporaryDirectory directory("aesel-test");
    path = directory.path();
    std::ofstream(path / "file") << "x";
    EXPECT_TRUE(std::filesystem::exists(path / "file"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace aesel::app
