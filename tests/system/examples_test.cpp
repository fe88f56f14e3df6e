#include "tests/folders.hpp"
#include "tests/system/programs.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

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

TEST(examples, islands_by_rounds_find_the_same_tour_again) {
  running_head head;
  const json parameters{{"cities", 300}, {"rounds", 3}, {"seed", 5}};
  const auto first = run_on(head, "tsp_islands", parameters).at("result");
  const auto second = run_on(head, "tsp_islands", parameters, 2).at("result");
  EXPECT_EQ(first.at("tour"), second.at("tour"));
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

} // namespace lockstep
