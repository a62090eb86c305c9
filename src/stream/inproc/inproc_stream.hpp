// The change stream inside one process: publishing calls the sink.
#pragma once

#include <memory>

#include "net/fwd.hpp"
#include "stream/stream.hpp"

namespace aesel::stream {

/// Both ends, on one core. Events published while nobody runs the subscriber are dropped.
struct InprocStream {
  std::unique_ptr<Publisher> publisher;
  std::unique_ptr<Subscriber> subscriber;
};
InprocStream make_inproc_stream(boost::asio::io_context& context);

}  // namespace aesel::stream
