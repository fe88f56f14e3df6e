// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"
#include "tests/unit/client/scripted_head.hpp"

#include "control/client/exit_code.hpp"
#include "control/rpc/error.hpp"
#include "tests/holds.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::exchange;
using test::holds;

json step_of(std::uint64_t number, json solver_seconds) {
  const auto began = 0.1 * static_cast<double>(number);
  json step{{"number", number},    {"name", "work \"hard\""}, {"kind", "map"},  {"began", began},
            {"seconds", 0.1},      {"slowest", 0.09},         {"mean", 0.05},   {"imbalance", 1.8},
            {"reduce", 0.001},     {"transfer", 0.009},       {"bytes_in", 16}, {"bytes_out", 8},
            {"barrier_wait", 0.04}};
  if (!solver_seconds.is_null())
    step["solver_seconds"] = std::move(solver_seconds);
  return step;
}

/// A stand-in for a head that has one run of so many steps, which it gives in pages of two.
struct scripted_steps {
  std::vector<json> steps;
  test::scripted_head head; // the last member: its thread uses all others

  explicit scripted_steps(std::vector<json> its) : steps(std::move(its)) {
    head.on("system.describe", {{"name", "lockstep"}});
    head.on("runs.get",
            {{"run", "r17"}, {"model", "tsp"}, {"solvers", 2}, {"steps", steps.size()}});
    head.on("runs.steps", [this](exchange& call) {
      json page = json::array();
      const auto from = call.params().at("from").get<std::size_t>();
      for (const auto& step : steps)
        if (step.at("number") > from && page.size() < 2)
          page.push_back(step);
      call.answer(page);
    });
  }
};

/// A name in the tests' folder, without a file.
std::string no_file(const std::string& name) {
  auto file = testing::TempDir() + name;
  std::filesystem::remove(file);
  return file;
}

std::vector<json> events_of(const json& trace, const std::string& phase, std::uint64_t row) {
  std::vector<json> found;
  for (const auto& event : trace.at("traceEvents"))
    if (event.at("ph") == phase && event.at("tid") == row)
      found.push_back(event);
  return found;
}

} // namespace

