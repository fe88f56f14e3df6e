// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/assignment/assigner.hpp"
#include "examples/traffic_assignment/network/link_cost.hpp"

#include <lockstep/team.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace traffic_assignment {

/// A way to the equilibrium: the flows of all solvers at a barrier, and the steps that improve
/// them. `load`, `improve` and `measure` run steps of the team and throw what those throw; the
/// flows are then those of the last barrier.
class method {
public:
  /// Both references must outlive it.
  method(lockstep::team<assigner>& solvers, std::span<const link_cost> costs)
      : solvers_(solvers), costs_(costs) {}
  virtual ~method() = default;
  method(const method&) = delete;
  method& operator=(const method&) = delete;

  /// Puts all trips on paths.
  virtual void load() = 0;

  /// One round. Answers an estimate of the relative gap at its beginning.
  virtual double improve() = 0;

  /// The exact relative gap of the flows as they are.
  virtual double measure() = 0;

  [[nodiscard]] const std::vector<double>& flows() const { return flows_; } ///< by link
  /// The part of the solvers' last proposal, 0 to 1, that the flows hold.
  [[nodiscard]] double accepted() const { return accepted_; }
  /// The seconds of the slowest solver in the last search over the mean: 1 is perfect.
  [[nodiscard]] double imbalance() const { return imbalance_; }
  /// How often an origin has gone to another solver.
  [[nodiscard]] std::int64_t origins_moved() const { return origins_moved_; }
  [[nodiscard]] std::int64_t steps() const { return steps_; }

protected:
  /// A step of all solvers, their answers summed.
  template <auto Step, class... Args>
  std::vector<double> step(const Args&... args) {
    ++steps_;
    return solvers_.reduce<Step>(lockstep::sum, args...);
  }

  /// Likewise, of those that end in the seconds of each solver.
  template <auto Step, class... Args>
  std::vector<double> timed_step(const Args&... args) {
    auto answer = step<Step>(args...);
    take_imbalance(answer);
    return answer;
  }

  [[nodiscard]] lockstep::team<assigner>& solvers() { return solvers_; }
  [[nodiscard]] std::span<const link_cost> costs() const { return costs_; }

  std::vector<double> flows_;
  double accepted_ = 1;
  std::int64_t origins_moved_ = 0;

private:
  void take_imbalance(std::vector<double>& answer);

  lockstep::team<assigner>& solvers_;
  std::span<const link_cost> costs_;
  std::int64_t steps_ = 0;
  double imbalance_ = 1;
};

/// The one that the team's parameters name.
[[nodiscard]] std::unique_ptr<method> method_of(lockstep::team<assigner>& solvers,
                                                std::span<const link_cost> costs);

} // namespace traffic_assignment
