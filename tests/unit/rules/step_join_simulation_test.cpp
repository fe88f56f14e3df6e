// SPDX-License-Identifier: BSD-3-Clause

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

/// One step with members that answer, throw and die in an order that the seed decides: workers of a
/// node, or nodes of a run.
class simulated_step {
public:
  explicit simulated_step(std::uint64_t seed) : random_(seed) {
    failures_per_100_ = std::array<std::size_t, 3>{0, 5, 30}[below(3)];
    wrong_per_100_ = std::array<std::size_t, 3>{0, 0, 10}[below(3)];
  }

  void run() {
    auto join = below(2) == 0 ? of_workers() : of_nodes();
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
  step_join of_workers() {
    const auto kind = std::array{step_kind::broadcast, step_kind::scatter, step_kind::map,
                                 step_kind::reduce}[below(4)];
    const auto workers = 1 + below(8);
    arguments_ = kind == step_kind::map ? below(60) : workers;
    return {kind, workers, arguments_, below(3) == 0 ? 1 + below(9) : 0};
  }

  step_join of_nodes() {
    std::vector<std::size_t> answers(1 + below(5));
    for (auto& each : answers)
      arguments_ += each = below(6);
    return step_join{answers};
  }

  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

  void take(const hand_out& next) {
    EXPECT_EQ(failed_.size(), 0U) << "SJ-2: handed out after a failure";
    EXPECT_EQ(next.first, handed_out_) << "SJ-1: left out or handed out twice";
    EXPECT_TRUE(working_.emplace(next.member, next).second) << "a member with two hand-outs";
    handed_out_ += next.count;
  }

  std::vector<std::size_t> those_at_work() const {
    std::vector<std::size_t> who;
    for (const auto& [member, work] : working_)
      who.push_back(member);
    return who;
  }

  void happen(step_join& join) {
    const auto found =
        std::next(working_.begin(), static_cast<std::ptrdiff_t>(below(working_.size())));
    const auto work = found->second;
    working_.erase(found);
    if (below(100) < failures_per_100_)
      return fail(join, work.member);
    std::vector<blob> answers;
    for (std::size_t i = 0; i < work.count; ++i)
      answers.push_back(answer_to(work.first + i));
    if (below(100) < wrong_per_100_) {
      answers.emplace_back();
      if (failed_.empty())
        failed_.push_back(work.member);
    }
    if (const auto next = join.answered(work.member, std::move(answers), 1)) {
      EXPECT_EQ(next->member, work.member);
      take(*next);
    }
  }

  void fail(step_join& join, std::size_t member) {
    failed_.push_back(member);
    if (below(2) == 0)
      join.threw(member, {});
    else
      join.lost(member, {});
    if (below(20) == 0) {
      join.give_up();
      working_.clear();
    }
  }

  void check(step_join& join) {
    ASSERT_EQ(join.has_failed(), !failed_.empty());
    if (!failed_.empty()) {
      ASSERT_EQ(join.failed_member(), *std::ranges::min_element(failed_)) << "SJ-3, SJ-5";
      return;
    }
    ASSERT_EQ(handed_out_, arguments_) << "SJ-1";
    const auto answers = join.take_answers();
    ASSERT_EQ(answers.size(), arguments_);
    for (std::size_t i = 0; i < answers.size(); ++i)
      ASSERT_EQ(argument_of(answers[i]), i) << "SJ-4";
  }

  std::mt19937_64 random_;
  std::size_t arguments_ = 0;
  std::size_t failures_per_100_ = 0;
  std::size_t wrong_per_100_ = 0;
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
