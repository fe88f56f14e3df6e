// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/assigner.hpp"

#include <chrono>
#include <utility>

namespace traffic_assignment {

namespace {

using any_share = std::variant<origin_share, all_or_nothing>;

any_share share_of(const problem& all, const lockstep::seat& seat) {
  const auto own = origins_of(all, seat.index, seat.count);
  if (algorithm_of(seat.params()) == algorithm::frank_wolfe)
    return all_or_nothing{all.roads, all.factors, all.demand, own};
  return origin_share{all.roads, all.factors, all.demand, own, seat.count};
}

std::vector<double> with_last(std::vector<double> values, double last) {
  values.push_back(last);
  return values;
}

} // namespace

assigner::assigner(const lockstep::seat& seat)
    : seat_(seat), all_(problem_of(seat.params())), share_(share_of(all_, seat)) {}

std::vector<double> assigner::load() {
  return paths().load().flows;
}

std::vector<double> assigner::measure(const std::vector<double>& flows, double accepted) {
  paths().accept(accepted);
  auto answer = paths().measure(flows);
  return with_last(std::move(answer.flows), answer.shortest);
}

std::vector<double> assigner::search(const std::vector<double>& flows, double accepted) {
  return with_seconds([&] {
    paths().accept(accepted);
    auto answer = paths().improve(flows);
    return with_last(std::move(answer.flows), answer.excess);
  });
}

std::vector<double> assigner::shift(const std::vector<double>& flows, double accepted, int times) {
  paths().accept(accepted);
  return paths().shift(flows, times).flows;
}

std::vector<origin_work> assigner::works() {
  return paths().works();
}

std::vector<origin_state> assigner::give(const std::vector<std::uint32_t>& origins,
                                         double accepted) {
  paths().accept(accepted);
  std::vector<origin_state> given;
  given.reserve(origins.size());
  for (const auto origin : origins)
    given.push_back(paths().give(origin));
  return given;
}

void assigner::take(const std::vector<origin_state>& origins) {
  for (const auto& each : origins)
    paths().take(each);
}

std::vector<double> assigner::assign(const std::vector<double>& flows) {
  return with_seconds([&] {
    auto answer = std::get<all_or_nothing>(share_).assign(flows);
    return with_last(std::move(answer.flows), answer.shortest);
  });
}

template <class Function>
std::vector<double> assigner::with_seconds(const Function& answer_of) const {
  const auto begun = std::chrono::steady_clock::now();
  std::vector<double> answer = answer_of();
  std::vector<double> seconds(seat_.count);
  seconds[seat_.index] =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  answer.insert(answer.end(), seconds.begin(), seconds.end());
  return answer;
}

} // namespace traffic_assignment
