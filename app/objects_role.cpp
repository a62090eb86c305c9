#include "app/objects_role.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.hpp"
#include "objects/object_api.hpp"
#include "stream/inproc/inproc_stream.hpp"
#include "stream/udp/udp_stream.hpp"
#include "telemetry/log.hpp"

namespace aesel::app {

namespace asio = boost::asio;

Outcome ObjectsRole::open_port() {
  net::UdpOptions options;
  options.host = parts_.config.text("udp.host");
  options.port = static_cast<std::uint16_t>(parts_.config.integer("udp.port"));
  auto receiver = net::open_udp_receiver(parts_.context, options);
  if (!receiver) return cannot_listen(parts_.config, "events", "udp", receiver.error());
  receiver_ = std::move(*receiver);
  return {};
}

Outcome ObjectsRole::open(std::vector<std::unique_ptr<stream::Subscriber>>* subscribers) {
  const Config& config = parts_.config;
  Outcome opened = open_publisher(subscribers);
  if (!opened) return opened;
  objects::ObjectsOptions options;
  options.flush_ms = static_cast<int>(config.integer("events.flush_ms"));
  options.records_max = static_cast<std::size_t>(config.integer("objects.max"));
  if (!config.boolean("event.plain.padding")) options.padding = wire::Padding::kNone;
  const objects::Objects::Parts parts{*parts_.store.documents, *publisher_,    parts_.keys,
                                      system_clock(),          parts_.metrics, options};
  service_ = std::make_unique<objects::Objects>(parts);
  const Result<void> loaded = service_->load();
  if (!loaded) return "cannot load the objects from " + parts_.store.place + ": " + loaded.error().message();
  intake_ = std::make_unique<objects::EventIntake>(service_->object_table(), service_->property_table(),
                                                   *publisher_, parts_.metrics, options.padding);
  router_ = std::make_unique<http::Router>(objects::routes(*service_));
  parts_.checks.push_back(
      {"change stream", [this]() -> Task<Result<void>> { co_return publisher_->check(); }});
  return {};
}

Outcome ObjectsRole::open_publisher(std::vector<std::unique_ptr<stream::Subscriber>>* subscribers) {
  const Config& config = parts_.config;
  const std::string& method = config.text("event.stream.method");
  const bool inproc = method == "inproc" || (method == "auto" && subscribers != nullptr);
  if (inproc && subscribers == nullptr) {
    return std::string(
        "event.stream.method is inproc, but the scenes role is not in this process: use udp or auto");
  }
  if (inproc) {
    stream::InprocStream made = stream::make_inproc_stream(parts_.context);
    subscribers->push_back(std::move(made.subscriber));
    publisher_ = std::move(made.publisher);
    return {};
  }
  const auto destination = resolve_destination(config.text("event.stream.udp.destination"));
  if (!destination) return destination.error();
  auto made = stream::open_udp_publisher(*destination, 8 << 20, parts_.metrics);
  if (!made) return "cannot open the change stream to " + destination->text() + ": " + made.error().message();
  publisher_ = std::move(*made);
  return {};
}

void ObjectsRole::spawn(net::TaskGroup& tasks) {
  tasks.spawn("flusher", service_->flusher().run());
  tasks.spawn("event intake", receiver_->run(*intake_));
}

Task<bool> ObjectsRole::flush(int grace_ms) {
  service_->flusher().stop();
  const std::int64_t until_ns = system_clock().steady_ns() + grace_ms * std::int64_t{1'000'000};
  for (;;) {
    const Result<void> flushed = co_await service_->flusher().flush_all();
    if (flushed) co_return true;
    if (system_clock().steady_ns() > until_ns) {
      telemetry::log(telemetry::Level::kError, "the last events could not be stored",
                     {{"error", flushed.error().message()}});
      co_return false;
    }
    asio::steady_timer pause(parts_.context, std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace aesel::app
