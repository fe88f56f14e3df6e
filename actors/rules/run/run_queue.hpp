// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/places/run_admission.hpp"
#include "actors/rules/run/run_events.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace lockstep {

/// The runs that wait for places, first in, first out.
///
/// Invariants:
///   RQ-1  nobody overtakes the head: only it begins or is refused;
///   RQ-2  the head begins as soon as its demand fits into what is free. A demand of all is for all
///         places of all nodes at that moment;
///   RQ-3  what does not fit into all that there is, taken or not, is refused, unless it is told to
///         wait for more nodes.
class run_queue {
public:
  struct waiting {
    run_id run;
    run_wish wish;
  };

  /// What became of the head.
  struct turn {
    waiting head;
    admission what = admission::begins; ///< or refused
    std::string why;                    ///< refused: a sentence
  };

  void push(const waiting& next) { runs_.push_back(next); }

  /// It is not to begin any more. False where it does not wait.
  bool remove(run_id run);

  /// Takes the head out, if its turn has come.
  std::optional<turn> next(const place_supply& supply);

  /// The first, and the last; there is one.
  [[nodiscard]] run_id front() const { return runs_.front().run; }
  [[nodiscard]] run_id back() const { return runs_.back().run; }

  [[nodiscard]] bool empty() const { return runs_.empty(); }
  [[nodiscard]] std::size_t size() const { return runs_.size(); }

  /// Counted from 1; none for a run that does not wait.
  [[nodiscard]] std::optional<std::size_t> place_of(run_id run) const;

private:
  std::deque<waiting> runs_;
};

} // namespace lockstep
