// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/island.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

// Islands: every solver improves tours on its own, and at each barrier the best tour migrates to
// all.

namespace tsp_islands {

namespace {

using team = lockstep::team<island>;

/// How far a tour is above what no tour is below: 0 only where it is proven best, null where it is
/// above a bound of 0.
lockstep::json gap_percent(std::int64_t length, std::int64_t bound) {
  if (length == bound)
    return 0.0;
  if (bound == 0)
    return nullptr;
  return 100.0 * static_cast<double>(length - bound) / static_cast<double>(bound);
}

/// What a round may cost. By rounds the work is fixed, so that the result depends on seed and N
/// only; by time a run has about thirty barriers.
effort effort_of_round(const lockstep::json& params, const facts& known) {
  if (params.at("rounds") != 0)
    return {std::max<std::uint64_t>(1'000, known.cities), 0};
  const double seconds = params.at("seconds");
  return {0, std::clamp(seconds / 30, 0.05, 2.0)};
}

/// The lengths of the best tours, so many rounds apart that a chart can show them.
class length_curve {
public:
  void add(std::int64_t round, std::int64_t length) {
    if (round % apart_ != 0)
      return;
    points_.push_back({round, length});
    if (points_.size() == points_max) {
      apart_ *= 2;
      std::erase_if(points_, [&](const auto& point) { return point.front() % apart_ != 0; });
    }
  }
  [[nodiscard]] lockstep::json points() const { return points_; }

private:
  static constexpr std::size_t points_max = 120;
  std::int64_t apart_ = 1;
  std::vector<std::array<std::int64_t, 2>> points_;
};

struct found {
  tour best;
  std::int64_t rounds = 0;
  length_curve curve;
};

/// For whoever watches, and for the bar.
lockstep::json report_of(const found& so_far, const facts& known, double done) {
  const auto length = so_far.best.length;
  lockstep::json report{{"round", so_far.rounds},
                        {"length", length},
                        {"progress", std::min(done, 1.0)},
                        {"note", "length " + std::to_string(length)}};
  if (known.optimum != 0)
    report["gap_percent"] = gap_percent(length, known.optimum);
  return report;
}

found search(team& islands, const facts& known) {
  const auto& params = islands.params();
  const std::int64_t rounds = params.at("rounds");
  const double seconds = params.at("seconds");
  const auto begun = islands.elapsed();
  const auto wanted = effort_of_round(params, known);
  found so_far;
  auto& best = so_far.best;
  for (std::int64_t round = 1;; ++round) {
    so_far.rounds = round;
    auto tours = islands.broadcast<&island::improve>(best, wanted);
    auto& shortest = *std::ranges::min_element(tours, {}, &tour::length);
    if (best.order.empty() || shortest.length < best.length)
      best = std::move(shortest);
    so_far.curve.add(round, best.length);
    const double done = rounds != 0 ? static_cast<double>(round) / static_cast<double>(rounds)
                                    : (islands.elapsed() - begun).count() / seconds;
    islands.report(report_of(so_far, known, done));
    // A tour that is shorter than the one published shows that this is not the best.
    if (best.length == known.optimum || done >= 1 || islands.cancelled())
      return so_far;
  }
}

/// The same work once on one solver while the others rest, and once on all.
lockstep::json measure_speed_up(team& islands, const tour& best) {
  // Enough for the clock, little enough for a person: a quarter of a second for each item.
  constexpr double item_seconds = 0.25;
  constexpr std::uint64_t trial_kicks = 2'000;
  const auto seconds_of = [&](auto call) {
    const auto begun = islands.elapsed();
    call();
    return (islands.elapsed() - begun).count();
  };
  using practice = std::tuple<tour, std::uint64_t, std::vector<std::uint64_t>>;
  const auto share_out = [&](std::uint64_t kicks, bool to_all, std::uint64_t items) {
    std::vector<practice> shares(islands.size(), practice{best, kicks, {}});
    for (std::uint64_t i = 0; i < items; ++i)
      std::get<2>(shares[to_all ? i % islands.size() : 0]).push_back(i);
    islands.scatter<&island::practise_all>(shares);
  };
  const auto trial = seconds_of([&] { share_out(trial_kicks, false, 1); });
  const auto kicks = static_cast<std::uint64_t>(trial_kicks * item_seconds / std::max(trial, 1e-4));
  const auto items = islands.size();
  const auto alone = seconds_of([&] { share_out(kicks, false, items); });
  const auto together = seconds_of([&] { share_out(kicks, true, items); });
  return {{"solvers", islands.size()},
          {"seconds_on_one", alone},
          {"seconds_on_all", together},
          {"speed_up", alone / together}};
}

lockstep::json plan(team& islands) {
  const auto known = islands.broadcast<&island::look>().front();
  const auto [best, rounds, curve] = search(islands, known);
  lockstep::json result{{"instance", known.name},
                        {"cities", known.cities},
                        {"length", best.length},
                        {"rounds", rounds},
                        {"curve", curve.points()}};
  try {
    if (islands.params().at("speed_up") && !islands.cancelled())
      result["speed_up"] = measure_speed_up(islands, best);
    const bool is_published = known.optimum != 0 && known.optimum <= best.length;
    const auto bound =
        is_published ? known.optimum : islands.map<&island::lower_bound>(std::vector{best}).front();
    result["bound"] = bound;
    result["bound_kind"] = is_published ? "optimum" : "Held-Karp 1-tree bound";
    result["gap_percent"] = gap_percent(best.length, bound);
  } catch (const lockstep::run_cancelled&) {
    // The tour so far is worth showing.
  }
  auto& order = result["tour"] = lockstep::json::array();
  for (const auto each : best.order)
    order.push_back(each + 1);
  return result;
}

} // namespace

} // namespace tsp_islands

LOCKSTEP_MODEL(
    "tsp_islands", tsp_islands::island, tsp_islands::plan,
    "Shortest round trip: islands improve tours, the best one migrates at each barrier",
    lockstep::file("instance", "a TSPLIB file; none for generated cities"),
    lockstep::integer("cities", 2'000, "how many cities to generate").between(3, 200'000),
    lockstep::number("seconds", 20, "how long to search, unless rounds are given")
        .between(0.1, 1e7),
    lockstep::integer("rounds", 0,
                      "how many rounds; then the result depends on seed and solvers only")
        .between(0, 1e9),
    lockstep::integer("city-seed", 1, "which generated cities").between(0, 4294967295),
    lockstep::flag("speed_up", false, "also measure the speed-up over one solver"))
