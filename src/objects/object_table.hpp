// ObjectTable and PropertyTable: the two live tables of the service.
#pragma once

#include "objects/live_table.hpp"
#include "objects/object.hpp"
#include "objects/property.hpp"

namespace aesel::objects {

using ObjectTable = LiveTable<Object>;
using PropertyTable = LiveTable<Property>;
using ObjectEntry = ObjectTable::Entry;
using PropertyEntry = PropertyTable::Entry;

}  // namespace aesel::objects
