#include "actors/worker/solver_gauge.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace lockstep {

TEST(solver_gauge, a_word_to_stop_is_not_taken_back_by_one_that_reaches_less_far) {
  solver_gauge gauge;
  gauge.begin(3, "work");
  gauge.stop_up_to(2);
  EXPECT_FALSE(gauge.cancelled());
  gauge.stop_up_to(std::numeric_limits<std::uint64_t>::max()); // a cancel
  gauge.stop_up_to(3);                                         // a throw in the same step
  gauge.begin(4, "work");
  EXPECT_TRUE(gauge.cancelled());
  gauge.stop_none();
  gauge.begin(1, "work");
  EXPECT_FALSE(gauge.cancelled());
}

TEST(solver_gauge, a_fraction_is_always_from_0_to_1_whatever_the_model_says) {
  solver_gauge gauge;
  gauge.begin(1, "step");
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  gauge.progress(nan, "");
  EXPECT_EQ(gauge.fraction(), 0);
  gauge.progress(0.25, "");
  gauge.progress(-nan, "a note");
  EXPECT_EQ(gauge.fraction(), 0.25);
  gauge.progress(infinity, "");
  EXPECT_EQ(gauge.fraction(), 1);
  gauge.progress(-infinity, "");
  EXPECT_EQ(gauge.fraction(), 0);
  EXPECT_EQ(gauge.changes(), 5U);
}

} // namespace lockstep
