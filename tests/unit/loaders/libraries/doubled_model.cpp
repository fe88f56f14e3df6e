// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

// Two models of one name, of which a run could find the first only.

namespace doubled_model {

struct first {
  explicit first(const lockstep::seat&) {}
};

struct second {
  explicit second(const lockstep::seat&) {}
};

void plan_of_first(lockstep::team<first>&) {}
void plan_of_second(lockstep::team<second>&) {}

} // namespace doubled_model

LOCKSTEP_MODEL("twin", doubled_model::first, doubled_model::plan_of_first)
LOCKSTEP_MODEL("twin", doubled_model::second, doubled_model::plan_of_second)
