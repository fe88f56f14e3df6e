#include "examples/traffic_assignment/figures.hpp"
#include "examples/traffic_assignment/path_share.hpp"
#include "examples/traffic_assignment/problem.hpp"
#include "examples/traffic_assignment/tntp_flow.hpp"

#include <lockstep/model.hpp>

#include <chrono>
#include <cmath>
#include <stdexcept>

// User equilibrium: every solver spreads the trips of its own origins over paths; at each barrier
// the flows of all are summed, and the best step towards the sum is taken.

namespace traffic_assignment {

namespace {

/// One solver: some origins. A step begins where the plan says: with the total flows of all
/// solvers, and the part of its last answer that was accepted.
class assigner {
public:
  explicit assigner(const lockstep::seat& seat)
      : all_(problem_of(seat.params())),
        share_(all_.roads, all_.factors, all_.demand, origins_of(all_, seat.index, seat.count)),
        solvers_(seat.count) {}

  /// Puts all trips on paths. Answers this solver's own flows by link.
  std::vector<double> load() {
    share_.load(solvers_);
    return share_.own_flows();
  }

  /// Adds the shortest paths at these flows. Answers this solver's own flows by link and, as a last
  /// element, what its trips would cost on their shortest paths.
  std::vector<double> measure(const std::vector<double>& flows, double accepted) {
    share_.accept(accepted);
    const double shortest = share_.add_shortest_paths(flows);
    auto answer = share_.own_flows();
    answer.push_back(shortest);
    return answer;
  }

  /// Adds the shortest paths origin after origin, and shifts flow onto them. Answers this solver's
  /// own flows by link and, as a last element, an estimate of what its trips paid above the
  /// shortest.
  std::vector<double> search(const std::vector<double>& flows, double accepted) {
    share_.accept(accepted);
    const double excess = share_.search_and_shift(flows);
    auto answer = share_.own_flows();
    answer.push_back(excess);
    return answer;
  }

  /// Shifts flow between the paths that there are. Answers this solver's own flows by link.
  std::vector<double> shift(const std::vector<double>& flows, double accepted) {
    share_.accept(accepted);
    share_.shift_flows(flows);
    return share_.own_flows();
  }

private:
  problem all_;
  path_share share_;
  std::size_t solvers_;
};

using team = lockstep::team<assigner>;

/// Flows at a barrier, and what part of the solvers' last answers they hold.
struct assignment {
  std::vector<double> flows;
  double accepted = 1;
};

void take_best_step(const problem& all, assignment& now, const std::vector<double>& proposed,
                    std::size_t solvers) {
  if (solvers == 1) {
    now = {proposed, 1};
    return;
  }
  std::vector<double> direction(now.flows.size());
  for (std::size_t link = 0; link < direction.size(); ++link)
    direction[link] = proposed[link] - now.flows[link];
  now.accepted = best_step(all.costs, now.flows, direction, solvers);
  for (std::size_t link = 0; link < direction.size(); ++link)
    now.flows[link] = std::max(0.0, now.flows[link] + now.accepted * direction[link]);
}

double progress_of(double gap, double goal) {
  // From 1 down to the goal, by digits.
  return gap <= goal ? 1 : std::clamp(std::log(gap) / std::log(goal), 0.0, 1.0);
}

/// The files that a parameter names, if it does.
void write_results(const problem& all, const assignment& now, const lockstep::json& parameters) {
  std::vector<double> costs;
  std::vector<double> times;
  for (std::size_t link = 0; link < now.flows.size(); ++link) {
    costs.push_back(all.costs[link].cost(now.flows[link]));
    times.push_back(all.costs[link].time(now.flows[link]));
  }
  for (const auto* name : {"flows-out", "csv-out"})
    if (const std::string file = parameters.at(name); !file.empty())
      write_flows(file, all.roads, {now.flows, costs, times});
}

class search_for_equilibrium {
public:
  explicit search_for_equilibrium(team& solvers)
      : solvers_(solvers), params_(solvers.params()), all_(problem_of(params_)),
        begun_(solvers.now()) {
    now_.flows.resize(all_.roads.links());
  }

