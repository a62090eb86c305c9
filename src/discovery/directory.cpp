#include "discovery/directory.hpp"

namespace aesel::discovery {

std::string_view to_text(Role role) {
  switch (role) {
    case Role::kGateway:
      return "gateway";
    case Role::kObjects:
      return "objects";
    case Role::kScenes:
      return "scenes";
  }
  return "";
}

}  // namespace aesel::discovery
