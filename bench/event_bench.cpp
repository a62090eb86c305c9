// event_bench: what one event costs inside the server, without the network: decoding, applying to the live
// table and encoding for the devices, together and apart.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "json/writer.hpp"
#include "objects/event_intake.hpp"
#include "wire/padding.hpp"

namespace {

using namespace aesel;

constexpr const char* kKey = "5b98880a2706984900000001";
constexpr const char* kPropertyKey = "5b98880a2706984900000002";

/// Takes events and forgets them.
class NullPublisher final : public stream::Publisher {
 public:
  stream::PublishOutcome publish(const stream::Event& event) override {
    bytes += event.body.size();
    return stream::PublishOutcome::kSent;
  }
  void flush() override {}
  Result<void> check() override { return {}; }
  std::size_t bytes = 0;
};

/// A datagram with the room behind it that receivers guarantee.
class Packet {
 public:
  explicit Packet(const std::string& text)
      : bytes_(text.size() + net::kDatagramSlack, '\0'), size_(text.size()) {
    std::memcpy(bytes_.data(), text.data(), text.size());
  }
  std::span<char> span() { return {bytes_.data(), size_}; }
  net::Datagram datagram() { return {span(), nullptr, 1}; }

 private:
  std::vector<char> bytes_;
  std::size_t size_;
};

std::string object_event(const char* head) {
  return std::string(head) + "\"key\":\"" + kKey +
         "\",\"name\":\"LeftHand\",\"scene\":\"stage\",\"transform\":[0.9659258262890683,-0."
         "25881904510252074,0.0,"
         "1.8477590650225735,0.25881904510252074,0.9659258262890683,0.0,-3.0614674589207183,0.0,0.0,1.0,"
         "12.345678901234567,0.0,0.0,0.0,1.0]}";
}

std::string property_event() {
  return std::string("{\"msg_type\":9,\"key\":\"") + kPropertyKey + "\",\"values\":[0.5403023058681398]}";
}

/// The live tables with one object and one property, and an intake over them.
struct Service {
  Service() {
    objects::Object object;
    object.id = *ObjectId::parse(kKey);
    object.name = "LeftHand";
    object.scene = "stage";
    object.parent = "LeftForeArm";
    objects.insert(object);
    objects::Property property;
    property.id = *PropertyId::parse(kPropertyKey);
    property.name = "Brightness";
    property.scene = "stage";
    properties.insert(property);
  }
  objects::ObjectTable objects;
  objects::PropertyTable properties;
  NullPublisher publisher;
  telemetry::Metrics metrics;
  objects::EventIntake intake{objects, properties, publisher, metrics};
};

void run_intake(benchmark::State& state, const std::string& text) {
  Service service;
  Packet packet(text);
  const net::Datagram datagram = packet.datagram();
  for (auto _ : state) {
    service.intake.on_datagram(datagram);
    service.intake.on_batch_end();
  }
  if (service.publisher.bytes == 0) state.SkipWithError("nothing was published");
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text.size()));
}

void ObjectEvent(benchmark::State& state) {
  run_intake(state, object_event("{\"msg_type\":1,"));
}
BENCHMARK(ObjectEvent);

void PropertyEvent(benchmark::State& state) {
  run_intake(state, property_event());
}
BENCHMARK(PropertyEvent);

/// An owner makes it more than a move: the general decoder takes it.
void ObjectEventGeneralPath(benchmark::State& state) {
  run_intake(state, object_event("{\"msg_type\":1,\"owner\":\"device\","));
}
BENCHMARK(ObjectEventGeneralPath);

/// Integers have to be written anew, as reals.
void ObjectEventNumbersRewritten(benchmark::State& state) {
  run_intake(state, std::string("{\"msg_type\":1,\"key\":\"") + kKey +
                        "\",\"transform\":[1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7]}");
}
BENCHMARK(ObjectEventNumbersRewritten);

void DecodeObjectEvent(benchmark::State& state) {
  Packet packet(object_event("{\"msg_type\":1,"));
  wire::EventDecoder decoder;
  wire::MoveEvent event;
  for (auto _ : state) {
    if (decoder.decode(packet.span(), event) != wire::Decoded::kMove) state.SkipWithError("not decoded");
    benchmark::DoNotOptimize(event);
  }
}
BENCHMARK(DecodeObjectEvent);

void EncodeReals(benchmark::State& state) {
  Packet packet(object_event("{\"msg_type\":1,"));
  wire::EventDecoder decoder;
  wire::MoveEvent event;
  decoder.decode(packet.span(), event);
  std::string text;
  for (auto _ : state) {
    text.clear();
    for (const double value : event.values) json::append_real(text, value);
    benchmark::DoNotOptimize(text);
  }
}
BENCHMARK(EncodeReals);

void PadForBase64(benchmark::State& state) {
  const std::string event = object_event("{\"msg_type\":1,");
  std::string text = event;
  text.reserve(event.size() + 16);
  for (auto _ : state) {
    text.assign(event);
    wire::pad_for_base64(text);
    benchmark::DoNotOptimize(text);
  }
}
BENCHMARK(PadForBase64);

}  // namespace

BENCHMARK_MAIN();