  lockstep::json run() {
    if (!all_.demand.warnings.empty())
      solvers_.report({{"warnings", all_.demand.warnings}});
    try {
      iterate();
    } catch (const lockstep::run_cancelled&) {
      // What there is so far is worth having. Its gap cannot be measured any more.
      cancelled_ = true;
      if (steps_ == 0)
        throw;
      best_ = now_;
      found_ = figures_of(all_.costs, best_.flows, 0, all_.demand.total);
      found_.relative_gap = estimate_;
      found_.average_excess_cost = estimate_ * found_.total_cost / all_.demand.total;
    }
    write_results(all_, best_, params_);
    return result();
  }

private:
  void iterate() {
    const double goal = params_.at("gap");
    const std::int64_t rounds = params_.at("rounds");
    const double limit = params_.at("seconds");
    now_.flows = solvers_.reduce<&assigner::load>(lockstep::sum);
    for (;;) {
      const bool over = (rounds != 0 && steps_ >= rounds) || (limit != 0 && seconds() >= limit) ||
                        solvers_.cancelled();
      // The estimate is dear to confirm, so it is only where it may end the run.
      if (estimate_ <= goal || over) {
        measure();
        if (found_.relative_gap <= goal || over)
          return;
      }
      ++steps_;
      const auto round_begun = seconds();
      search();
      // Between two searches paths are few and shifts are cheap, so there are several.
      constexpr int shifts = 8;
      for (int i = 0; i < shifts; ++i)
        take(solvers_.reduce<&assigner::shift>(lockstep::sum, now_.flows, now_.accepted));
      report(round_begun);
    }
  }

  /// One round: shortest paths at the costs that each origin meets, and flow shifted onto them.
  void search() {
    auto proposed = solvers_.reduce<&assigner::search>(lockstep::sum, now_.flows, now_.accepted);
    const double excess = proposed.back();
    proposed.pop_back();
    const auto here = figures_of(all_.costs, now_.flows, 0, all_.demand.total);
    estimate_ = here.total_cost > 0 ? excess / here.total_cost : 1;
    take(std::move(proposed));
  }

  /// The figures of the flows as they are, which become the best so far.
  void measure() {
    auto summed = solvers_.reduce<&assigner::measure>(lockstep::sum, now_.flows, now_.accepted);
    const double shortest = summed.back();
    summed.pop_back();
    found_ = figures_of(all_.costs, now_.flows, shortest, all_.demand.total);
    best_ = now_;
    // Summed anew from the paths, so that rounding does not add up from step to step.
    now_ = {std::move(summed), 1};
  }

  void take(std::vector<double> proposed) { take_best_step(all_, now_, proposed, solvers_.size()); }

  void report(double round_begun) {
    const auto now = figures_of(all_.costs, now_.flows, 0, all_.demand.total);
    solvers_.report({{"round", steps_},
                     {"relative_gap", estimate_}, // at the beginning of the round
                     {"objective", now.objective},
                     {"total_travel_time", now.total_time},
                     {"accepted", now_.accepted},
                     {"seconds", seconds()},
                     {"round_seconds", seconds() - round_begun},
                     {"progress", progress_of(estimate_, params_.at("gap"))}});
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(solvers_.now() - begun_).count();
  }

  [[nodiscard]] lockstep::json result() const {
    return {{"network", all_.name},
            {"links", all_.roads.links()},
            {"zones", all_.roads.zones},
            {"demand", all_.demand.total},
            {"intrazonal_demand", all_.demand.intrazonal},
            {"objective", found_.objective},
            {"relative_gap", found_.relative_gap},
            {"average_excess_cost", found_.average_excess_cost},
            {"total_travel_time", found_.total_time},
            {"total_cost", found_.total_cost},
            {"steps", steps_},
            {"seconds", seconds()},
            {"cancelled", cancelled_ || solvers_.cancelled()}};
  }

  team& solvers_;
  const lockstep::json& params_;
  problem all_;
  std::chrono::system_clock::time_point begun_;
  assignment now_;
  assignment best_; ///< which `found_` tells of
  figures found_;
  double estimate_ = 1; ///< of the relative gap, at the last search
  std::int64_t steps_ = 0;
  bool cancelled_ = false;
};

lockstep::json plan(team& solvers) {
  return search_for_equilibrium{solvers}.run();
}

} // namespace

} // namespace traffic_assignment

LOCKSTEP_MODEL(
    "traffic_assignment", traffic_assignment::assigner, traffic_assignment::plan,
    "Traffic assignment: the flows at which no traveller has a cheaper path",
    lockstep::text("net", "", "a TNTP network file, also .gz; empty for a made-up city"),
    lockstep::text("trips", "", "its TNTP trips file"),
    lockstep::text("city", "town", "the made-up city: town, small or large"),
    lockstep::integer("seed", 1, "seed of the made-up city").between(0, 4e9),
    lockstep::number("gap", 1e-5, "relative gap at which to stop").between(1e-14, 1),
    lockstep::integer("rounds", 0, "rounds after which to stop; 0: no limit").between(0, 1e9),
    lockstep::number("seconds", 0, "seconds after which to stop; 0: no limit").between(0, 1e9),
    lockstep::number("toll-factor", 0, "cost of one unit of toll").between(0, 1e9),
    lockstep::number("distance-factor", 0, "cost of one unit of length").between(0, 1e9),
    lockstep::text("flows-out", "", "write link flows here, in the TNTP format"),
    lockstep::text("csv-out", "", "write link flows here, as CSV"))
