// ObjectsOptions: what the configuration decides about the objects service.
#pragma once

#include <cstddef>

#include "wire/padding.hpp"

namespace aesel::objects {

struct ObjectsOptions {
  int flush_ms = 50;                       // events.flush_ms: how long a change by an event may be unstored
  std::size_t flush_records_max = 2'000;   // in one write to the store
  std::size_t flush_bytes_max = 4u << 20;  // likewise; one record may exceed it
  std::size_t records_max = 1'000'000;     // objects.max: of objects, and as many properties
  wire::Padding padding = wire::Padding::kBase64;  // event.plain.padding: of outgoing events
};

}  // namespace aesel::objects
