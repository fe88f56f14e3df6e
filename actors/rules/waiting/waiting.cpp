// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/waiting/waiting.hpp"

#include "actors/rules/waiting/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>

namespace lockstep {

namespace {

double seconds_from(double told) {
  return std::isfinite(told) && told > 0 ? told : 0;
}

double fraction_from(double told) {
  return std::isnan(told) ? 0 : std::clamp(told, 0.0, 1.0);
}

/// A solver that has not reached the barrier.
struct late_solver {
  std::size_t part = 0;
  const placed_solver* place = nullptr;
  const solver_status* told = nullptr; ///< of one that computes
  lateness what = lateness::unknown;
  double seconds = 0;

  /// Who computes longest comes first.
  [[nodiscard]] auto rank() const {
    const auto kind = what == lateness::computes ? 0 : what == lateness::unknown ? 1 : 2;
    return std::tuple{kind, -seconds, place->solver};
  }
};

/// What a worker says of its solver; none where it does not answer, or speaks of another one.
const solver_status* told_of(const placed_solver& place, const waiting_facts::node& node,
                             run_id run) {
  if (place.slot >= node.told.size())
    return nullptr;
  const auto& told = node.told[place.slot];
  const bool speaks = told.state == solver_state::idle || told.state == solver_state::busy;
  return speaks && told.run == run.value && told.solver == place.solver ? &told : nullptr;
}

class barrier_view {
public:
  barrier_view(const waiting_facts& facts, run_waiting& found)
      : facts_(facts), turn_(*facts.turn), found_(found) {
    for (std::size_t i = 0; i < turn_.parts.size(); ++i)
      look_at(i);
    found_.missing = late_.size();
    tell_longest();
  }

private:
  void look_at(std::size_t part) {
    const auto& its = turn_.parts[part];
    found_.solvers += its.places.size();
    if (!its.is_waited_for) {
      found_.reached += its.places.size();
      return;
    }
    for (const auto& place : its.places)
      count(part, place,
            facts_.were_asked ? told_of(place, facts_.nodes[part], facts_.run) : nullptr);
  }

  void count(std::size_t part, const placed_solver& place, const solver_status* told) {
    if (told == nullptr || told->number > turn_.number) {
      ++found_.unknown;
      late_.push_back({part, &place});
    } else if (told->number < turn_.number) {
      ++found_.not_begun;
      if (turn_.kind != "map") // there it may get nothing
        late_.push_back({part, &place, nullptr, lateness::not_begun});
    } else if (told->state == solver_state::idle) {
      ++found_.reached;
    } else {
      ++found_.computing;
      late_.push_back({part, &place, told, lateness::computes, seconds_from(told->seconds)});
    }
  }

  void tell_longest() {
    const auto count = std::min(late_.size(), run_waiting::told_max);
    const auto end = late_.begin() + static_cast<std::ptrdiff_t>(count);
    const auto median = median_seconds();
    std::ranges::partial_sort(late_, end, {}, &late_solver::rank);
    found_.longest.reserve(count);
    for (auto one = late_.begin(); one != end; ++one)
      found_.longest.push_back(as_told(*one, median));
  }

  /// Of those that compute or have reached the barrier; none where it lies among the latter. Of an
  /// even number the lower one.
  [[nodiscard]] std::optional<double> median_seconds() const {
    std::vector<double> all;
    for (const auto& one : late_)
      if (one.what == lateness::computes)
        all.push_back(one.seconds);
    if (all.empty())
      return std::nullopt;
    const auto middle = (found_.reached + all.size() - 1) / 2;
    if (middle < found_.reached)
      return std::nullopt;
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(middle - found_.reached);
    std::ranges::nth_element(all, at);
    return *at;
  }

  [[nodiscard]] awaited_solver as_told(const late_solver& one, std::optional<double> median) const {
    const auto& node = facts_.nodes[one.part];
    const auto slot = one.place->slot;
    awaited_solver told{.solver = one.place->solver,
                        .node = turn_.parts[one.part].node,
                        .node_name = node.name,
                        .what = one.what};
    if (node.first_position)
      told.position = *node.first_position + slot;
    if (slot < node.cores.size())
      told.core = node.cores[slot];
    if (one.what == lateness::computes) {
      told.seconds = one.seconds;
      told.fraction = fraction_from(one.told->fraction);
      told.note = one.told->note;
      told.over_median = !median || one.seconds > *median;
    }
    return told;
  }

  const waiting_facts& facts_;
  const run_turn& turn_;
  run_waiting& found_;
  std::vector<late_solver> late_;
};

awaited awaited_in(const run_turn& turn) {
  switch (turn.turn) {
  case run_turn::whose::construction:
    return awaited::construction;
  case run_turn::whose::step:
    return awaited::solvers;
  case run_turn::whose::held:
    return awaited::resume;
  case run_turn::whose::plan:
    break;
  }
  return awaited::plan;
}

} // namespace

run_waiting waiting_of(const waiting_facts& facts) {
  run_waiting found{.run = facts.run, .state = facts.state};
  if (facts.state == run_state::queued) {
    found.waits_for = awaited::places;
  } else if (!is_over(facts.state) && facts.turn) {
    found.waits_for = awaited_in(*facts.turn);
    found.seconds = seconds_from(facts.seconds);
    if (found.waits_for == awaited::solvers) {
      found.step = awaited_step{facts.turn->number, facts.turn->name, facts.turn->kind};
      const barrier_view barrier{facts, found};
    }
  }
  found.sentence = sentence_of(facts, found);
  return found;
}

} // namespace lockstep
