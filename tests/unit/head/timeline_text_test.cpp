// SPDX-License-Identifier: BSD-3-Clause

#include "control/answers/timeline_text.hpp"

#include "actors/controller/run_history.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

// What runs.timeline answers, from the history on.

namespace lockstep {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

/// A history with one run, of which node 1 has the first solvers and node 2 the others.
class kept_run {
public:
  kept_run(std::size_t solvers, std::size_t on_first_node, std::uint64_t bytes_max = 64 * mebibyte)
      : history_(bytes_max), id_(history_.add({}).value()->id) {
    history_.place(*history_.find(id_), {{1}, {2}},
                   {{0, on_first_node}, {on_first_node, solvers - on_first_node}});
  }

  void add_step(double began, double seconds, std::vector<double> solver_seconds) {
    auto& run = *history_.find(id_);
    step_metrics step;
    step.number = ++run.step_number;
    step.name = "work";
    step.kind = "broadcast";
    step.began = began;
    step.seconds = seconds;
    step.solver_seconds = std::move(solver_seconds);
    history_.add_step(run, step);
  }

  std::string text(timeline_wish wish, const list_steps& steps = {}) {
    wish.run = id_;
    const auto view = run_history::look(*history_.find(id_), steps).view;
    return to_text(run_timeline{view, wish}, 0);
  }
  json timeline(const timeline_wish& wish, const list_steps& steps = {}) {
    return json::parse(text(wish, steps));
  }

private:
  run_history history_;
  run_id id_;
};

} // namespace

TEST(timeline_text, is_as_the_docs_say_to_the_byte) {
  kept_run run{2, 1};
  run.add_step(1, 2, {2, 0.5});
  EXPECT_EQ(run.text({.columns = 3}),
            R"({"column_seconds":1.0,"columns":3,"first_step":1,"from_seconds":0.0,"last_step":1,)"
            R"("rows_from_step":1,"run":"r1","to_seconds":3.0,"between":[1,0,0],)"
            R"("transfer":[0,0,0],"reduce":[0,0,0],"rows":[{"first":0,"solvers":1,"nodes":["n1"],)"
            R"("computed":[0,1,1],"waited":[0,0,0]},{"first":1,"solvers":1,"nodes":["n2"],)"
            R"("computed":[0,0.5,0],"waited":[0,0.5,1]}]})");
}

TEST(timeline_text, of_a_run_without_steps_has_no_columns) {
  kept_run run{2, 1};
  const auto told = run.timeline({.columns = 500});
  EXPECT_EQ(told.at("columns"), 0);
  EXPECT_TRUE(told.at("first_step").is_null());
  EXPECT_TRUE(told.at("rows_from_step").is_null());
  EXPECT_TRUE(told.at("between").empty());
  EXPECT_EQ(told.at("rows").size(), 2U);
}

TEST(timeline_text, a_range_by_seconds_is_cut_to_what_is_known) {
  kept_run run{1, 1};
  for (int i = 0; i < 10; ++i)
    run.add_step(1 + i, 0.5, {0.25});
  auto told = run.timeline({.from_seconds = 3.25, .to_seconds = 5.25, .columns = 8});
  EXPECT_EQ(told.at("from_seconds"), 3.25);
  EXPECT_EQ(told.at("to_seconds"), 5.25);
  EXPECT_EQ(told.at("first_step"), 3);
  EXPECT_EQ(told.at("last_step"), 5);
  EXPECT_EQ(told.at("rows")[0].at("computed"), json({0, 0, 0, 1, 0, 0, 0, 1}));
  EXPECT_EQ(told.at("rows")[0].at("waited"), json({1, 0, 0, 0, 1, 0, 0, 0}));
  told = run.timeline({.from_seconds = 9, .to_seconds = 100, .columns = 2});
  EXPECT_EQ(told.at("to_seconds"), 10.5);
  told = run.timeline({.from_seconds = 50, .to_seconds = 100, .columns = 2});
  EXPECT_EQ(told.at("columns"), 0);
  told = run.timeline({.from_seconds = 5, .to_seconds = 2, .columns = 2});
  EXPECT_EQ(told.at("columns"), 0);
}

