#include "app/process_cpu.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace aesel::app {
namespace {

namespace fs = std::filesystem;

/// The sum over the threads of /proc/PID/task/*/schedstat, whose first number is nanoseconds on a processor.
double from_schedstat(const fs::path& process) {
  double seconds = 0;
  std::error_code error;
  for (const auto& task : fs::directory_iterator(process / "task", error)) {
    std::ifstream file(task.path() / "schedstat");
    double ns = 0;
    if (file >> ns) seconds += ns * 1e-9;
  }
  return seconds;
}

/// /proc/PID/stat: fields 14 and 15, in clock ticks.
std::optional<double> from_stat(const fs::path& process) {
  std::ifstream file(process / "stat");
  std::stringstream all;
  all << file.rdbuf();
  const std::string text = all.str();
  const std::size_t name_end = text.rfind(')');
  if (name_end == text.npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  if (!(fields >> user >> system)) return std::nullopt;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

std::optional<double> cpu_seconds_of(int pid) {
  if (pid <= 0) return std::nullopt;
  const fs::path process = "/proc/" + std::to_string(pid);
  const double fine = from_schedstat(process);
  return fine > 0 ? fine : from_stat(process);
}

}  // namespace aesel::app
