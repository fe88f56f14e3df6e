// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/places/run_admission.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace lockstep {

namespace {

const std::vector<node_places> two_places{{"n1", 2}};

} // namespace

TEST(run_admission, a_run_that_fits_waits_for_its_turn_and_begins) {
  EXPECT_EQ(on_request({two_places}, {{2, 0}}).what, admission::waits);
  EXPECT_EQ(at_its_turn({two_places}, {{2, 0}}).what, admission::begins);
  EXPECT_EQ(at_its_turn({two_places}, {{0, 0}}).what, admission::begins);
}

TEST(run_admission, more_than_there_can_be_is_refused_at_the_door_with_what_can_be_done) {
  const auto decision = on_request({two_places}, {{9, 0}});
  EXPECT_EQ(decision.what, admission::refused);
  EXPECT_THAT(decision.why,
              testing::HasSubstr("asks for 9 solvers, there are 2, and no other node"));
  EXPECT_THAT(decision.why, testing::HasSubstr("--wait-for-nodes"));
}

TEST(run_admission, where_nodes_can_join_more_may_be_asked_for_until_it_is_the_runs_turn) {
  EXPECT_EQ(on_request({two_places, true}, {{9, 0}}).what, admission::waits);
  EXPECT_EQ(at_its_turn({two_places, true}, {{9, 0}}).what, admission::refused);
}

TEST(run_admission, a_run_waits_for_places_that_others_have) {
  const std::vector<node_places> one_taken{{"n1", 2, 1}};
  EXPECT_EQ(on_request({one_taken}, {{2, 0}}).what, admission::waits);
  EXPECT_EQ(at_its_turn({one_taken}, {{2, 0}}).what, admission::waits);
  EXPECT_EQ(at_its_turn({one_taken}, {{0, 0}}).what, admission::waits) << "it wants all";
  EXPECT_EQ(at_its_turn({one_taken}, {{1, 0}}).what, admission::begins);
}

TEST(run_admission, more_than_there_are_is_refused_at_its_turn_with_what_can_be_done) {
  const std::vector<node_places> one_taken{{"n1", 2, 1}};
  const auto decision = at_its_turn({one_taken, true}, {{3, 0}});
  EXPECT_EQ(decision.what, admission::refused);
  EXPECT_THAT(decision.why, testing::HasSubstr("asks for 3 solvers, there are 2; ask for fewer"));
  EXPECT_THAT(decision.why, testing::HasSubstr("--wait-for-nodes"));
}

TEST(run_admission, whoever_waits_for_nodes_waits) {
  EXPECT_EQ(on_request({two_places}, {{9, 0}, true}).what, admission::waits);
  EXPECT_EQ(at_its_turn({two_places}, {{9, 0}, true}).what, admission::waits);
  EXPECT_EQ(at_its_turn({{}, false, "it is broken"}, {{1, 0}, true}).what, admission::waits);
}

TEST(run_admission, without_any_node_a_run_waits_unless_none_can_ever_come) {
  EXPECT_EQ(on_request({{}}, {{1, 0}}).what, admission::waits);
  EXPECT_EQ(at_its_turn({{}}, {{1, 0}}).what, admission::waits);
  EXPECT_EQ(at_its_turn({{}, true, "it is broken"}, {{1, 0}}).what, admission::waits);
  for (const auto& decision : {on_request({{}, false, "it is broken"}, {{1, 0}}),
                               at_its_turn({{}, false, "it is broken"}, {{1, 0}})}) {
    EXPECT_EQ(decision.what, admission::refused);
    EXPECT_THAT(decision.why, testing::HasSubstr("it is broken"));
  }
}

} // namespace lockstep
