// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/history/timeline.hpp"

#include "actors/rules/history/step_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

namespace lockstep {

namespace {

constexpr double exact = 1e-12;
constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

/// A step and the seconds that it names.
struct whole_step {
  double began;
  double seconds;
  std::vector<double> solver_seconds;
  double reduce_seconds = 0;

  [[nodiscard]] timed_step timed() const {
    const auto spread = spread_of(solver_seconds);
    return {began, seconds, spread.mean, spread.slowest, reduce_seconds, solver_seconds};
  }
  [[nodiscard]] timed_step given_up() const {
    auto step = timed();
    step.solver_seconds = {};
    return step;
  }
};

timeline_shares shares_of(const std::vector<whole_step>& steps, double from, double to,
                          std::size_t columns, const std::vector<share>& rows) {
  timeline all{from, to, columns, rows};
  for (const auto& each : steps)
    all.add(each.timed());
  return std::move(all).take();
}

double sum_of(const std::vector<double>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0.0);
}

void expect_columns_are_whole(const timeline_shares& shares) {
  for (std::size_t i = 0; i < shares.between.size(); ++i) {
    ASSERT_GE(shares.between[i], 0);
    ASSERT_GE(shares.transfer[i], 0);
    ASSERT_GE(shares.reduce[i], 0);
    ASSERT_LE(shares.between[i] + shares.transfer[i] + shares.reduce[i], 1 + exact);
    for (const auto& row : shares.rows) {
      ASSERT_GE(row.computed[i], 0);
      ASSERT_GE(row.waited[i], 0);
      ASSERT_NEAR(row.computed[i] + row.waited[i] + shares.between[i], 1, exact);
    }
  }
}

/// Steps one behind the other, with the plan's time between them.
std::vector<whole_step> random_steps(std::size_t count, std::size_t solvers, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> any{0, 1};
  std::vector<whole_step> steps;
  double now = 0;
  for (std::size_t i = 0; i < count; ++i) {
    now += 0.1 * any(random);
    whole_step step{now, 0, std::vector<double>(solvers), 0.02 * any(random)};
    const auto most = i % 50 == 0 ? 20.0 : 0.5;
    for (auto& its : step.solver_seconds)
      its = most * any(random);
    step.seconds = std::ranges::max(step.solver_seconds) + step.reduce_seconds + 0.01 * any(random);
    now += step.seconds;
    steps.push_back(std::move(step));
  }
  return steps;
}

/// What the solvers computed of the time between two ends.
double computed_within(const std::vector<whole_step>& steps, double from, double to) {
  double sum = 0;
  for (const auto& step : steps)
    for (const auto its : step.solver_seconds)
      sum += std::max(0.0, std::min(step.began + its, to) - std::max(step.began, from));
  return sum;
}

/// The same by the rows.
double computed_in(const timeline_shares& shares, const std::vector<share>& rows, double width) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    sum += sum_of(shares.rows[i].computed) * static_cast<double>(rows[i].count) * width;
  return sum;
}

} // namespace

TEST(timeline, a_solver_computes_from_the_beginning_of_a_step_and_then_waits) {
  const std::vector<whole_step> steps{{1, 2, {1.5, 0.5}, 0.25}};
  const auto shares = shares_of(steps, 0, 4, 4, rows_of_solvers(2, any_number));
  EXPECT_EQ(shares.between, (std::vector<double>{1, 0, 0, 1}));
  EXPECT_EQ(shares.rows[0].computed, (std::vector<double>{0, 1, 0.5, 0}));
  EXPECT_EQ(shares.rows[0].waited, (std::vector<double>{0, 0, 0.5, 0}));
  EXPECT_EQ(shares.rows[1].computed, (std::vector<double>{0, 0.5, 0, 0}));
  EXPECT_EQ(shares.rows[1].waited, (std::vector<double>{0, 0.5, 1, 0}));
  EXPECT_EQ(shares.transfer, (std::vector<double>{0, 0, 0.25, 0}));
  EXPECT_EQ(shares.reduce, (std::vector<double>{0, 0, 0.25, 0}));
}

