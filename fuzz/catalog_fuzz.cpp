// Every JSON body that projects, collections and relationships read, and what is made of it: what was decoded
// can be sent as JSON, and comes back from its stored form as it was. The first byte chooses the decoder.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "assets/relationship_codec.hpp"
#include "catalog/entry_codec.hpp"
#include "projects/project_codec.hpp"

namespace {

using namespace aesel;

void require(bool holds) {
  if (!holds) std::abort();
}

void try_entry(std::string_view body) {
  const auto object = catalog::parse_object(body);
  if (!object) return;
  const auto input = catalog::decode_entry(*object);
  const auto parts = projects::decode_parts(*object);
  if (!input || !parts) return;
  catalog::Entry entry{.name = input->name, .description = input->description, .tags = input->tags};
  entry.more = projects::encode_parts(*parts);
  require(*projects::decode_parts(entry.more) == *parts);
  std::string text;
  json::Writer writer(text);
  catalog::write_entry(writer, entry);
  const auto sent = catalog::parse_object(text);
  require(sent && *projects::decode_parts(*sent) == *parts);
}

void try_relationship(std::string_view body) {
  const auto relationship = assets::decode_relationship(body);
  if (!relationship) return;
  require(assets::relationship_from(relationship->id.text(), assets::stored_body(*relationship)) ==
          *relationship);
  std::string text;
  json::Writer writer(text);
  assets::write_relationship(writer, *relationship);
  require(*assets::decode_relationship(text) == *relationship);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      try_entry(body);
      break;
    case 1:
      try_relationship(body);
      break;
    case 2:
      static_cast<void>(projects::decode_group(body));
      break;
    case 3:
      static_cast<void>(catalog::decode_ids(body));
      break;
    case 4:
      static_cast<void>(assets::decode_relationships_of(body));
      break;
    case 5:
      static_cast<void>(catalog::is_short_text(body));
      break;
  }
  return 0;
}
