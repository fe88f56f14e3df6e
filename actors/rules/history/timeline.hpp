// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/places/allotment.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace lockstep {

/// A step that is over; times in seconds, from the start of the run's plan.
struct timed_step {
  double began = 0;
  double seconds = 0; ///< from the fan-out to the barrier
  double mean = 0;    ///< computing time of the solvers
  double slowest = 0; ///< likewise
  double reduce_seconds = 0;
  /// Computing time of each solver in their order. Where they are not those of all solvers, the
  /// mean stands for each.
  std::span<const double> solver_seconds{};
};

/// Shares of the time of each column, from 0 to 1.
struct timeline_shares {
  std::vector<double> between;  ///< no step was under way
  std::vector<double> transfer; ///< in a step, but no solver computed and nothing was combined
  std::vector<double> reduce;   ///< in a step, answers were combined
  struct row {
    std::vector<double> computed;
    std::vector<double> waited; ///< in a step, but not computing
  };
  std::vector<row> rows; ///< of the mean solver of each
};

/// Where the time of a run went, in columns of one width. A solver computes from the beginning of a
/// step for its computing time, then waits until the barrier, so what it took to hand over is
/// inside of its waits.
///
/// - TL-1: what was computed and waited of a row and `between` add up to the column.
/// - TL-2: over all columns, a row computed its solvers' time as far as it lies in the range.
/// - TL-3: a step costs a look at each solver, or at each row where their time is not known, for
///   each column that it goes on in: together at most steps and columns times solvers.
class timeline {
public:
  /// Columns from `from` to `to`; none where that is no time, or less than a clock tells. `rows`
  /// are consecutive solvers, which together are all.
  timeline(double from, double to, std::size_t columns, const std::vector<share>& rows);

  /// Steps do not overlap.
  void add(const timed_step& step);

  [[nodiscard]] timeline_shares take() &&;

private:
  struct span_of_time {
    double from, to;
  };

  [[nodiscard]] double left_of(std::size_t column) const {
    return from_ + width_ * static_cast<double>(column);
  }
  /// Adds to each column `weight` times what it has of this time.
  void add_time(std::vector<double>& to, span_of_time when, double weight) const;

  double from_, to_;
  std::size_t columns_;
  double width_;
  std::vector<share> parts_; ///< the solvers of each row
  std::size_t solvers_ = 0;
  std::vector<double> in_steps_, transfer_, reduce_; ///< seconds of each column, here and below
  std::vector<std::vector<double>> computed_;        ///< of each row, of all its solvers together
};

/// Rows of solvers that are neighbours: of one solver each, or of as many, more or less, where they
/// are more than `rows_max`.
std::vector<share> rows_of_solvers(std::size_t solvers, std::size_t rows_max);

/// The same with the solvers of whole nodes.
std::vector<share> rows_of_nodes(const std::vector<share>& nodes, std::size_t rows_max);

} // namespace lockstep
