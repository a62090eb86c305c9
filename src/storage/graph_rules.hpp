// What every graph store accepts, in one place, so that the back-ends refuse the same things.
#pragma once

#include <vector>

#include "storage/graph_store.hpp"

namespace aesel::storage {

/// In every change keys are not empty, bodies are JSON objects and poses are finite. A valid change fails
/// only for reasons outside of it.
bool is_valid(const std::vector<GraphChange>& changes);

}  // namespace aesel::storage
