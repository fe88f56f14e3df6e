// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/error.hpp"
#include "tests/folders.hpp"
#include "tests/system/fixtures/programs.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace lockstep {

namespace {

json run_on(running_head& head, const std::string& model, json parameters, std::uint64_t seed = 1) {
  const auto run = head.connect().call(
      "runs.start", {{"model", model}, {"parameters", std::move(parameters)}, {"seed", seed}});
  return head.result_of(run.at("run"));
}

} // namespace

TEST(examples, step_kinds_give_what_they_say) {
  running_head head;
  const auto shown = run_on(head, "02_step_kinds", json::object()).at("result");
  EXPECT_EQ(shown.at("broadcast"), json::parse("[1, 11]"));
  EXPECT_EQ(shown.at("scatter"), json::parse("[0, 101]"));
  EXPECT_EQ(shown.at("map").back(), 400);
  EXPECT_EQ(shown.at("reduce_own"), "s0-s1");
  EXPECT_EQ(shown.at("kept"), json::parse("[42, 42]"));
}

TEST(examples, progress_is_told_and_a_cancelled_run_keeps_what_it_has) {
  running_head head;
  auto link = head.connect();
  link.call("events.subscribe", {{"kinds", {"progress"}}});
  const auto run = link.call("runs.start", {{"model", "03_progress"},
                                            {"parameters", {{"steps", 1'000}, {"seconds", 1}}}})
                       .at("run")
                       .get<std::string>();
  const auto event = link.next_event(std::chrono::seconds{20});
  ASSERT_TRUE(event);
  EXPECT_GT(event->at("fraction"), 0.0);
  EXPECT_EQ(event->at("note"), "first half");
  link.call("runs.cancel", {{"run", run}});
  const auto ended = head.result_of(run);
  EXPECT_EQ(ended.at("state"), "cancelled");
  EXPECT_EQ(ended.at("result").at("cancelled"), true);
}

TEST(examples, islands_by_rounds_find_the_same_tour_again_for_the_seed_that_was_drawn) {
  running_head head;
  const json start{{"model", "tsp_islands"}, {"parameters", {{"cities", 300}, {"rounds", 3}}}};
  const auto drawn = head.result_of(head.connect().call("runs.start", start).at("run"));
  const auto& first = drawn.at("result");
  const auto seed = drawn.at("seed").get<std::uint64_t>();
  const auto second = run_on(head, "tsp_islands", start.at("parameters"), seed).at("result");
  EXPECT_EQ(first.at("tour"), second.at("tour"));
  EXPECT_EQ(first.at("curve"), second.at("curve"));
  EXPECT_EQ(first.at("rounds"), 3);
  EXPECT_LE(first.at("bound"), first.at("length"));
}

class small_instance : public testing::TestWithParam<const char*> {};

TEST_P(small_instance, is_solved_to_the_optimum_within_five_seconds) {
  const auto file = test_folders::shared_data() / "tsplib" / (std::string{GetParam()} + ".tsp");
  if (!std::filesystem::exists(file))
    GTEST_SKIP() << "needs the shared data: " << file;
  running_head head;
  const auto found =
      run_on(head, "tsp_islands", {{"instance", file.string()}, {"seconds", 5}}).at("result");
  EXPECT_EQ(found.at("bound_kind"), "optimum");
  EXPECT_EQ(found.at("length"), found.at("bound"));
}

INSTANTIATE_TEST_SUITE_P(tsplib, small_instance,
                         testing::Values("berlin52", "eil51", "st70", "kroA100"));

TEST(examples, a_malformed_instance_is_refused_with_its_line) {
  running_head head;
  const auto ended = run_on(head, "tsp_islands", {{"instance", "/dev/null"}});
  EXPECT_EQ(ended.at("state"), "failed");
  EXPECT_NE(ended.at("error").at("text").get<std::string>().find("/dev/null:"), std::string::npos);
}

TEST(examples, parameters_that_do_not_go_together_are_refused_before_anything_runs) {
  running_head head;
  const auto ended = run_control(
      {"run", "01_hello", "--at", to_string(head.where()), "--least", "300", "--most", "200"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.output.find("least, 300, is above most, 200."), std::string::npos)
      << ended.output;
  try {
    head.connect().call("runs.start", {{"model", "01_hello"}, {"parameters", {{"least", 4'000}}}});
    FAIL() << "it was accepted";
  } catch (const call_failed& why) {
    EXPECT_EQ(why.code, rpc_code::bad_parameter);
  }
  EXPECT_TRUE(head.connect().call("runs.list").empty());
}

TEST(examples, a_file_is_found_from_the_folder_of_whoever_names_it) {
  const auto folder =
      std::filesystem::path{testing::TempDir()} / ("here-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "three.tsp"} << "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\n"
                                         "NODE_COORD_SECTION\n1 0 0\n2 3 0\n3 3 4\n";
  running_head head;
  const auto run_there = [&](const std::string& file) {
    const auto program = test_folders::programs() / "control";
    const auto line = "cd " + folder.string() + " && exec " + program.string() +
                      " run tsp_islands --rounds 1 --at " + to_string(head.where()) +
                      " --instance \"$(printf '" + file + "')\"";
    return to_its_end(start_program("/bin/sh", {"-c", line}, true));
  };
  const auto found = run_there("three.tsp");
  EXPECT_EQ(found.exit_code, 0) << found.output;
  EXPECT_NE(found.output.find("\"length\": 12"), std::string::npos) << found.output;
  const auto absent = run_there("four.tsp");
  EXPECT_EQ(absent.exit_code, 2) << absent.output;
  EXPECT_NE(absent.output.find("cannot be read on the head's machine"), std::string::npos)
      << absent.output;
  const auto foreign = run_there("caf\\351.tsp");
  EXPECT_EQ(foreign.exit_code, 2) << foreign.output;
  EXPECT_NE(foreign.output.find("--instance is not UTF-8; give the file another name or a link"),
            std::string::npos)
      << foreign.output;
  std::filesystem::remove_all(folder);
}

} // namespace lockstep
