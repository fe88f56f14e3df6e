// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"
#include "tests/unit/client/scripted_run.hpp"

#include "control/client/exit_code.hpp"
#include "tests/holds.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::exchange;
using test::holds;
using test::run_client;
using test::scripted_run;

/// The last line that is not empty.
std::string last_line(std::string text) {
  while (text.ends_with('\n'))
    text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

} // namespace

TEST(run_command, a_run_ends_with_its_result) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--rounds", "3"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_TRUE(holds(ended.out, "42")) << ended.out;
  EXPECT_EQ(run.head.params_of("runs.start").at("parameters"), json::parse(R"({"rounds": 3})"));
}

TEST(run_command, it_subscribes_before_it_starts_so_that_no_event_is_lost) {
  scripted_run run;
  run_client(run.head, {"run", "tsp"});
  const auto calls = run.head.methods();
  const auto subscribed = std::ranges::find(calls, "events.subscribe");
  const auto started = std::ranges::find(calls, "runs.start");
  ASSERT_NE(started, calls.end());
  EXPECT_LT(subscribed, started);
}

TEST(run_command, a_report_that_comes_before_the_answer_to_the_start_is_shown) {
  scripted_run run;
  run.head.on("runs.start", [](exchange& call) {
    call.event({{"kind", "report"}, {"run", "r1"}, {"number", 0}, {"report", "early"}});
    call.event({{"kind", "report"}, {"run", "r7"}, {"number", 0}, {"report", "of another"}});
    call.answer(scripted_run::run_object("running"));
  });
  const auto ended = run_client(run.head, {"run", "tsp"});
  EXPECT_TRUE(holds(ended.err, "early")) << ended.err;
  EXPECT_FALSE(holds(ended.err, "of another")) << ended.err;
}

TEST(run_command, seed_and_solvers_are_told_at_the_start_and_in_the_last_line) {
  scripted_run run;
  run.ended.update({{"seed", 1}, {"solvers", 2}});
  const auto ended = run_client(run.head, {"run", "tsp"});
  EXPECT_TRUE(holds(ended.err, "r1: 2 solvers, seed 1\n")) << ended.err;
  EXPECT_TRUE(last_line(ended.err).ends_with("2 solvers, seed 1")) << ended.err;
}

TEST(run_command, a_run_without_time_has_no_shares_of_it) {
  scripted_run run;
  run.ended.update(
      {{"seed", 1}, {"solvers", 2}, {"figures", {{"seconds", 0.001}, {"compute", 0.0005}}}});
  EXPECT_EQ(last_line(run_client(run.head, {"run", "tsp"}).err), "2 solvers, seed 1");
}

TEST(run_command, a_result_is_written_to_a_file_whole_or_not_at_all) {
  const auto file = testing::TempDir() + "lockstep_result.json";
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"run", "tsp"}, {"result", "r1"}}) {
    const auto written_to = [&](const std::string& path) {
      scripted_run run;
      auto words = command;
      words.insert(words.end(), {"--output", path});
      return run_client(run.head, words);
    };
    std::filesystem::remove(file);
    EXPECT_EQ(written_to(file).code, exit_code::done);
    EXPECT_EQ(json::parse(test::text_of(file)), json::parse(R"({"length": 42})"));
    const auto full = written_to("/dev/full");
    EXPECT_EQ(full.code, exit_code::failed);
    EXPECT_TRUE(holds(full.err, "No space left on device")) << full.err;
    EXPECT_EQ(json::parse(full.out), json::parse(R"({"length": 42})")) << "nothing is lost";
  }
  std::filesystem::remove(file);
}

TEST(run_command, where_a_result_is_to_go_is_looked_at_before_a_head_is_asked) {
  const auto file = testing::TempDir() + "lockstep_no_folder";
  std::ofstream{file} << "a file";
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"run", "tsp"}, {"result", "r1"}})
    for (const auto& path : {file + "/x", file + "-missing/x", testing::TempDir()}) {
      scripted_run run;
      auto words = command;
      words.insert(words.end(), {"--output", path});
      const auto nowhere = run_client(run.head, words);
      EXPECT_EQ(nowhere.code, exit_code::usage) << path;
      EXPECT_TRUE(holds(nowhere.err, "--output")) << nowhere.err;
      EXPECT_TRUE(run.head.methods().empty()) << path;
    }
  std::filesystem::remove(file);
}

