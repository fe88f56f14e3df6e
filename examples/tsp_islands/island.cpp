// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/island.hpp"

#include "examples/tsp_islands/greedy_tour.hpp"
#include "examples/tsp_islands/lower_bound.hpp"

#include <chrono>

namespace tsp_islands {

namespace {

constexpr std::size_t neighbours_each = 10;

instance problem_of(const lockstep::json& parameters) {
  const std::string file = parameters.at("instance");
  if (file.empty())
    return random_instance(parameters.at("cities"), parameters.at("city-seed"));
  return read_instance(std::filesystem::path{file});
}

/// True after `seconds`, or once the run was cancelled.
tour_search::stop_sign stop_after(double seconds, const lockstep::step_context& step) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>{seconds};
  return [end, limited = seconds > 0, &step] {
    return step.cancelled() || (limited && std::chrono::steady_clock::now() >= end);
  };
}

} // namespace

island::island(const lockstep::seat& seat)
    : file_(seat.params().at("instance").get<std::string>()), problem_(problem_of(seat.params())),
      lengths_(problem_), near_(lengths_, neighbours_each), search_(lengths_, near_),
      random_(seat.seed) {}

facts island::look() {
  facts known{problem_.name, lengths_.cities(), 0};
  if (!file_.empty())
    if (const auto order = read_optimal_tour_beside(file_, lengths_.cities()))
      known.optimum = lengths_.of_tour(*order);
  return known;
}

tour island::improve(const tour& best, const effort& wanted, lockstep::step_context& step) {
  const auto stop = stop_after(wanted.seconds, step);
  if (own_.order.empty() && best.order.empty()) {
    search_.begin(greedy_tour(lengths_, near_));
    search_.settle(stop);
  } else if (own_.order.empty() || (!best.order.empty() && best.length < own_.length)) {
    search_.resume(best.order);
  } else if (search_.order().empty()) { // from a snapshot
    search_.resume(own_.order);
  }
  // In portions, so that whoever watches sees how far it is.
  constexpr std::uint64_t portions = 20;
  const auto begun = std::chrono::steady_clock::now();
  const auto portion = wanted.kicks != 0 ? wanted.kicks / portions + 1 : 1'000;
  for (std::uint64_t done = 0; !stop() && (wanted.kicks == 0 || done < wanted.kicks);) {
    const auto next = wanted.kicks != 0 ? std::min(portion, wanted.kicks - done) : portion;
    if (search_.settled())
      done += search_.kick(next, random_, stop);
    else
      search_.settle(stop);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun;
    step.progress(wanted.kicks != 0 ? static_cast<double>(done) / static_cast<double>(wanted.kicks)
                                    : spent.count() / wanted.seconds,
                  std::to_string(search_.length()));
  }
  own_ = {search_.length(), search_.order()};
  return own_;
}

std::uint64_t island::practise(const tour& from, std::uint64_t kicks, std::uint64_t seed,
                               lockstep::step_context& step) {
  tour_search search{lengths_, near_};
  search.resume(from.order);
  random_source random{seed};
  search.kick(kicks, random, [&step] { return step.cancelled(); });
  return search.moves();
}

std::uint64_t island::practise_all(const tour& from, std::uint64_t kicks,
                                   const std::vector<std::uint64_t>& seeds,
                                   lockstep::step_context& step) {
  std::uint64_t moves = 0;
  for (const auto seed : seeds)
    moves += practise(from, kicks, seed, step);
  return moves;
}

std::int64_t island::lower_bound(const tour& best, lockstep::step_context& step) {
  return one_tree_bound(lengths_, near_, best.order, [&step] { return step.cancelled(); });
}

} // namespace tsp_islands
