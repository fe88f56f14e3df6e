// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/reduction.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/model_reference.hpp"
#include "actors/wire/packed_json.hpp"

#include <cstdint>
#include <vector>

namespace lockstep {

/// What a plan needs to begin.
struct plan_start {
  run_id run;
  model_reference model;
  packed_json parameters; ///< to be read on the thread of the plan
  std::uint64_t seed = 0;
  std::uint64_t solvers = 0;
  std::uint64_t payload_limit = 0; ///< bytes
  std::vector<subtree> groups;     ///< the solvers of each node, in order
};

template <class Inspector>
bool inspect(Inspector& f, subtree& x) {
  return f.object(x).fields(f.field("first", x.first), f.field("count", x.count));
}

template <class Inspector>
bool inspect(Inspector& f, plan_start& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("model", x.model),
                            f.field("parameters", x.parameters), f.field("seed", x.seed),
                            f.field("solvers", x.solvers),
                            f.field("payload_limit", x.payload_limit), f.field("groups", x.groups));
}

} // namespace lockstep
