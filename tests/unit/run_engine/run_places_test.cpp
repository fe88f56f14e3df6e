// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/run_engine/engine_under_test.hpp"

#include "actors/wire/limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Which runs begin, where, and when: place_table and run_queue as the engine uses them.

namespace lockstep {

namespace {

using changes = std::vector<std::pair<run_id, run_state>>;

std::vector<std::uint32_t> slots_of(const commands::prepare_node& asked) {
  std::vector<std::uint32_t> slots;
  for (const auto& place : asked.solvers)
    slots.push_back(place.slot);
  return slots;
}

} // namespace

TEST(run_places, runs_go_side_by_side_on_places_of_their_own) {
  engine_under_test head{{2, 2}};
  const auto first = head.add(3);
  EXPECT_EQ(head.changes(), (changes{{first, run_state::starting}}));
  const auto asked = head.ordered<commands::prepare_node>();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(slots_of(asked[0]), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(slots_of(asked[1]), (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(asked[1].solvers[0].solver, 2U);
  EXPECT_EQ(asked[1].solvers[0].incarnation, 1U) << "it is constructed for the first time";
  EXPECT_EQ(asked[1].total, 3U);
  const auto second = head.add(1);
  EXPECT_EQ(head.changes(), (changes{{second, run_state::starting}}));
  EXPECT_EQ(nodes_of(head.ordered<commands::prepare_node>()), std::vector<node_number>{{2}});
  EXPECT_EQ(slots_of(head.ordered<commands::prepare_node>()[0]), std::vector<std::uint32_t>{1});
}

TEST(run_places, the_head_of_the_queue_begins_as_soon_as_it_fits_and_nobody_overtakes_it) {
  engine_under_test head{{4}};
  const auto first = head.begin(3);
  const auto second = head.add(2);
  EXPECT_TRUE(head.changes().empty()) << "one place is free";
  const auto third = head.add(1);
  EXPECT_TRUE(head.changes().empty()) << "RQ-1: it would fit, but its turn has not come";
  EXPECT_EQ(head.engine.queue().place_of(third), 2U);
  head.end_plan(first);
  EXPECT_EQ(head.changes(), (changes{{first, run_state::done},
                                     {second, run_state::starting},
                                     {third, run_state::starting}}));
}

TEST(run_places, a_run_without_a_number_waits_for_every_place) {
  engine_under_test head{{2, 1}};
  const auto small = head.begin(1);
  const auto large = head.add(0);
  EXPECT_TRUE(head.changes().empty());
  head.end_plan(small);
  EXPECT_EQ(head.changes().back(), std::pair(large, run_state::starting));
  const auto placed = head.ordered<commands::run_placed>().at(0);
  EXPECT_EQ(placed.solvers, 3U);
  EXPECT_EQ(placed.groups, (std::vector<share>{{0, 2}, {2, 1}}));
}

TEST(run_places, a_run_takes_whichever_slots_are_free) {
  engine_under_test head{{3}};
  const auto first = head.begin(1);
  head.begin(1);
  head.end_plan(first);
  head.add(2);
  EXPECT_EQ(slots_of(head.ordered<commands::prepare_node>().at(0)),
            (std::vector<std::uint32_t>{0, 2}));
}

TEST(run_places, what_can_never_fit_is_refused_at_once_and_told_what_there_is_and_what_to_do) {
  engine_under_test head{{2}};
  head.begin(1);
  const auto refused = head.engine.refusal({{{9, 0}}});
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->what, errc::no_solvers);
  EXPECT_THAT(refused->why, testing::HasSubstr("asks for 9 solvers, there are 2, and no other"));
  EXPECT_FALSE(head.engine.refusal({{{2, 0}}}).has_value()) << "it may have to wait";
}

TEST(run_places, where_nodes_can_join_it_is_refused_when_its_turn_comes_though_others_run) {
  engine_under_test head{{2}, true};
  head.begin(1);
  EXPECT_FALSE(head.engine.refusal({{{9, 0}}}).has_value());
  const auto run = head.add(9);
  EXPECT_EQ(head.changes(), (changes{{run, run_state::failed}}));
  const auto why = head.ordered<commands::run_changed>().at(0).failed.value();
  EXPECT_EQ(why.type, "no_solvers");
  EXPECT_THAT(why.text, testing::HasSubstr("there are 2; ask for fewer"));
}

TEST(run_places, a_run_that_waits_for_nodes_begins_when_they_come) {
  engine_under_test head{{2}, true};
  const auto run = head.add(run_wish{{{4, 0}, true}});
  EXPECT_TRUE(head.changes().empty());
  head.join(2);
  EXPECT_EQ(head.changes(), (changes{{run, run_state::starting}}));
}

TEST(run_places, no_node_gets_more_solvers_than_the_run_wants_on_each) {
  engine_under_test head{{4, 4}};
  head.add(run_wish{{{0, 2}}});
  const auto asked = head.ordered<commands::prepare_node>();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].solvers.size(), 2U);
  EXPECT_EQ(asked[1].solvers.size(), 2U);
  head.add(run_wish{{{0, 2}}});
  EXPECT_EQ(slots_of(head.ordered<commands::prepare_node>().at(1)),
            (std::vector<std::uint32_t>{2, 3}));
}

TEST(run_places, without_a_node_runs_wait_until_it_is_known_that_none_can_come) {
  engine_under_test head;
  const auto run = head.add(1);
  EXPECT_TRUE(head.changes().empty());
  head.tell(events::own_node_failed{"there is no program"});
  EXPECT_EQ(head.changes(), (changes{{run, run_state::failed}}));
  EXPECT_THAT(head.ordered<commands::run_changed>().at(0).failed->text,
              testing::HasSubstr("there is no program"));
  EXPECT_EQ(head.engine.refusal({{{1, 0}}})->what, errc::no_solvers);
}

TEST(run_places, a_node_that_was_of_use_is_started_again_before_it_counts_as_trouble) {
  engine_under_test head{{1}};
  head.tell(events::node_lost{{1}});
  head.tell(events::own_node_failed{"it died"});
  EXPECT_FALSE(head.engine.refusal({{{1, 0}}}).has_value());
  head.tell(events::own_node_failed{"it does not come up"});
  EXPECT_TRUE(head.engine.refusal({{{1, 0}}}).has_value());
  head.join(1);
  EXPECT_FALSE(head.engine.refusal({{{1, 0}}}).has_value());
}

TEST(run_places, a_node_that_is_gone_is_kept_until_one_of_its_name_comes_back) {
  engine_under_test head;
  const auto node = head.join(1, "alpha", true);
  head.tell(events::node_lost{node});
  head.join(1, "beta", true);
  EXPECT_TRUE(head.ordered<commands::forget_node>().empty());
  head.join(1, "alpha", true);
  EXPECT_EQ(nodes_of(head.ordered<commands::forget_node>()), std::vector<node_number>{node});
}

TEST(run_places, only_so_many_runs_wait) {
  engine_under_test head;
  for (std::size_t i = 0; i < limits::queued_runs; ++i)
    head.add(1);
  const auto refused = head.engine.refusal({});
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->what, errc::limit_exceeded);
  EXPECT_EQ(refused->why, "10000 runs are waiting already");
}

} // namespace lockstep
