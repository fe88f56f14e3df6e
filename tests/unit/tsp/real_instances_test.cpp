// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/distance.hpp"
#include "examples/tsp_islands/tsplib/tsplib.hpp"
#include "tests/folders.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace tsp_islands {

namespace {

namespace fs = std::filesystem;

struct published {
  std::size_t cities;
  std::int64_t optimum;
};

/// The optima that TSPLIB publishes.
const std::map<std::string, published>& optima() {
  static const std::map<std::string, published> known{
      {"gr17", {17, 2085}},      {"ulysses22", {22, 7013}}, {"bays29", {29, 2020}},
      {"att48", {48, 10628}},    {"eil51", {51, 426}},      {"berlin52", {52, 7542}},
      {"brazil58", {58, 25395}}, {"st70", {70, 675}},       {"kroA100", {100, 21282}},
      {"ch130", {130, 6110}},    {"si175", {175, 21407}},   {"a280", {280, 2579}},
      {"pr1002", {1002, 259045}}};
  return known;
}

const fs::path& folder() {
  static const fs::path path = lockstep::test_folders::shared_data() / "tsplib";
  return path;
}

} // namespace

TEST(real_instances, every_optimal_tour_has_the_published_length) {
  if (!fs::is_directory(folder()))
    GTEST_SKIP() << "no folder " << folder();
  std::size_t tours = 0;
  for (const auto& entry : fs::directory_iterator{folder()}) {
    if (entry.path().extension() != ".tsp")
      continue;
    SCOPED_TRACE(entry.path().string());
    const auto problem = read_instance(entry.path());
    const auto order = read_optimal_tour_beside(entry.path(), problem.dimension);
    if (!order)
      continue;
    const auto known = optima().find(entry.path().stem().string());
    ASSERT_NE(known, optima().end()) << "no published optimum in this test";
    EXPECT_EQ(distance{problem}.of_tour(*order), known->second.optimum);
    ++tours;
  }
  EXPECT_GT(tours, 0U);
}

TEST(real_instances, every_instance_is_read_with_its_name_and_dimension) {
  if (!fs::is_directory(folder()))
    GTEST_SKIP() << "no folder " << folder();
  for (const auto& [name, known] : optima()) {
    const auto file = folder() / (name + ".tsp");
    if (!fs::exists(file))
      continue;
    SCOPED_TRACE(name);
    const auto problem = read_instance(file);
    EXPECT_EQ(problem.dimension, known.cities);
    EXPECT_EQ(problem.name.rfind(name, 0), 0U) << problem.name;
  }
}

} // namespace tsp_islands
