#pragma once

#include <lockstep/driver.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// The word for people: "broadcast", …
std::string to_string(step_kind kind);

/// What a step cost.
struct step_figures {
  std::uint64_t number = 0; ///< in its run, from 1
  std::string name;
  std::string kind;                   ///< "broadcast", "scatter", "map" or "reduce"
  double seconds = 0;                 ///< from the fan-out to the barrier, by the head's clock
  std::vector<double> solver_seconds; ///< computing time of each solver, by its own wall clock
  double reduce_seconds = 0;          ///< combining answers, on the node that took longest
  std::uint64_t bytes_out = 0;        ///< of arguments, as many times as they were sent
  std::uint64_t bytes_in = 0;         ///< of answers
};

/// How long the solvers computed.
struct spread {
  double slowest = 0; ///< seconds
  double mean = 0;    ///< seconds
  /// slowest / mean: 1 is perfect, N is one solver computing alone; 1 where nobody computed
  double imbalance = 1;
  double barrier_wait = 0; ///< slowest - mean: what the mean solver waited for the slowest, seconds
};

spread spread_of(const std::vector<double>& solver_seconds);

/// What a step took beside computing, waiting for the slowest and combining: messages, copies,
/// wake-ups. In seconds.
double transfer_of(const step_figures& step);

} // namespace lockstep
