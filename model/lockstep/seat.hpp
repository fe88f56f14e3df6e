// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <cstddef>
#include <cstdint>

namespace lockstep {

/// Where a solver sits: which share of the problem is its own. Lives while the solver is
/// constructed: copy what is needed later.
struct seat {
  std::size_t index = 0;  ///< 0 … count-1
  std::size_t count = 1;  ///< the number N of solvers in the run
  std::uint64_t seed = 0; ///< differs per index; the same for the same run seed and index
  json parameters;        ///< the run's parameters, defaults filled in

  /// The same, as a team has them.
  [[nodiscard]] const json& params() const { return parameters; }
};

} // namespace lockstep