TEST(run_command,
     a_result_of_nothing_is_written_too_and_no_old_one_is_taken_for_that_of_a_failure) {
  const auto file = testing::TempDir() + "lockstep_null_result.json";
  const auto written_by = [&](const std::string& state) {
    std::ofstream{file} << "old";
    scripted_run run;
    run.ended = {{"run", "r1"}, {"state", state}, {"result", nullptr}};
    return run_client(run.head, {"run", "tsp", "--output", file});
  };
  EXPECT_EQ(written_by("done").code, exit_code::done);
  EXPECT_EQ(test::text_of(file), "null\n");
  const auto failed = written_by("failed");
  EXPECT_EQ(failed.code, exit_code::failed);
  EXPECT_EQ(test::text_of(file), "old");
  EXPECT_TRUE(holds(failed.err, "r1 has no result; " + file + " is left as it was")) << failed.err;
  std::filesystem::remove(file);
}

TEST(run_command, result_says_why_there_is_none_as_run_does) {
  for (const auto& [ended_as, why] :
       {std::pair{R"({"run": "r1", "state": "failed", "result": null,
                      "error": {"type": "lost", "text": "no road", "step": "improve"}})",
                  "control: run r1 failed: step improve: lost: no road\n"},
        std::pair{R"({"run": "r1", "state": "cancelled", "result": null,
                      "why": "its client is gone"})",
                  "control: run r1 cancelled because its client is gone\n"}})
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"run", "tsp"}, {"watch", "r1"}, {"result", "r1"}}) {
      scripted_run run;
      run.ended = json::parse(ended_as);
      const auto told = run_client(run.head, words);
      EXPECT_EQ(told.code, exit_code::failed);
      EXPECT_EQ(told.out, "") << words.front();
      EXPECT_TRUE(told.err.ends_with(why)) << told.err;
    }
}

TEST(run_command, a_failed_run_is_a_failure_that_says_which_solver_which_step_and_why) {
  scripted_run run;
  run.ended = json::parse(R"({"run": "r1", "state": "failed", "result": null,
      "error": {"type": "std::runtime_error", "text": "no road", "solver": 1, "node": "n1",
                "step": "improve"}})");
  const auto ended = run_client(run.head, {"run", "tsp"});
  EXPECT_EQ(ended.code, exit_code::failed);
  for (const auto* part : {"solver 1", "improve", "no road"})
    EXPECT_TRUE(holds(ended.err, part)) << ended.err;
}

TEST(run_command, with_json_the_result_is_all_that_stdout_holds) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--json"});
  EXPECT_EQ(json::parse(last_line(ended.out)).at("result"), json::parse(R"({"length": 42})"));
  EXPECT_EQ(std::ranges::count(ended.out, '\n'), 1);
}

TEST(run_command, with_json_there_is_one_object_also_where_the_file_cannot_be_written) {
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"run", "tsp"}, {"result", "r1"}}) {
    scripted_run run;
    auto words = command;
    words.insert(words.end(), {"--json", "--output", "/dev/full"});
    const auto ended = run_client(run.head, words);
    EXPECT_EQ(ended.code, exit_code::failed);
    const auto said = json::parse(ended.out); // refuses two
    EXPECT_EQ(said.at("result"), json::parse(R"({"length": 42})"));
    EXPECT_TRUE(holds(said.at("error").at("text"), "No space left on device")) << said;
  }
}

TEST(start_command, it_prints_the_id_and_does_not_wait) {
  scripted_run run;
  const auto ended = run_client(run.head, {"start", "tsp", "--rounds", "3"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_EQ(ended.out, "r1\n");
  EXPECT_EQ(run.looks, 0);
  EXPECT_TRUE(ended.err.ends_with("r1: 2 solvers, seed 1\n")) << ended.err; // as `run` says it
}

TEST(watch_command, it_follows_the_newest_run_to_its_end) {
  scripted_run run;
  const auto ended = run_client(run.head, {"watch"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_TRUE(holds(ended.out, "42")) << ended.out;
}

} // namespace lockstep