TEST(trace, all_pages_of_steps_are_in_the_file_with_an_event_for_each_solver) {
  const auto file = no_file("lockstep_trace.json");
  std::vector<json> steps;
  for (std::uint64_t number = 1; number <= 5; ++number)
    steps.push_back(step_of(number, {0.09, 0.0123456789}));
  scripted_steps run{std::move(steps)};
  const auto ended = test::run_client(run.head, {"trace", "r17", "--out", file});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_EQ(ended.out, "5 steps of r17 with 2 solvers in " + file + '\n');
  const auto trace = json::parse(test::text_of(file));
  EXPECT_EQ(trace.at("otherData"), json({{"run", "r17"}, {"model", "tsp"}}));
  for (const std::uint64_t row : {1U, 2U, 3U}) {
    const auto events = events_of(trace, "X", row);
    ASSERT_EQ(events.size(), 5U) << row;
    for (std::size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i].at("pid"), 17);
      EXPECT_EQ(events[i].at("name"), "work \"hard\"");
      EXPECT_EQ(events[i].at("args").at("number"), i + 1);
      EXPECT_NEAR(events[i].at("ts").get<double>(), 1e5 * static_cast<double>(i + 1), 1e-3);
    }
  }
  EXPECT_EQ(events_of(trace, "X", 1)[0].at("dur"), 90'000.0);
  EXPECT_EQ(events_of(trace, "X", 2)[0].at("dur"), 12'345.679);
  EXPECT_EQ(events_of(trace, "X", 3)[0].at("dur"), 100'000.0);
  EXPECT_EQ(events_of(trace, "X", 3)[0].at("args").at("bytes_in"), 16);
  EXPECT_EQ(events_of(trace, "M", 0)[0].at("args").at("name"), "r17 tsp");
  EXPECT_EQ(events_of(trace, "M", 2)[0].at("args").at("name"), "solver 1");
  EXPECT_EQ(events_of(trace, "M", 3)[0].at("args").at("name"), "steps");
  std::filesystem::remove(file);
}

TEST(trace, of_steps_whose_single_solvers_are_not_known_there_is_the_step_alone) {
  const auto file = no_file("lockstep_trace_given_up.json");
  scripted_steps run{{step_of(1, nullptr), step_of(2, {0.01}), step_of(3, {0.01, 0.02})}};
  const auto ended = test::run_client(run.head, {"trace", "r17", "--out", file, "--json"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_EQ(json::parse(ended.out), json({{"run", "r17"},
                                          {"file", file},
                                          {"steps", 3},
                                          {"solvers", 2},
                                          {"steps_without_solvers", 2}}));
  const auto trace = json::parse(test::text_of(file));
  EXPECT_EQ(events_of(trace, "X", 1).size(), 1U);
  EXPECT_EQ(events_of(trace, "X", 3).size(), 3U);
  std::filesystem::remove(file);
}

TEST(trace, of_a_run_without_steps_is_whole_too) {
  const auto file = no_file("lockstep_trace_empty.json");
  scripted_steps run{{}};
  EXPECT_EQ(test::run_client(run.head, {"trace", "r17", "--out", file}).code, exit_code::done);
  EXPECT_EQ(events_of(json::parse(test::text_of(file)), "X", 3).size(), 0U);
  std::filesystem::remove(file);
}

TEST(trace, where_it_breaks_off_the_old_file_is_left_and_no_half_one) {
  const auto folder = testing::TempDir() + "lockstep_trace_half/";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  const auto file = folder + "trace.json";
  std::ofstream{file} << "old";
  scripted_steps run{{step_of(1, {0.01, 0.02}), step_of(2, {0.01, 0.02}), step_of(3, {0, 0})}};
  run.head.on("runs.steps", [&run](exchange& call) {
    if (call.params().at("from") == 0)
      call.answer(json::array({run.steps[0], run.steps[1]}));
    else
      call.hang_up();
  });
  const auto ended = test::run_client(run.head, {"trace", "r17", "--out", file});
  EXPECT_NE(ended.code, exit_code::done);
  EXPECT_EQ(test::text_of(file), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder}, {}), 1);
  std::filesystem::remove_all(folder);
}

TEST(trace, a_file_that_cannot_be_written_is_told) {
  const std::vector<json> steps{step_of(1, {0.01, 0.02})};
  for (const auto& [file, why] :
       {std::pair{std::string{"/dev/full"}, "No space left on device"},
        std::pair{no_file("lockstep_no_folder") + "/trace.json", "No such file or directory"},
        std::pair{testing::TempDir(), "directory"}}) {
    scripted_steps run{steps};
    const auto ended = test::run_client(run.head, {"trace", "r17", "--out", file});
    EXPECT_EQ(ended.code, exit_code::failed) << file;
    EXPECT_TRUE(holds(ended.err, "cannot write " + file + ": ")) << ended.err;
    EXPECT_TRUE(holds(ended.err, why)) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
}

TEST(trace, a_head_that_does_not_tell_when_steps_began_is_too_old) {
  const auto file = no_file("lockstep_trace_old.json");
  auto old = step_of(1, {0.01, 0.02});
  old.erase("began");
  scripted_steps run{{old}};
  const auto ended = test::run_client(run.head, {"trace", "r17", "--out", file});
  EXPECT_EQ(ended.code, exit_code::failed);
  EXPECT_TRUE(holds(ended.err, "too old")) << ended.err;
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(trace, a_run_that_there_is_not_leaves_no_file) {
  const auto file = no_file("lockstep_trace_none.json");
  scripted_steps run{{}};
  run.head.on("runs.get",
              [](exchange& call) { call.fail(rpc_code::no_such_run, "There is no such run."); });
  const auto ended = test::run_client(run.head, {"trace", "r99", "--out", file});
  EXPECT_EQ(ended.code, exit_code::usage);
  EXPECT_FALSE(std::filesystem::exists(file));
}

} // namespace lockstep
