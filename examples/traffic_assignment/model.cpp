// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/figures.hpp"
#include "examples/traffic_assignment/assignment/method.hpp"
#include "examples/traffic_assignment/problem/problem.hpp"
#include "examples/traffic_assignment/tntp/tntp_flow.hpp"

#include <lockstep/model.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// User equilibrium: the plan asks a method for rounds until the gap is small enough.

namespace traffic_assignment {

namespace {

using team = lockstep::team<assigner>;

double progress_of(double gap, double goal) {
  // From 1 down to the goal, by digits.
  return gap <= goal ? 1 : std::clamp(std::log(gap) / std::log(goal), 0.0, 1.0);
}

std::string note_of(double gap) {
  std::ostringstream text;
  text << "gap " << std::scientific << std::setprecision(1) << gap;
  return text.str();
}

/// By link, where a parameter names their file.
std::vector<double> published_flows(const problem& all, const lockstep::json& parameters) {
  const std::string file = parameters.at("published");
  return file.empty() ? std::vector<double>{} : volumes_of(all.roads, read_flows(file));
}

/// The largest difference of a flow to the published one, as a part of that or of one vehicle.
double largest_difference(const std::vector<double>& flows, const std::vector<double>& published) {
  double largest = 0;
  for (std::size_t link = 0; link < published.size(); ++link)
    largest =
        std::max(largest, std::abs(flows[link] - published[link]) / std::max(published[link], 1.0));
  return largest;
}

class search_for_equilibrium {
public:
  explicit search_for_equilibrium(team& solvers)
      : solvers_(solvers), params_(solvers.params()), all_(problem_of(params_)),
        costs_(costs_of(all_.roads, all_.factors)), published_(published_flows(all_, params_)),
        method_(method_of(solvers, costs_)), begun_(solvers.elapsed()) {}

  lockstep::json run() {
    for (const auto& file : flow_files())
      check_flow_file(file);
    if (!all_.demand.warnings.empty())
      solvers_.report({{"warnings", all_.demand.warnings}});
    try {
      iterate();
    } catch (const lockstep::run_cancelled&) {
      if (method_->flows().empty())
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
    double optimism = 1; // of estimates; by how much the last one to be measured was too low
    method_->load();
    for (;;) {
      const bool over = (rounds != 0 && rounds_ >= rounds) || (limit != 0 && seconds() >= limit);
      // To measure costs a step, so it is done only where it may end the run.
      if (gap_ <= goal || over) {
        const double estimate = std::exchange(gap_, method_->measure());
        if (gap_ <= goal || over)
          return;
        if (estimate > 0)
          optimism *= gap_ / estimate;
      }
      ++rounds_;
      const auto round_begun = seconds();
      gap_ = method_->improve() * optimism;
      report(round_begun);
    }
  }

  void report(double round_begun) {
    const auto now = figures_of(costs_, method_->flows());
    solvers_.report({{"round", rounds_},
                     {"relative_gap", gap_}, // at the beginning of the round
                     {"objective", now.objective},
                     {"total_travel_time", now.total_time},
                     {"accepted", method_->accepted()},
                     {"imbalance", method_->imbalance()},
                     {"seconds", seconds()},
                     {"round_seconds", seconds() - round_begun},
                     {"progress", progress_of(gap_, params_.at("gap"))},
                     {"note", note_of(gap_)}});
  }

  void write_flow_files() const {
    const auto& flows = method_->flows();
    std::vector<double> costs;
    std::vector<double> times;
    for (std::size_t link = 0; link < flows.size(); ++link) {
      costs.push_back(costs_[link].cost(flows[link]));
      times.push_back(costs_[link].time(flows[link]));
    }
    for (const auto& file : flow_files())
      write_flows(file, all_.roads, {flows, costs, times, published_, all_.nodes});
  }

  /// That parameters name.
  [[nodiscard]] std::vector<std::string> flow_files() const {
    std::vector<std::string> files;
    for (const auto* name : {"flows-out", "csv-out"})
      if (const std::string file = params_.at(name); !file.empty())
        files.push_back(file);
    return files;
  }

  [[nodiscard]] double seconds() const { return (solvers_.elapsed() - begun_).count(); }

  [[nodiscard]] lockstep::json result() const {
    const auto found = figures_of(costs_, method_->flows());
    lockstep::json all{{"network", all_.name},
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
                       {"steps", method_->steps()},
                       {"origins_moved", method_->origins_moved()},
                       {"seconds", seconds()},
                       {"cancelled", solvers_.cancelled()}};
    if (!published_.empty())
      all["largest_difference"] = largest_difference(method_->flows(), published_);
    if (!all_.demand.warnings.empty())
      all["warnings"] = all_.demand.warnings;
    return all;
  }

  team& solvers_;
  const lockstep::json& params_;
  problem all_;
  std::vector<link_cost> costs_;  ///< by link
  std::vector<double> published_; ///< by link, or nothing
  std::unique_ptr<method> method_;
  std::chrono::duration<double> begun_;
  double gap_ = 1; ///< measured, or estimated by the last round
  std::int64_t rounds_ = 0;
};

lockstep::json plan(team& solvers) {
  return search_for_equilibrium{solvers}.run();
}

} // namespace

} // namespace traffic_assignment

LOCKSTEP_MODEL(
    "traffic_assignment", traffic_assignment::assigner, traffic_assignment::plan,
    "Traffic assignment: the flows at which no traveller has a cheaper path",
    lockstep::file("net", "a TNTP network file, also .gz; none for a made-up city"),
    lockstep::file("trips", "its TNTP trips file"),
    lockstep::file("nodes", "a TNTP node file, whose places csv-out shows"),
    lockstep::file("published", "a TNTP flow file to compare with, in csv-out and the result"),
    lockstep::text("city", "town", "the made-up city: town, small or large")
        .one_of({"town", "small", "large"}),
    lockstep::integer("city-seed", 1, "which made-up city of that kind").between(0, 4294967295),
    lockstep::text("algorithm", "gradient-projection", "gradient-projection or frank-wolfe")
        .one_of({"gradient-projection", "frank-wolfe"}),
    lockstep::number("gap", 1e-5, "relative gap at which to stop").between(1e-14, 1),
    lockstep::integer("rounds", 0, "rounds after which to stop; 0: no limit").between(0, 1e9),
    lockstep::number("seconds", 0, "seconds after which to stop; 0: no limit").between(0, 1e9),
    lockstep::number("toll-factor", 0, "cost of one unit of toll").between(0, 1e9),
    lockstep::number("distance-factor", 0, "cost of one unit of length").between(0, 1e9),
    lockstep::file("flows-out", "write link flows here, in the TNTP format").to_write(),
    lockstep::file("csv-out", "write link flows here, as CSV").to_write(),
    lockstep::check(traffic_assignment::why_not_together))
