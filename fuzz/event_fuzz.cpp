// Events as they come from the network: the fast decoder, then the general one. What the fast one accepts,
// the general one must understand the same way.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "objects/request.hpp"
#include "wire/event_decoder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aesel;
  static wire::EventDecoder decoder;
  std::string padded(reinterpret_cast<const char*>(data), size);
  padded.append(wire::kDecoderSlack, '\0');
  wire::MoveEvent move;
  const auto fast = decoder.decode({padded.data(), size}, move);
  const auto general = objects::parse_event({padded.data(), size});
  if (fast != wire::Decoded::kMove || !general) return 0;  // leading zeros are the fast decoder's alone
  if (static_cast<int>(general->type) != move.type) std::abort();
  return 0;
}
