// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>

namespace lockstep {

/// What one connection may ask for. Each has an option of `control serve`.
struct rpc_limits {
  std::size_t line_bytes = std::size_t{4} << 20U; ///< of one line, without its end
  std::size_t nesting = 64;                       ///< arrays and objects inside each other
  std::size_t batch = 1'000;                      ///< members of one batch
  std::size_t in_flight = 1'000;                  ///< calls that are not answered yet
};

} // namespace lockstep
