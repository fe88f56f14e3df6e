#include "actors/rules/step_join.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace lockstep {

namespace {

/// An answer that tells which argument it belongs to.
blob answer_to(std::size_t argument) {
  std::vector<std::byte> bytes(8);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(argument >> (8 * i));
  return blob{std::move(bytes)};
}

std::size_t argument_of(const blob& answer) {
  std::size_t argument = 0;
  for (std::size_t i = 0; i < answer.size(); ++i)
    argument |= std::to_integer<std::size_t>(answer.bytes()[i]) << (8 * i);
  return argument;
}

/// One step with solvers that answer, throw and die in an order that the seed decides.
class simulated_step {
public:
  explicit simulated_step(std::uint64_t seed) : random_(seed) {
    kind_ = std::array{step_kind::broadcast, step_kind::scatter, step_kind::map,
                       step_kind::reduce}[below(4)];
    solvers_ = 1 + below(8);
    arguments_ = kind_ == step_kind::map ? below(60) : solvers_;
    failures_per_100_ = std::array<std::size_t, 3>{0, 5, 30}[below(3)];
  }

  void run() {
    step_join join{kind_, solvers_, arguments_, below(3) == 0 ? 1 + below(9) : 0};
    for (const auto& next : join.begin())
      take(next);
    while (!working_.empty()) {
      ASSERT_FALSE(join.at_barrier()) << "SJ-2: someone still computes";
      ASSERT_EQ(join.unanswered(), those_at_work());
      happen(join);
    }
    ASSERT_TRUE(join.at_barrier());
    check(join);
  }

private:
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

  void take(const hand_out& next) {
    EXPECT_EQ(failed_.size(), 0U) << "SJ-2: handed out after a failure";
    EXPECT_EQ(next.first, handed_out_) << "SJ-1: left out or handed out twice";
    EXPECT_GT(next.count, 0U);
    EXPECT_TRUE(working_.emplace(next.solver, next).second) << "a solver with two hand-outs";
    handed_out_ += next.count;
  }

  std::vector<std::size_t> those_at_work() const {
    std::vector<std::size_t> who;
    for (const auto& [solver, work] : working_)
      who.push_back(solver);
    return who;
  }

  void happen(step_join& join) {
    const auto found =
        std::next(working_.begin(), static_cast<std::ptrdiff_t>(below(working_.size())));
    const auto work = found->second;
    working_.erase(found);
    if (below(100) < failures_per_100_)
      return fail(join, work.solver);
    std::vector<blob> answers;
    for (std::size_t i = 0; i < work.count; ++i)
      answers.push_back(answer_to(work.first + i));
    if (const auto next = join.answered(work.solver, std::move(answers), 1)) {
      EXPECT_EQ(next->solver, work.solver);
      take(*next);
    }
  }

  void fail(step_join& join, std::size_t solver) {
    step_failure why;
    why.solver = solver;
    failed_.push_back(solver);
    if (below(2) == 0)
      join.threw(solver, why);
    else
      join.lost(solver, why);
    if (below(20) == 0) {
      join.give_up();
      working_.clear();
    }
  }

  void check(step_join& join) {
    ASSERT_EQ(join.has_failed(), !failed_.empty());
    if (!failed_.empty()) {
      ASSERT_EQ(join.take_failure()->solver, *std::ranges::min_element(failed_)) << "SJ-3";
      return;
    }
    ASSERT_EQ(handed_out_, arguments_) << "SJ-1";
    const auto answers = join.take_answers();
    ASSERT_EQ(answers.size(), arguments_);
    for (std::size_t i = 0; i < answers.size(); ++i)
      ASSERT_EQ(argument_of(answers[i]), i) << "SJ-4";
  }

  std::mt19937_64 random_;
  step_kind kind_ = step_kind::broadcast;
  std::size_t solvers_ = 0;
  std::size_t arguments_ = 0;
  std::size_t failures_per_100_ = 0;
  std::size_t handed_out_ = 0;
  std::map<std::size_t, hand_out> working_;
  std::vector<std::size_t> failed_;
};

} // namespace

TEST(step_join_simulation, the_invariants_hold_in_any_order_of_answers_failures_and_losses) {
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_step{seed}.run();
    if (testing::Test::HasFailure())
      return;
  }
}

} // namespace lockstep
