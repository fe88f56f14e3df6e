// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/waiting/waiting.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace lockstep {

/// Run r1 in step 17, "improve", whose nodes were asked what their solvers do.
class run_in_step {
public:
  /// The next node, with so many solvers that compute since a second.
  run_in_step& node(std::size_t solvers, std::string name = {}) {
    run_turn::part part{{static_cast<std::uint32_t>(facts.nodes.size() + 1)}, {}, true};
    waiting_facts::node known{std::move(name), solvers_};
    for (std::uint32_t slot = 0; slot < solvers; ++slot) {
      part.places.push_back({solvers_++, slot});
      known.cores.push_back(slot);
      solver_status told;
      told.slot = slot;
      told.solver = part.places.back().solver;
      told.state = solver_state::busy;
      told.run = 1;
      told.number = 17;
      told.seconds = 1;
      known.told.push_back(std::move(told));
    }
    facts.turn->parts.push_back(std::move(part));
    facts.nodes.push_back(std::move(known));
    return *this;
  }

  solver_status& told(std::size_t node, std::size_t slot) {
    return facts.nodes.at(node).told.at(slot);
  }
  /// Those of the first node from this slot on have reached the barrier.
  run_in_step& reached_from(std::size_t slot) {
    for (auto i = slot; i < facts.nodes.at(0).told.size(); ++i)
      told(0, i).state = solver_state::idle;
    return *this;
  }
  run_in_step& in(std::string kind) {
    facts.turn->kind = std::move(kind);
    return *this;
  }
  [[nodiscard]] run_waiting found() const { return waiting_of(facts); }
  [[nodiscard]] std::string sentence() const { return found().sentence; }

  waiting_facts facts{.run = {1},
                      .state = run_state::running,
                      .turn = run_turn{run_turn::whose::step, {}, 17, "improve", "broadcast", {}},
                      .seconds = 13,
                      .were_asked = true};

private:
  std::uint64_t solvers_ = 0;
};

} // namespace lockstep
