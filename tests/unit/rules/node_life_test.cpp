// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/places/node_life.hpp"

#include <gtest/gtest.h>

namespace lockstep {

TEST(node_life, an_idle_node_leaves_at_once) {
  EXPECT_EQ(next_state(node_state::up, node_life_event::drain_idle), node_state::leaving);
}

TEST(node_life, a_busy_node_leaves_at_the_barrier) {
  EXPECT_EQ(next_state(node_state::up, node_life_event::drain_busy), node_state::draining);
  EXPECT_EQ(next_state(node_state::draining, node_life_event::barrier), node_state::leaving);
}

TEST(node_life, nobody_is_drained_twice) {
  for (const auto state : {node_state::draining, node_state::leaving, node_state::gone})
    for (const auto event : {node_life_event::drain_idle, node_life_event::drain_busy})
      EXPECT_FALSE(next_state(state, event)) << to_string(state);
}

TEST(node_life, a_barrier_means_nothing_to_the_others) {
  for (const auto state : {node_state::up, node_state::leaving, node_state::gone})
    EXPECT_FALSE(next_state(state, node_life_event::barrier)) << to_string(state);
}

TEST(node_life, a_node_is_lost_once) {
  for (const auto state : {node_state::up, node_state::draining, node_state::leaving})
    EXPECT_EQ(next_state(state, node_life_event::lost), node_state::gone);
  EXPECT_FALSE(next_state(node_state::gone, node_life_event::lost));
}

} // namespace lockstep
