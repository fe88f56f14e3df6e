// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/text_of.hpp"

#include "control/client/exit_code.hpp"
#include "control/rpc/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

using testing::HasSubstr;

/// A run of three short steps of uneven work, over two solvers.
std::string run_hello(running_head& head) {
  const auto run = head.connect().call(
      "runs.start", {{"model", "01_hello"}, {"parameters", {{"least", 1}, {"most", 20}}}});
  EXPECT_EQ(head.result_of(run.at("run")).at("state"), "done");
  return run.at("run");
}

/// The complete events of each row of a trace, as beginning and end in microseconds.
using trace_rows = std::map<std::uint64_t, std::vector<std::pair<double, double>>>;

trace_rows rows_of(const json& trace) {
  trace_rows rows;
  for (const auto& event : trace.at("traceEvents"))
    if (event.at("ph") == "X") {
      const auto began = event.at("ts").get<double>();
      rows[event.at("tid")].emplace_back(began, began + event.at("dur").get<double>());
    }
  return rows;
}

} // namespace

TEST(timeline, a_trace_has_an_event_for_each_solver_and_step_and_none_overlap) {
  running_head head;
  const auto run = run_hello(head);
  const auto file = testing::TempDir() + "lockstep_system_trace.json";
  std::filesystem::remove(file);
  const auto ended = run_control({"--at", to_string(head.where()), "trace", run, "--out", file});
  EXPECT_EQ(ended.exit_code, exit_code::done) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("3 steps of r1 with 2 solvers in " + file));
  const auto rows = rows_of(json::parse(test::text_of(file)));
  ASSERT_EQ(rows.size(), 3U) << "two solvers, and the steps";
  for (const auto& [row, events] : rows) {
    EXPECT_EQ(events.size(), 3U) << row;
    for (std::size_t i = 1; i < events.size(); ++i)
      EXPECT_LE(events[i - 1].second, events[i].first + 1e-6) << row;
  }
  // A solver computes within its step.
  const auto& steps = rows.at(3);
  for (const std::uint64_t row : {1U, 2U})
    for (std::size_t i = 0; i < steps.size(); ++i) {
      EXPECT_GE(rows.at(row)[i].first, steps[i].first);
      EXPECT_LE(rows.at(row)[i].second, steps[i].second + 1e-6);
    }
  std::filesystem::remove(file);
}

TEST(timeline, a_trace_that_cannot_be_written_is_told_with_exit_code_1) {
  running_head head;
  const auto run = run_hello(head);
  const auto nowhere = testing::TempDir() + "lockstep_no_such_folder/trace.json";
  const auto ended = run_control({"--at", to_string(head.where()), "trace", run, "--out", nowhere});
  EXPECT_EQ(ended.exit_code, exit_code::failed);
  EXPECT_THAT(ended.output, HasSubstr("cannot write " + nowhere));
}

TEST(timeline, what_solvers_computed_is_all_in_the_columns) {
  running_head head;
  const auto run = run_hello(head);
  auto link = head.connect();
  std::vector<double> seconds(2);
  for (const auto& step : link.call("runs.steps", {{"run", run}}))
    for (std::size_t solver = 0; solver < seconds.size(); ++solver)
      seconds[solver] += step.at("solver_seconds")[solver].get<double>();
  const auto told = link.call("runs.timeline", {{"run", run}, {"columns", 50}});
  EXPECT_EQ(told.at("run"), run);
  EXPECT_EQ(told.at("from_seconds"), 0.0);
  EXPECT_EQ(told.at("first_step"), 1);
  EXPECT_EQ(told.at("last_step"), 3);
  EXPECT_EQ(told.at("rows_from_step"), 1);
  ASSERT_EQ(told.at("rows").size(), 2U);
  const auto width = told.at("column_seconds").get<double>();
  for (std::size_t solver = 0; solver < seconds.size(); ++solver) {
    const auto& row = told.at("rows")[solver];
    EXPECT_EQ(row.at("nodes"), json({"n1"})) << "also when the run is over";
    ASSERT_EQ(row.at("computed").size(), 50U);
    double sum = 0;
    for (const auto& share : row.at("computed"))
      sum += share.get<double>() * width;
    EXPECT_NEAR(sum, seconds[solver], 50 * 1e-4 * width + 1e-9);
  }
  const auto second = link.call("runs.timeline", {{"run", run}, {"from", 2}, {"to", 2}});
  EXPECT_EQ(second.at("first_step"), 2);
  EXPECT_EQ(second.at("last_step"), 2);
  EXPECT_EQ(second.at("columns"), 500);
  const auto by_node = link.call("runs.timeline", {{"run", run}, {"rows", "node"}});
  ASSERT_EQ(by_node.at("rows").size(), 1U);
  EXPECT_EQ(by_node.at("rows")[0].at("solvers"), 2);
}

TEST(timeline, a_range_by_steps_and_seconds_is_refused_and_so_is_a_run_that_there_is_not) {
  running_head head;
  auto link = head.connect();
  const auto code_of = [&](const json& params) {
    try {
      link.call("runs.timeline", params);
      return 0;
    } catch (const call_failed& failed) {
      return failed.code;
    }
  };
  EXPECT_EQ(code_of({{"run", "r1"}, {"from", 1}, {"to_seconds", 2}}), rpc_code::invalid_params);
  EXPECT_EQ(code_of({{"run", "r1"}}), rpc_code::no_such_run);
  EXPECT_EQ(code_of({{"run", "1"}}), rpc_code::no_such_run);
}

} // namespace lockstep
