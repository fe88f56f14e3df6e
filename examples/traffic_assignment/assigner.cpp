#include "examples/traffic_assignment/assigner.hpp"

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
    : all_(problem_of(seat.params())), share_(share_of(all_, seat)) {}

std::vector<double> assigner::load() {
  return paths().load().flows;
}

std::vector<double> assigner::measure(const std::vector<double>& flows, double accepted) {
  paths().accept(accepted);
  auto answer = paths().measure(flows);
  return with_last(std::move(answer.flows), answer.shortest);
}

std::vector<double> assigner::search(const std::vector<double>& flows, double accepted) {
  paths().accept(accepted);
  auto answer = paths().improve(flows);
  return with_last(std::move(answer.flows), answer.excess);
}

std::vector<double> assigner::shift(const std::vector<double>& flows, double accepted, int rounds) {
  paths().accept(accepted);
  return paths().shift(flows, rounds).flows;
}

std::vector<double> assigner::assign(const std::vector<double>& flows) {
  auto answer = std::get<all_or_nothing>(share_).assign(flows);
  return with_last(std::move(answer.flows), answer.shortest);
}

} // namespace traffic_assignment
