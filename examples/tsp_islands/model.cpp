#include "examples/tsp_islands/island.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

// Islands: every solver improves tours on its own, and at each barrier the best tour migrates to
// all.

namespace tsp_islands {

namespace {

using team = lockstep::team<island>;

double seconds_since(std::chrono::system_clock::time_point begun, team& islands) {
  return std::chrono::duration<double>(islands.now() - begun).count();
}

double gap_percent(std::int64_t length, std::int64_t least) {
  return least == 0 ? 0 : 100.0 * static_cast<double>(length - least) / static_cast<double>(least);
}

/// What a round may cost. By rounds the work is fixed, so that the result depends on seed and N
/// only; by time a run has about thirty barriers.
effort effort_of_round(const lockstep::json& params, const facts& known) {
  if (params.at("rounds") != 0)
    return {std::max<std::uint64_t>(1'000, known.cities), 0};
  const double seconds = params.at("seconds");
  return {0, std::clamp(seconds / 30, 0.05, 2.0)};
}

struct found {
  tour best;
  std::int64_t rounds = 0;
};

found search(team& islands, const facts& known) {
  const auto& params = islands.params();
  const std::int64_t rounds = params.at("rounds");
  const double seconds = params.at("seconds");
  const auto begun = islands.now();
  const auto wanted = effort_of_round(params, known);
  found so_far;
  auto& best = so_far.best;
  for (std::int64_t round = 1;; ++round) {
    so_far.rounds = round;
    auto tours = islands.broadcast<&island::improve>(best, wanted);
    auto& shortest = *std::ranges::min_element(tours, {}, &tour::length);
    if (best.order.empty() || shortest.length < best.length)
      best = std::move(shortest);
    lockstep::json report{{"round", round}, {"length", best.length}};
    if (known.optimum != 0)
      report["gap_percent"] = gap_percent(best.length, known.optimum);
    islands.report(std::move(report));
    const bool optimal = known.optimum != 0 && best.length <= known.optimum;
    const bool over = rounds != 0 ? round >= rounds : seconds_since(begun, islands) >= seconds;
    if (optimal || over || islands.cancelled())
      return so_far;
  }
}

/// The same work once on one solver while the others rest, and once on all.
lockstep::json measure_speed_up(team& islands, const tour& best) {
  // Enough for the clock, little enough for a person: a quarter of a second for each item.
  constexpr double item_seconds = 0.25;
  constexpr std::uint64_t trial_kicks = 2'000;
  const auto seconds_of = [&](auto call) {
    const auto begun = islands.now();
    call();
    return seconds_since(begun, islands);
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
  const auto [best, rounds] = search(islands, known);
  lockstep::json result{{"instance", known.name},
                        {"cities", known.cities},
                        {"length", best.length},
                        {"rounds", rounds}};
  try {
    if (islands.params().at("speed_up") && !islands.cancelled())
      result["speed_up"] = measure_speed_up(islands, best);
    auto bound = known.optimum;
    if (bound == 0)
      bound = islands.map<&island::lower_bound>(std::vector{best}).front();
    result["bound"] = bound;
    result["bound_kind"] = known.optimum != 0 ? "optimum" : "Held-Karp 1-tree bound";
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
    lockstep::text("instance", "", "a TSPLIB file; empty for generated cities"),
    lockstep::integer("cities", 2'000, "how many cities to generate").between(3, 200'000),
    lockstep::number("seconds", 20, "how long to search, unless rounds are given")
        .between(0.1, 1e7),
    lockstep::integer("rounds", 0,
                      "how many rounds; then the result depends on seed and solvers only")
        .between(0, 1e9),
    lockstep::integer("seed", 1, "seed of all random numbers").between(0, 4e9),
    lockstep::flag("speed_up", false, "also measure the speed-up over one solver"))
