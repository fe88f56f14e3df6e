// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/catalogue.hpp"
#include "tests/folders.hpp"
#include "tests/unit/local_driver.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace lockstep {

namespace {

/// What a plan returned, and how often it asked for the date.
struct ended_plan {
  json result;
  std::int64_t asked_for_date = 0;
  std::size_t reports = 0;
};

ended_plan ended(const std::string& name, const json& given) {
  const auto found = find_model(name, test_folders::models().string());
  const auto& entry = *found.value().entry;
  json parameters = given;
  for (const auto& one : entry.parameters())
    if (!parameters.contains(one.name))
      parameters[one.name] = one.fallback;
  local_driver runtime{entry, {.solvers = 2, .parameters = parameters}};
  const auto end = entry.run_plan(runtime);
  EXPECT_EQ(end.how, plan_outcome::ending::returned) << end.thrown.text;
  return {end.result, runtime.asked_for_date(), runtime.reports().size()};
}

/// A file of a temporary folder that goes with it.
class own_folder {
public:
  own_folder() { std::filesystem::create_directories(path_); }
  ~own_folder() { std::filesystem::remove_all(path_); }
  own_folder(const own_folder&) = delete;
  own_folder& operator=(const own_folder&) = delete;

  [[nodiscard]] std::string written(const std::string& name, const std::string& text) const {
    std::ofstream{path_ / name} << text;
    return path_ / name;
  }

private:
  std::filesystem::path path_ =
      std::filesystem::path{testing::TempDir()} / ("plans-" + std::to_string(::getpid()));
};

} // namespace

// The driver's date goes back each time that it is asked, its duration goes on by a second.
TEST(plans, seconds_do_not_follow_the_wall_clock) {
  const auto tour = ended("tsp_islands", {{"cities", 40}, {"seconds", 3}, {"speed_up", true}});
  EXPECT_EQ(tour.asked_for_date, 0);
  EXPECT_LE(tour.reports, 3U);
  EXPECT_GT(tour.result.at("speed_up").at("seconds_on_one"), 0);
  const auto flows = ended("traffic_assignment", {{"seconds", 5}, {"gap", 1e-14}});
  EXPECT_EQ(flows.asked_for_date, 0);
  EXPECT_GE(flows.result.at("seconds"), 5);
  EXPECT_LT(flows.result.at("seconds"), 60);
}

TEST(plans, a_tour_is_called_optimal_only_where_its_length_is_the_bound) {
  const own_folder folder;
  const std::string square = "TYPE: TSP\nDIMENSION: 5\nEDGE_WEIGHT_TYPE: EUC_2D\n"
                             "NODE_COORD_SECTION\n1 0 0\n2 9 0\n3 9 9\n4 0 9\n5 0 4\n";
  const auto file = folder.written("square.tsp", square);
  const auto with_tour = [&](const std::string& order) {
    (void)folder.written("square.opt.tour", "TOUR_SECTION\n" + order + "\n-1\n");
    return ended("tsp_islands", {{"instance", file}, {"rounds", 3}}).result;
  };
  const auto right = with_tour("1 2 3 4 5");
  EXPECT_EQ(right.at("length"), 36);
  EXPECT_EQ(right.at("bound_kind"), "optimum");
  EXPECT_EQ(right.at("gap_percent"), 0.0);
  const auto wrong = with_tour("1 3 2 4 5"); // longer than what is found
  EXPECT_EQ(wrong.at("length"), 36);
  EXPECT_NE(wrong.at("bound_kind"), "optimum");
  EXPECT_LE(wrong.at("bound"), 36);
  EXPECT_EQ(wrong.at("gap_percent") == 0.0, wrong.at("bound") == 36);
  std::string places = "TYPE: TSP\nDIMENSION: 24\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n";
  for (int i = 1; i <= 24; ++i)
    places += std::to_string(i) + (i > 20 ? " 500 0\n" : " 0 0\n");
  const auto two =
      ended("tsp_islands", {{"instance", folder.written("two.tsp", places)}, {"rounds", 1}});
  EXPECT_EQ(two.result.at("length"), 1'000);
  EXPECT_EQ(two.result.at("gap_percent") == 0.0, two.result.at("bound") == 1'000);
  EXPECT_GT(two.result.at("bound"), 0);
}

} // namespace lockstep
