// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>

namespace lockstep {

/// How busy this machine is at the moment.
struct machine_load {
  double load = 0; ///< runnable threads, mean of the last minute
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_available_bytes = 0;
  std::uint64_t processors = 0; ///< of the machine, whoever may use them
};

/// Asks the kernel; takes some 20 µs. What it does not tell is 0.
machine_load load_of_this_machine();

} // namespace lockstep
