// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/method.hpp"

#include "examples/traffic_assignment/assignment/dealing.hpp"
#include "examples/traffic_assignment/assignment/figures.hpp"
#include "examples/traffic_assignment/assignment/frank_wolfe.hpp"
#include "examples/traffic_assignment/assignment/line_search.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <numeric>
#include <tuple>
#include <utility>

namespace traffic_assignment {

namespace {

double taken_last(std::vector<double>& values) {
  const double last = values.back();
  values.pop_back();
  return last;
}

/// Every solver moves flow of its own trips between paths; at the barrier the changes of all are
/// summed, and the best step along the sum is taken.
class gradient_projection : public method {
public:
  gradient_projection(lockstep::team<assigner>& solvers, std::span<const link_cost> costs)
      : method(solvers, costs), search_(costs) {}

  void load() override { flows_ = step<&assigner::load>(); }

  double improve() override {
    const double total = total_cost_of(costs(), flows_);
    auto change = timed_step<&assigner::search>(flows_, accepted_);
    const double gap = part_of(taken_last(change), total);
    take(change);
    // Between two searches paths are few and shifts are cheap, so there are several. Solvers that
    // go on alone undo part of what the others do: a barrier behind each shift at first, and behind
    // several once they have become small.
    shift({1, 1, 1, 1, 1, 1, 2, 2, 2, 4});
    // Once searches find few paths that are new, it pays to shift longer between the old ones.
    constexpr double gap_of_few_new_paths = 1e-4;
    if (gap < gap_of_few_new_paths)
      shift({4, 4});
    if (++rounds_ == next_dealing_) {
      deal_again();
      next_dealing_ *= 2; // less changes from round to round
    }
    return gap;
  }

  double measure() override {
    auto summed = step<&assigner::measure>(flows_, accepted_);
    const double shortest = taken_last(summed);
    const double total = total_cost_of(costs(), flows_);
    // Summed anew from the paths, so that rounding does not add up from step to step.
    flows_ = std::move(summed);
    accepted_ = 1;
    return part_of(total - shortest, total);
  }

private:
  /// Steps of so many shifts each.
  void shift(std::initializer_list<int> times_by_step) {
    for (const int times : times_by_step)
      take(step<&assigner::shift>(flows_, accepted_, times));
  }

  void take(const std::vector<double>& change) {
    // Half a percent off the best step costs next to nothing of what it gains.
    constexpr double accuracy = 0.005;
    const auto parts = static_cast<double>(solvers().size());
    accepted_ = parts == 1 ? 1 : search_.step(flows_, change, 1 / parts, accuracy);
    for (std::size_t link = 0; link < change.size(); ++link)
      flows_[link] = std::max(0.0, flows_[link] + accepted_ * change[link]);
  }

  /// Lets origins change their solver where one has much more to do than another.
  void deal_again() {
    if (solvers().size() == 1)
      return;
    const auto moves = moves_to_balance(solvers().broadcast<&assigner::works>());
    if (moves.empty())
      return;
    std::vector<std::tuple<std::vector<std::uint32_t>, double>> leaving(solvers().size());
    for (auto& [origins, accepted] : leaving)
      accepted = accepted_;
    for (const auto& move : moves)
      std::get<0>(leaving[move.from]).push_back(move.origin);
    auto given = solvers().scatter<&assigner::give>(leaving);
    accepted_ = 1;
    std::vector<std::vector<origin_state>> arriving(solvers().size());
    std::vector<std::size_t> taken(solvers().size());
    for (const auto& move : moves)
      arriving[move.to].push_back(std::move(given[move.from][taken[move.from]++]));
    solvers().scatter<&assigner::take>(arriving);
    origins_moved_ += std::ssize(moves);
  }

  line_search search_;
  std::int64_t rounds_ = 0;
  std::int64_t next_dealing_ = 1;
};

/// Every solver finds the shortest paths of its trips; the plan moves all flows towards the mean of
/// those and of former ones.
class frank_wolfe : public method {
public:
  frank_wolfe(lockstep::team<assigner>& solvers, std::span<const link_cost> costs)
      : method(solvers, costs), directions_(costs) {}

  void load() override {
    flows_ = timed_step<&assigner::assign>(std::vector<double>(costs().size()));
    flows_.pop_back(); // what it cost on empty roads
  }

  double improve() override {
    const double gap = measure();
    accepted_ = directions_.move(flows_, assigned_);
    return gap;
  }

  double measure() override {
    assigned_ = timed_step<&assigner::assign>(flows_);
    const double shortest = taken_last(assigned_);
    const double total = total_cost_of(costs(), flows_);
    return part_of(total - shortest, total);
  }

private:
  conjugate_directions directions_;
  std::vector<double> assigned_; ///< by link, all trips on the shortest paths of now
};

} // namespace

void method::take_imbalance(std::vector<double>& answer) {
  const auto first = answer.end() - static_cast<std::ptrdiff_t>(solvers_.size());
  const auto sum = std::accumulate(first, answer.end(), 0.0);
  imbalance_ =
      sum > 0 ? *std::max_element(first, answer.end()) * static_cast<double>(solvers_.size()) / sum
              : 1;
  answer.erase(first, answer.end());
}

std::unique_ptr<method> method_of(lockstep::team<assigner>& solvers,
                                  std::span<const link_cost> costs) {
  if (algorithm_of(solvers.params()) == algorithm::frank_wolfe)
    return std::make_unique<frank_wolfe>(solvers, costs);
  return std::make_unique<gradient_projection>(solvers, costs);
}

} // namespace traffic_assignment
