// The file of documents and of the scene graph.
#pragma once

#include "storage/sqlite/schema.hpp"

namespace aesel::storage::sqlite {

const Schema& document_schema();

}  // namespace aesel::storage::sqlite
