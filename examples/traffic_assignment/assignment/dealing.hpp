// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace traffic_assignment {

/// What an origin costs its solver in a round, in no unit; counted, not timed, so that a run that
/// is done again deals alike.
struct origin_work {
  std::uint32_t origin = 0;
  double work = 0; ///< > 0

  template <class Archive>
  void serialize(Archive& archive) {
    archive(origin, work);
  }
};

/// An origin that changes its solver.
struct origin_move {
  std::uint32_t origin = 0;
  std::size_t from = 0; ///< index of the solver that has it
  std::size_t to = 0;

  bool operator==(const origin_move&) const = default;
};

/// The most work of a solver over the mean: 1 is perfect.
[[nodiscard]] double imbalance_of(std::span<const std::vector<origin_work>> by_solver);

/// What to move so that no solver has much more work than the mean: the solver with most gives to
/// the one with least, again and again, as long as the two come closer by it. Nothing where the
/// imbalance is too small to be worth a move.
[[nodiscard]] std::vector<origin_move>
moves_to_balance(std::span<const std::vector<origin_work>> by_solver);

} // namespace traffic_assignment
