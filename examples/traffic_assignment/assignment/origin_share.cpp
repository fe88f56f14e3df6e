// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/origin_share.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace traffic_assignment {

namespace {

/// Trips with less to gain than this part of the mean wait until the mean has come down to them, or
/// for the next search.
constexpr double worth_of_mean = 0.12;
/// Short cuts that gain less than this part of the mean excess of a trip do not matter yet.
constexpr double slack_of_excess = 0.03;

} // namespace

origin_share::origin_share(const network& roads, const cost_factors& factors,
                           const demand_table& demand, std::span<const std::uint32_t> origins,
                           std::size_t solvers)
    : demand_(demand), bench_{.links = priced_links{roads, factors}, .search = tree_search{roads}},
      echo_(roads.links(), solvers) {
  for (const auto origin : origins)
    if (!demand.trips[origin].empty())
      take({.origin = origin, .tree = {}, .first_path = {}, .paths = {}, .links = {}});
}

void origin_share::begin(std::span<const double> totals) {
  echo_.learn(totals, bench_.links);
  bench_.links.set_flows(totals);
}

share_answer origin_share::load() {
  const std::vector<double> none(bench_.links.costs().size());
  bench_.links.set_flows(none);
  echo_.expect_half(bench_.links);
  for (auto& each : origins_)
    each.load(bench_);
  bench_.slack = 0;
  return changes(none);
}

share_answer origin_share::improve(std::span<const double> totals) {
  begin(totals);
  origin_paths::cost_sums sums;
  for (auto& each : origins_) {
    const auto [shortest, excess] = each.search(bench_);
    sums.shortest += shortest;
    sums.excess += excess;
    each.shift(bench_, 0);
  }
  bench_.slack = demand_sum_ > 0 ? slack_of_excess * std::max(0.0, sums.excess) / demand_sum_ : 0;
  worth_ = 0;
  shift_round();
  auto answer = changes(totals);
  answer.shortest = sums.shortest;
  answer.excess = sums.excess;
  return answer;
}

share_answer origin_share::shift(std::span<const double> totals, int times) {
  begin(totals);
  for (auto& each : origins_)
    each.remember();
  for (int i = 0; i < times; ++i)
    shift_round();
  return changes(totals);
}

void origin_share::shift_round() {
  double gains = 0;
  std::size_t choices = 0;
  for (auto& each : origins_) {
    gains += each.shift(bench_, worth_);
    choices += each.choices();
  }
  worth_ = choices > 0 ? worth_of_mean * gains / static_cast<double>(choices) : 0;
}

share_answer origin_share::changes(std::span<const double> totals) {
  share_answer answer;
  answer.flows.resize(totals.size());
  for (std::uint32_t link = 0; link < totals.size(); ++link)
    answer.flows[link] = (bench_.links.flow(link) - totals[link]) / bench_.links.echo(link);
  echo_.propose(totals, answer.flows);
  return answer;
}

share_answer origin_share::measure(std::span<const double> totals) {
  begin(totals);
  const double slack = std::exchange(bench_.slack, 0);
  share_answer answer;
  answer.flows.resize(totals.size());
  for (auto& each : origins_) {
    const auto [shortest, excess] = each.search(bench_);
    answer.shortest += shortest;
    answer.excess += excess;
    each.add_flows(answer.flows);
  }
  bench_.slack = slack;
  return answer;
}

void origin_share::accept(double step) {
  echo_.accept(step);
  if (step != 1)
    for (auto& each : origins_)
      each.accept(step);
}

std::vector<origin_work> origin_share::works() const {
  std::vector<origin_work> all;
  for (const auto& each : origins_)
    all.push_back({each.state().origin, each.work()});
  return all;
}

origin_state origin_share::give(std::uint32_t origin) {
  const auto found = std::ranges::find_if(
      origins_, [&](const auto& each) { return each.state().origin == origin; });
  if (found == origins_.end())
    throw std::invalid_argument("origin " + std::to_string(origin) + " is not of this share");
  auto state = found->state();
  for (const auto& each : demand_.trips[origin])
    demand_sum_ -= each.demand;
  origins_.erase(found);
  return state;
}

void origin_share::take(origin_state state) {
  const auto& trips = demand_.trips[state.origin];
  for (const auto& each : trips)
    demand_sum_ += each.demand;
  origins_.emplace_back(std::move(state), trips);
}

} // namespace traffic_assignment