TEST(timeline, TL_1_columns_are_whole_and_TL_2_what_was_computed_is_all_there) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    const auto steps = random_steps(300, 7, seed);
    const auto end = steps.back().began + steps.back().seconds;
    for (const std::size_t columns : {1U, 2U, 17U, 500U, 2'000U})
      for (const auto& [from, to] : {std::pair{0.0, end}, std::pair{3.3, 47.1},
                                     std::pair{20.01, 20.02}, std::pair{end - 0.5, end + 9}}) {
        const auto rows = rows_of_solvers(7, 3);
        const auto shares = shares_of(steps, from, to, columns, rows);
        const auto width = (to - from) / static_cast<double>(columns);
        expect_columns_are_whole(shares);
        EXPECT_NEAR(computed_in(shares, rows, width), computed_within(steps, from, to), 1e-9)
            << "seed " << seed << ", " << columns << " columns from " << from;
      }
  }
}

TEST(timeline, one_step_goes_on_over_many_columns) {
  const auto shares = shares_of({{0, 10, {10, 4}}}, 0, 10, 1'000, rows_of_solvers(2, any_number));
  EXPECT_NEAR(sum_of(shares.between), 0, 1e-9);
  EXPECT_NEAR(sum_of(shares.rows[0].computed), 1'000, 1e-9);
  EXPECT_NEAR(sum_of(shares.rows[1].computed), 400, 1e-9);
  EXPECT_NEAR(shares.rows[1].computed[399], 1, 1e-9);
  EXPECT_NEAR(shares.rows[1].waited[400], 1, 1e-9);
}

TEST(timeline, many_steps_share_a_column) {
  std::vector<whole_step> steps;
  for (int i = 0; i < 1'000; ++i)
    steps.push_back({0.01 * i, 0.008, {0.004, 0.002}});
  const auto shares = shares_of(steps, 0, 10, 1, rows_of_solvers(2, any_number));
  EXPECT_NEAR(shares.between[0], 0.2, 1e-9);
  EXPECT_NEAR(shares.rows[0].computed[0], 0.4, 1e-9);
  EXPECT_NEAR(shares.rows[1].computed[0], 0.2, 1e-9);
  EXPECT_NEAR(shares.transfer[0], 0.4, 1e-9);
}

TEST(timeline, a_range_of_no_time_has_no_columns) {
  for (const auto to : {5.0, 4.0, 5 + 1e-15}) {
    const auto shares = shares_of({{0, 10, {10}}}, 5, to, 500, rows_of_solvers(1, any_number));
    EXPECT_TRUE(shares.between.empty());
    ASSERT_EQ(shares.rows.size(), 1U);
    EXPECT_TRUE(shares.rows[0].computed.empty());
  }
}

TEST(timeline, what_lies_outside_of_the_range_is_left_out) {
  const auto shares =
      shares_of({{0, 1, {1}}, {2, 2, {2}}, {8, 1, {1}}}, 3, 7, 4, rows_of_solvers(1, any_number));
  EXPECT_EQ(shares.rows[0].computed, (std::vector<double>{1, 0, 0, 0}));
  EXPECT_EQ(shares.between, (std::vector<double>{0, 1, 1, 1}));
}

TEST(timeline, a_range_where_nothing_happened_is_all_between) {
  const auto shares = shares_of({}, 0, 3, 3, rows_of_solvers(1, any_number));
  EXPECT_EQ(shares.between, (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(shares.rows[0].waited, (std::vector<double>{0, 0, 0}));
}

TEST(timeline, where_seconds_were_given_up_the_mean_stands_in_and_the_sum_stays_right) {
  const auto steps = random_steps(100, 5, 6);
  const auto end = steps.back().began + steps.back().seconds;
  const auto rows = rows_of_solvers(5, 2);
  timeline all{0, end, 200, rows};
  for (std::size_t i = 0; i < steps.size(); ++i)
    all.add(i < 60 ? steps[i].given_up() : steps[i].timed());
  const auto shares = std::move(all).take();
  expect_columns_are_whole(shares);
  EXPECT_NEAR(computed_in(shares, rows, end / 200), computed_within(steps, 0, end), 1e-9);
  EXPECT_NEAR(shares.rows[0].computed[0], shares.rows[1].computed[0], exact);
  // The slowest says when nobody computed any more.
  const auto known = shares_of(steps, 0, end, 200, rows);
  for (std::size_t i = 0; i < 200; ++i)
    EXPECT_NEAR(shares.transfer[i], known.transfer[i], exact);
}

TEST(timeline, where_a_node_did_not_answer_nobody_knows_whose_seconds_are_whose) {
  timeline all{0, 2, 1, rows_of_solvers(2, any_number)};
  const std::vector<double> of_one{1.0};
  all.add({0, 2, 1, 1, 0, of_one});
  const auto shares = std::move(all).take();
  EXPECT_EQ(shares.rows[0].computed[0], 0.5);
  EXPECT_EQ(shares.rows[1].computed[0], 0.5);
}

TEST(timeline, a_solver_that_says_it_took_longer_than_the_step_computed_all_of_it) {
  const auto shares = shares_of({{0, 1, {1.25, -1}, 5}}, 0, 2, 2, rows_of_solvers(2, any_number));
  EXPECT_EQ(shares.rows[0].computed, (std::vector<double>{1, 0}));
  EXPECT_EQ(shares.rows[1].computed, (std::vector<double>{0, 0}));
  expect_columns_are_whole(shares);
}

TEST(timeline, TL_3_ten_thousand_steps_of_three_hundred_solvers_take_no_minute) {
  const auto steps = random_steps(10'000, 300, 7);
  const auto end = steps.back().began + steps.back().seconds;
  const auto rows = rows_of_solvers(300, 256);
  const auto begun = std::chrono::steady_clock::now();
  const auto shares = shares_of(steps, 0, end, 2'000, rows);
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_LT(took, std::chrono::seconds{20}); // 0.1 s where it is optimised
  EXPECT_NEAR(computed_in(shares, rows, end / 2'000), computed_within(steps, 0, end), 1e-4);
}

TEST(timeline, solvers_that_are_too_many_for_rows_of_their_own_are_put_to_their_neighbours) {
  EXPECT_EQ(rows_of_solvers(3, 256), (std::vector<share>{{0, 1}, {1, 1}, {2, 1}}));
  EXPECT_EQ(rows_of_solvers(5, 2), (std::vector<share>{{0, 2}, {2, 3}}));
  EXPECT_TRUE(rows_of_solvers(0, 256).empty());
  const auto rows = rows_of_solvers(1'000, 256);
  ASSERT_EQ(rows.size(), 256U);
  std::size_t next = 0;
  for (const auto& its : rows) {
    EXPECT_EQ(its.first, next);
    EXPECT_GE(its.count, 3U);
    EXPECT_LE(its.count, 4U);
    next += its.count;
  }
  EXPECT_EQ(next, 1'000U);
}

TEST(timeline, rows_of_nodes_keep_nodes_whole) {
  const std::vector<share> nodes{{0, 4}, {4, 2}, {6, 8}};
  EXPECT_EQ(rows_of_nodes(nodes, 256), nodes);
  EXPECT_EQ(rows_of_nodes(nodes, 2), (std::vector<share>{{0, 4}, {4, 10}}));
  const auto shares =
      shares_of({{0, 1, std::vector<double>(14, 0.5)}}, 0, 1, 1, rows_of_nodes(nodes, 256));
  ASSERT_EQ(shares.rows.size(), 3U);
  EXPECT_NEAR(shares.rows[2].computed[0], 0.5, exact);
}

} // namespace lockstep
