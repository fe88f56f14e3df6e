#include "examples/traffic_assignment/figures.hpp"
#include "examples/traffic_assignment/path_share.hpp"
#include "examples/traffic_assignment/problem.hpp"
#include "examples/traffic_assignment/tntp_flow.hpp"

#include <lockstep/model.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

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
    return own_flows_and(share_.add_shortest_paths(flows));
  }

  /// Adds the shortest paths origin after origin, and shifts flow onto them. Answers this solver's
  /// own flows by link and, as a last element, an estimate of what its trips paid above the
  /// shortest.
  std::vector<double> search(const std::vector<double>& flows, double accepted) {
    share_.accept(accepted);
    return own_flows_and(share_.search_and_shift(flows));
  }

  /// Shifts flow between the paths that there are. Answers this solver's own flows by link.
  std::vector<double> shift(const std::vector<double>& flows, double accepted) {
    share_.accept(accepted);
    share_.shift_flows(flows);
    return share_.own_flows();
  }

private:
  [[nodiscard]] std::vector<double> own_flows_and(double last) const {
    auto answer = share_.own_flows();
    answer.push_back(last);
    return answer;
  }

  problem all_;
  path_share share_;
  std::size_t solvers_;
};

using team = lockstep::team<assigner>;

double progress_of(double gap, double goal) {
  // From 1 down to the goal, by digits.
  return gap <= goal ? 1 : std::clamp(std::log(gap) / std::log(goal), 0.0, 1.0);
}

class search_for_equilibrium {
public:
  explicit search_for_equilibrium(team& solvers)
      : solvers_(solvers), params_(solvers.params()), all_(problem_of(params_)),
        costs_(costs_of(all_.roads, all_.factors)), begun_(solvers.now()) {}

  lockstep::json run() {
    if (!all_.demand.warnings.empty())
      solvers_.report({{"warnings", all_.demand.warnings}});
    try {
      iterate();
    } catch (const lockstep::run_cancelled&) {
      if (flows_.empty())
        throw;
      // The flows of the last barrier are worth having.
    }
    write_flow_files();
    return result();
  }

private:
  void iterate() {
    const double goal = params_.at("gap");
    const std::int64_t rounds = params_.at("rounds");
    const double limit = params_.at("seconds");
    flows_ = step<&assigner::load>();
    for (;;) {
      const bool over = (rounds != 0 && rounds_ >= rounds) || (limit != 0 && seconds() >= limit);
      // An estimated gap is dear to confirm, so it is only where it may end the run.
      if (gap_ <= goal || over) {
        auto summed = measure();
        if (gap_ <= goal || over)
          return;
        // Summed anew from the paths, so that rounding does not add up from step to step.
        flows_ = std::move(summed);
      }
      ++rounds_;
      const auto round_begun = seconds();
      search();
      // Between two searches paths are few and shifts are cheap, so there are several.
      constexpr int shifts = 8;
      for (int i = 0; i < shifts; ++i)
        take(step<&assigner::shift>(flows_, accepted_));
      report(round_begun);
    }
  }

  /// The exact gap of the flows as they are. Gives them as the solvers' paths have them.
  std::vector<double> measure() {
    auto summed = step<&assigner::measure>(flows_, accepted_);
    accepted_ = 1;
    const double total = figures_of(costs_, flows_).total_cost;
    gap_ = part_of(total - taken_last(summed), total);
    return summed;
  }

  /// Shortest paths at the costs that each origin meets, and flow shifted onto them.
  void search() {
    auto proposed = step<&assigner::search>(flows_, accepted_);
    gap_ = part_of(taken_last(proposed), figures_of(costs_, flows_).total_cost);
    take(std::move(proposed));
  }

  /// Goes the best step from the flows of before to those that the solvers propose.
  void take(std::vector<double> proposed) {
    accepted_ = 1;
    if (solvers_.size() > 1) {
      auto direction = proposed;
      for (std::size_t link = 0; link < direction.size(); ++link)
        direction[link] -= flows_[link];
      accepted_ = best_step(costs_, flows_, direction, solvers_.size());
      for (std::size_t link = 0; link < direction.size(); ++link)
        proposed[link] = std::max(0.0, flows_[link] + accepted_ * direction[link]);
    }
    flows_ = std::move(proposed);
  }

  /// A step of all solvers, their answers summed.
  template <auto Step, class... Args>
  std::vector<double> step(const Args&... args) {
    ++steps_;
    return solvers_.reduce<Step>(lockstep::sum, args...);
  }

  static double taken_last(std::vector<double>& values) {
    const double last = values.back();
    values.pop_back();
    return last;
  }

  static double part_of(double part, double whole) { return whole > 0 ? part / whole : 0; }

  void report(double round_begun) {
    const auto now = figures_of(costs_, flows_);
    solvers_.report({{"round", rounds_},
                     {"relative_gap", gap_}, // at the beginning of the round
                     {"objective", now.objective},
                     {"total_travel_time", now.total_time},
                     {"accepted", accepted_},
                     {"seconds", seconds()},
                     {"round_seconds", seconds() - round_begun},
                     {"progress", progress_of(gap_, params_.at("gap"))}});
  }

  /// The files that a parameter names, if it does.
  void write_flow_files() const {
    std::vector<double> costs;
    std::vector<double> times;
    for (std::size_t link = 0; link < flows_.size(); ++link) {
      costs.push_back(costs_[link].cost(flows_[link]));
      times.push_back(costs_[link].time(flows_[link]));
    }
    for (const auto* name : {"flows-out", "csv-out"})
      if (const std::string file = params_.at(name); !file.empty())
        write_flows(file, all_.roads, {flows_, costs, times});
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(solvers_.now() - begun_).count();
  }

  [[nodiscard]] lockstep::json result() const {
    const auto found = figures_of(costs_, flows_);
    return {{"network", all_.name},
            {"links", all_.roads.links()},
            {"zones", all_.roads.zones},
            {"demand", all_.demand.total},
            {"intrazonal_demand", all_.demand.intrazonal},
            {"objective", found.objective},
            {"relative_gap", gap_},
            {"average_excess_cost", part_of(gap_ * found.total_cost, all_.demand.total)},
            {"total_travel_time", found.total_time},
            {"total_cost", found.total_cost},
            {"rounds", rounds_},
            {"steps", steps_},
            {"seconds", seconds()},
            {"cancelled", solvers_.cancelled()}};
  }

  team& solvers_;
  const lockstep::json& params_;
  problem all_;
  std::vector<link_cost> costs_; ///< by link
  std::chrono::system_clock::time_point begun_;
  std::vector<double> flows_; ///< of the last barrier, by link
  double accepted_ = 1;       ///< the part of the solvers' last answers that the flows hold
  double gap_ = 1;            ///< measured, or estimated by the last search
  std::int64_t rounds_ = 0;
  std::int64_t steps_ = 0;
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