TEST(timeline_text, a_range_by_steps_goes_from_the_beginning_of_the_first_to_the_end_of_the_last) {
  kept_run run{1, 1};
  for (int i = 0; i < 10; ++i)
    run.add_step(1 + i, 0.5, {0.25});
  const auto told = run.timeline({.columns = 3}, {.from = 3, .count = 2});
  EXPECT_EQ(told.at("from_seconds"), 4.0);
  EXPECT_EQ(told.at("to_seconds"), 5.5);
  EXPECT_EQ(told.at("first_step"), 4);
  EXPECT_EQ(told.at("last_step"), 5);
  EXPECT_EQ(told.at("between"), json({0, 1, 0}));
  EXPECT_EQ(run.timeline({.columns = 3}, {.from = 3, .count = 0}).at("columns"), 0);
}

TEST(timeline_text, says_from_which_step_on_the_seconds_of_single_solvers_are_kept) {
  kept_run run{200, 100, mebibyte};
  std::vector<double> seconds(200, 0.25);
  seconds[0] = 0.5;
  for (int i = 0; i < 1'000; ++i) // 1.6 MB of seconds
    run.add_step(i, 1, seconds);
  const auto told = run.timeline({.columns = 1'000});
  ASSERT_EQ(told.at("columns"), 1'000);
  const auto exact_from = told.at("rows_from_step").get<std::size_t>();
  EXPECT_GT(exact_from, 300U);
  EXPECT_LT(exact_from, 1'000U);
  const auto& computed = told.at("rows")[0].at("computed");
  EXPECT_EQ(computed[exact_from - 2], 0.2512); // the mean
  EXPECT_EQ(computed[exact_from - 1], 0.5);
  EXPECT_EQ(told.at("rows")[1].at("computed")[0], 0.2512);
  EXPECT_EQ(told.at("transfer")[0], 0.5); // behind the slowest
}

TEST(timeline_text, rows_are_nodes_where_that_is_wanted_and_256_at_most) {
  kept_run run{1'000, 700};
  std::vector<double> seconds(1'000, 0.5);
  seconds.back() = 1;
  run.add_step(0, 1, seconds);
  const auto by_node = run.timeline({.columns = 1, .is_by_node = true}).at("rows");
  ASSERT_EQ(by_node.size(), 2U);
  EXPECT_EQ(by_node[0].at("solvers"), 700);
  EXPECT_EQ(by_node[1].at("first"), 700);
  EXPECT_EQ(by_node[1].at("nodes"), json({"n2"}));
  EXPECT_EQ(by_node[0].at("computed")[0], 0.5);
  EXPECT_EQ(by_node[1].at("computed")[0], 0.5016);
  const auto by_solver = run.timeline({.columns = 1}).at("rows");
  ASSERT_EQ(by_solver.size(), timeline_rows_max);
  std::size_t next = 0;
  for (const auto& row : by_solver) {
    EXPECT_EQ(row.at("first"), next);
    next += row.at("solvers").get<std::size_t>();
    const auto is_on_both = row.at("first") < 700 && next > 700;
    EXPECT_EQ(row.at("nodes").size(), is_on_both ? 2U : 1U) << row;
  }
  EXPECT_EQ(next, 1'000U);
}

TEST(timeline_text, what_is_written_adds_up_to_at_most_one_and_is_bounded) {
  kept_run run{300, 300};
  std::vector<double> seconds(300);
  double now = 0;
  for (int i = 0; i < 3'000; ++i) {
    for (std::size_t solver = 0; solver < seconds.size(); ++solver)
      seconds[solver] =
          0.001 * static_cast<double>((solver * 7 + static_cast<std::size_t>(i)) % 97);
    run.add_step(now, 0.0973, seconds);
    now += 0.1017;
  }
  const auto text = run.text({.columns = 2'000});
  EXPECT_LT(text.size(), 14U * 2'000 * timeline_rows_max + 3U * 7 * 2'000 + 100'000);
  const auto told = json::parse(text);
  for (std::size_t i = 0; i < 2'000; ++i) {
    const auto units = [&](const json& shares) {
      return static_cast<int>(shares[i].get<double>() * 1e4 + 0.5);
    };
    const auto between = units(told.at("between"));
    ASSERT_LE(between + units(told.at("transfer")) + units(told.at("reduce")), 10'000);
    for (const auto row : {0U, 100U, 255U}) {
      const auto& its = told.at("rows")[row];
      const auto sum = between + units(its.at("computed")) + units(its.at("waited"));
      ASSERT_LE(sum, 10'000) << i;
      ASSERT_GE(sum, 9'997) << i;
    }
  }
}

} // namespace lockstep
