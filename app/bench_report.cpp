#include "app/bench_report.hpp"

#include <fmt/format.h>

#include "app/terminal.hpp"
#include "json/writer.hpp"

namespace aesel::app {
namespace {

/// Server CPU time for one delivery; nullopt when it was not measured.
std::optional<double> cpu_us_per_delivery(const LoadReport& report) {
  if (!report.server_cpu_seconds || report.deliveries.unique == 0) return std::nullopt;
  return *report.server_cpu_seconds * 1e6 / static_cast<double>(report.deliveries.unique);
}

std::int64_t whole(std::uint64_t count) {
  return static_cast<std::int64_t>(count);
}

void write_latency(json::Writer& writer, const LatencyHistogram& latency) {
  writer.name("latency_us");
  writer.begin_object();
  writer.member("min", static_cast<double>(latency.min_ns()) / 1e3);
  writer.member("mean", latency.mean_ns() / 1e3);
  writer.member("p50", latency.quantile_ns(0.5) / 1e3);
  writer.member("p90", latency.quantile_ns(0.9) / 1e3);
  writer.member("p99", latency.quantile_ns(0.99) / 1e3);
  writer.member("p999", latency.quantile_ns(0.999) / 1e3);
  writer.member("max", static_cast<double>(latency.max_ns()) / 1e3);
  writer.end_object();
}

}  // namespace

std::string report_text(const LoadOptions& options, const LoadReport& report) {
  const LatencyHistogram& latency = report.latency;
  const DeliveryCounts& counts = report.deliveries;
  std::string text = fmt::format(
      "{} scene(s) x {} objects x {} devices, {} events/s for {:.1f} s, {} bytes each\n", options.scenes,
      options.objects, options.devices, format_count(options.rate), report.seconds, report.datagram_bytes);
  text += fmt::format(
      "sent       {} ({}/s){}\n", report.sent, format_count(report.sent_per_second()),
      report.send_errors == 0 ? "" : fmt::format(", {} refused by this machine", report.send_errors));
  text += fmt::format("delivered  {} of {} ({}/s)\n", counts.unique, report.expected,
                      format_count(report.delivered_per_second()));
  text += fmt::format("lost       {} ({})\n", report.lost(), format_percent(report.loss()));
  text += fmt::format("other      {} duplicates, {} out of order, {} not ours\n", counts.duplicates,
                      counts.reordered, counts.foreign);
  text += fmt::format("latency    p50 {}   p90 {}   p99 {}   p99.9 {}   max {}\n",
                      format_ns(latency.quantile_ns(0.5)), format_ns(latency.quantile_ns(0.9)),
                      format_ns(latency.quantile_ns(0.99)), format_ns(latency.quantile_ns(0.999)),
                      format_ns(static_cast<double>(latency.max_ns())));
  if (const auto cpu = cpu_us_per_delivery(report)) {
    text += fmt::format("server CPU {:.2f} us per delivery ({:.2f} s)\n", *cpu, *report.server_cpu_seconds);
  }
  return text;
}

std::string report_json(const LoadOptions& options, const LoadReport& report) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("scenes", options.scenes);
  writer.member("objects_per_scene", options.objects);
  writer.member("devices_per_scene", options.devices);
  writer.member("rate", options.rate);
  writer.member("seconds", report.seconds);
  writer.member("datagram_bytes", static_cast<std::int64_t>(report.datagram_bytes));
  writer.member("sent", whole(report.sent));
  writer.member("send_errors", whole(report.send_errors));
  writer.member("sent_per_s", report.sent_per_second());
  writer.member("expected", whole(report.expected));
  writer.member("delivered", whole(report.deliveries.unique));
  writer.member("delivered_per_s", report.delivered_per_second());
  writer.member("lost", whole(report.lost()));
  writer.member("loss", report.loss());
  writer.member("duplicates", whole(report.deliveries.duplicates));
  writer.member("reordered", whole(report.deliveries.reordered));
  writer.member("foreign", whole(report.deliveries.foreign));
  write_latency(writer, report.latency);
  if (const auto cpu = cpu_us_per_delivery(report)) {
    writer.member("server_cpu_seconds", *report.server_cpu_seconds);
    writer.member("server_cpu_us_per_delivery", *cpu);
  }
  writer.end_object();
  return out;
}

std::string progress_text(const LoadProgress& progress) {
  return fmt::format("{:.1f} s  sent {}  received {}", progress.seconds,
                     format_count(static_cast<double>(progress.sent)),
                     format_count(static_cast<double>(progress.received)));
}

}  // namespace aesel::app
