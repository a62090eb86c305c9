// Whether a back-end finds its things again when it is opened a second time.
#pragma once

namespace aesel::storage::testing {

enum class Durability { kVolatile, kDurable };

}  // namespace aesel::storage::testing
