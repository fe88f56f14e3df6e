// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/places/node_life.hpp"
#include "actors/rules/places/placement.hpp"
#include "actors/rules/run/run_commands.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// The part of a run that one node has: consecutive solvers, on whichever of its slots.
struct run_block {
  node_number node;
  std::string host; ///< for people
  bool remote = false;
  share solvers;
  std::vector<placed_solver> places;
};

/// The nodes of a head, the life of each, and which run has which of their places.
///
/// A place, one slot of a node, is free or has one solver of one run:
///
///     free ── place ──► taken ── release ──► free
///                         └───── lost ─────► (there no more)
///
/// Invariants:
///   PT-1  a place has one solver at most, and a solver of a run one place;
///   PT-2  only a node that is up, neither draining nor leaving, gets solvers;
///   PT-3  solvers go to nodes in the order of their numbers, in blocks, so that neighbours share
///         machines; which slots they get follows from nothing else.
class place_table {
public:
  /// Which solver has a place; run 0 where it is free.
  struct holder {
    run_id run;
    std::uint64_t solver = 0;
  };

  struct node {
    node_number number;
    std::string name; ///< empty on the head's machine
    std::string host;
    bool remote = false;
    std::vector<holder> slots; ///< of a node that is gone too
    node_state state = node_state::up;
    std::size_t taken = 0;
  };

  /// At once; and those that are gone are kept while there are so few in all.
  static constexpr std::size_t nodes_max = 4'096;
  static constexpr std::size_t shown_max = 100;

  /// A node is there. Gives those that are no longer kept: gone, and of its name or too many.
  std::vector<node_number> add(const run_events::node_joined& joined);

  /// Null where there is none of that number, or, with `find_up`, none of that number or name that
  /// is not gone.
  [[nodiscard]] const node* find(node_number number) const;
  [[nodiscard]] const node* find_up(const std::string& wanted) const;

  /// Something happened to it. False where that cannot happen to it now. A node that is gone has no
  /// places any more.
  bool happen(node_number number, node_life_event what);

  /// The nodes that a new run may use, in order, and what of them is taken.
  [[nodiscard]] std::vector<node_places> supply() const;

  /// Deals places out: one part for each node that gets some. There are enough: see run_admission.
  std::vector<run_block> place(run_id run, const placement_wish& wish);

  /// The run has nothing on the node any more.
  void release(run_id run, node_number number);

  /// The runs on a node, each once.
  [[nodiscard]] std::vector<run_id> runs_on(node_number number) const;

  /// Those that are told to leave and have nobody's solvers any more.
  [[nodiscard]] std::vector<node_number> free_and_draining() const;
  [[nodiscard]] bool are_some_draining() const { return draining_ != 0; }

  [[nodiscard]] std::size_t up() const { return up_; }
  [[nodiscard]] const std::map<node_number, node>& all() const { return nodes_; }

private:
  static run_block take(node& from, run_id run, const share& solvers);

  std::map<node_number, node> nodes_;
  std::size_t up_ = 0;       ///< not gone
  std::size_t draining_ = 0; ///< at the next barrier of their runs
};

/// "n2 (alpha on beta)"; a node of the head's own machine has no name.
std::string title_of(const place_table::node& node);

} // namespace lockstep
