// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/reserved_names.hpp"

#include "actors/loaders/library.hpp"
#include "tests/folders.hpp"

#include <lockstep/model.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lockstep {

namespace {

struct idle_solver {
  explicit idle_solver(const seat&) {}
};

void idle_plan(team<idle_solver>&) {}

/// What is said of a model with these parameters.
std::string said_of(const std::vector<std::string>& names) {
  detail::model_words words{"idle", "", {}, {}};
  for (const auto& name : names)
    words.add(integer(name, 1, ""));
  return why_not_typed(detail::erased_model<idle_solver, decltype(&idle_plan)>{idle_plan, words});
}

} // namespace

TEST(reserved_names, a_parameter_that_nobody_could_type_is_told_with_its_model) {
  EXPECT_EQ(said_of({}), "");
  EXPECT_EQ(said_of({"rounds", "city-seed", "speed_up"}), "");
  EXPECT_EQ(said_of({"rounds", "solvers"}),
            "its model idle has a parameter 'solvers', but `control run` takes --solvers for "
            "itself: give it another name");
  EXPECT_NE(said_of({"rounds", "least", "rounds"}).find("'rounds', more than once"),
            std::string::npos);
  for (const auto* name : {"", "-x", "a=b"})
    EXPECT_NE(said_of({name}).find("cannot be typed"), std::string::npos) << name;
}

TEST(reserved_names, a_library_with_such_a_model_is_refused) {
  const auto got = load_library(test_folders::test_libraries() / "takes_seed.so");
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().why.find("but `control run` takes --seed for itself: give it another name"),
            std::string::npos)
      << got.error().why;
}

} // namespace lockstep
