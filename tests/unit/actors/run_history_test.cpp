// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/run_history.hpp"
#include "control/answers/run_text.hpp"
#include "tests/error_of.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

run_id add_run(run_history& history, const json& parameters = json::object()) {
  start_run request;
  request.model.name = "kept";
  request.parameters = packed_json{parameters};
  return history.add(std::move(request)).value()->id;
}

void add_steps(run_history& history, run_id run, std::size_t count, std::size_t solvers) {
  auto& its = *history.find(run);
  for (std::size_t i = 0; i < count; ++i) {
    step_metrics step;
    step.number = ++its.step_number;
    step.name = i % 2 == 0 ? "even" : "odd";
    step.kind = "broadcast";
    step.began = static_cast<double>(i);
    step.seconds = 0.5;
    step.solver_seconds.assign(solvers, 0.25);
    history.add_step(its, step);
  }
}

void end(run_history& history, run_id run, const json& result = nullptr) {
  auto& its = *history.find(run);
  its.state = run_state::done;
  its.result = json_text{result};
  history.finish(its);
  history.forget_old_runs();
}

json steps_of(run_history& history, const list_steps& wanted, std::size_t bytes_max = SIZE_MAX) {
  return json::parse(to_text(run_history::look(*history.find(wanted.run), wanted), bytes_max));
}

json steps_of(run_history& history, run_id run) {
  return steps_of(history, {.run = run});
}

json reports_of(run_history& history, run_id run) {
  return json::parse(to_text(run_history::look(*history.find(run), list_reports{run}), SIZE_MAX));
}

json result_of(run_history& history, run_id run) {
  return json::parse(to_text(result_of(*history.find(run)), SIZE_MAX)).at("result");
}

} // namespace

TEST(run_history,
     single_solvers_seconds_of_old_runs_go_first_and_what_is_left_of_steps_stays_right) {
  run_history history{4 * mebibyte};
  const auto old = add_run(history);
  add_steps(history, old, 1'000, 250); // 2 MB of seconds each
  end(history, old);
  const auto young = add_run(history);
  add_steps(history, young, 1'000, 250);
  const auto steps = steps_of(history, old);
  ASSERT_EQ(steps.size(), 1'000U);
  EXPECT_FALSE(steps.front().contains("solver_seconds"));
  EXPECT_EQ(steps.front().at("began"), 0.0);
  EXPECT_EQ(steps.back().at("began"), 999.0);
  EXPECT_EQ(steps.front().at("slowest"), 0.25);
  EXPECT_EQ(steps.front().at("mean"), 0.25);
  EXPECT_EQ(steps.front().at("transfer"), 0.25);
  EXPECT_EQ(steps.front().at("imbalance"), 1.0);
  EXPECT_EQ(steps.front().at("name"), "even");
  EXPECT_EQ(steps.back().at("name"), "odd");
  EXPECT_EQ(steps_of(history, young).back().at("solver_seconds").size(), 250U);
}

TEST(run_history, thousands_of_runs_stay_within_the_budget_and_the_newest_are_there) {
  run_history history{mebibyte};
  run_id last;
  for (int i = 0; i < 3'000; ++i) {
    last = add_run(history, {{"text", std::string(500, 'x')}});
    add_steps(history, last, 3, 2);
    history.add_report(*history.find(last), json_text{json{{"text", std::string(500, 'y')}}});
    end(history, last, std::string(500, 'z'));
  }
  EXPECT_LT(history.finished(), 1'000U);
  EXPECT_GT(history.finished(), 300U);
  EXPECT_EQ(history.find({1}), nullptr);
  EXPECT_EQ(result_of(history, last), std::string(500, 'z'));
}

TEST(run_history, pages_are_bounded_in_bytes_and_together_they_are_everything) {
  run_history history{64 * mebibyte};
  const auto run = add_run(history);
  add_steps(history, run, 2'500, 8);
  std::uint64_t next = 0;
  int pages = 0;
  for (;;) {
    const auto page = steps_of(history, {run, next}, 100'000);
    if (page.empty())
      break;
    EXPECT_LE(page.dump().size(), 100'000U);
    EXPECT_EQ(page.front().at("number"), next + 1);
    next = page.back().at("number");
    ++pages;
  }
  EXPECT_EQ(next, 2'500U);
  EXPECT_GT(pages, 5);
  EXPECT_EQ(steps_of(history, {run}, 1).size(), 1U);
}

TEST(run_history, a_report_that_is_too_large_is_told_and_parameters_that_wait_have_a_limit) {
  run_history history{mebibyte};
  const auto run = add_run(history);
  history.add_report(*history.find(run), json_text{json(std::string(mebibyte / 2, 'x'))});
  history.add_report(*history.find(run), json_text{json(1)});
  const auto reports = reports_of(history, run);
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_TRUE(reports[0].at("report").contains("too_large")) << reports;
  EXPECT_EQ(reports[1].at("report"), 1);
  start_run large;
  large.parameters = packed_json{json{{"text", std::string(mebibyte, 'x')}}};
  EXPECT_NE(test::error_of(history.add(std::move(large))).find("bytes together"),
            std::string::npos);
}

TEST(run_history, a_number_that_is_not_finite_is_null_for_people) {
  run_history history{mebibyte};
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  const auto run = add_run(history, {{"limit", infinity}});
  history.add_report(*history.find(run), json_text{json{{"gap", nan}, {"list", {1.5, -infinity}}}});
  end(history, run, {{"gap", nan}});
  EXPECT_EQ(reports_of(history, run)[0].at("report"),
            json::parse(R"({"gap": null, "list": [1.5, null]})"));
  EXPECT_TRUE(result_of(history, run).at("gap").is_null());
  const auto info = json::parse(to_text(*run_history::info(*history.find(run)), SIZE_MAX));
  EXPECT_TRUE(info.at("parameters").at("limit").is_null());
}

} // namespace lockstep
