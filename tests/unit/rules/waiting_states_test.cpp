// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/rules/run_in_step.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// Why a run does not get on in each of its states.

namespace lockstep {

namespace {

waiting_facts in_turn(run_turn::whose turn, run_state now = run_state::running,
                      std::uint64_t number = 17) {
  return {.run = {1},
          .state = now,
          .turn = run_turn{turn, {}, number, "improve", "broadcast", {}},
          .seconds = 3.21};
}

} // namespace

TEST(waiting_states, a_queued_run_waits_for_its_places_or_for_a_node) {
  waiting_facts facts{.run = {4}, .place = 2, .behind = {3}};
  EXPECT_EQ(waiting_of(facts).sentence,
            "Run r4 is queued at place 2: it waits for its places behind r3.");
  EXPECT_EQ(waiting_of(facts).waits_for, awaited::places);
  EXPECT_FALSE(waiting_of(facts).seconds);
  facts.behind = {};
  EXPECT_EQ(waiting_of(facts).sentence, "Run r4 is queued at place 2: it waits for a node.");
}

TEST(waiting_states, a_starting_run_names_the_nodes_that_construct) {
  auto facts = in_turn(run_turn::whose::construction, run_state::starting, 0);
  const auto add = [&facts](std::string name, bool is_waited_for) {
    const auto number = static_cast<std::uint32_t>(facts.nodes.size() + 1);
    facts.turn->parts.push_back({{number}, std::vector<placed_solver>(2), is_waited_for});
    facts.nodes.push_back({std::move(name)});
  };
  add("", false);
  add("beta", true);
  EXPECT_EQ(waiting_of(facts).sentence, "Run r1 is starting: it waits for node beta to construct 2 "
                                        "of its 4 solvers, for 3.2 s so far.");
  add("", true);
  EXPECT_EQ(waiting_of(facts).sentence, "Run r1 is starting: it waits for nodes beta and n3 to "
                                        "construct 4 of its 6 solvers, for 3.2 s so far.");
  add("", true);
  add("", true);
  facts.state = run_state::cancelling;
  EXPECT_EQ(waiting_of(facts).sentence,
            "Run r1 is being cancelled: it waits for nodes beta, n3, n4 and 1 more to construct 8 "
            "of its 10 solvers, for 3.2 s so far.");
  EXPECT_EQ(waiting_of(facts).waits_for, awaited::construction);
}

TEST(waiting_states, between_two_steps_it_is_the_plan) {
  EXPECT_EQ(waiting_of(in_turn(run_turn::whose::plan)).sentence,
            "Run r1 is running: it waits for its plan, which has asked for no step in 3.2 s; the "
            "last was step 17.");
  EXPECT_EQ(waiting_of(in_turn(run_turn::whose::plan, run_state::running, 0)).sentence,
            "Run r1 is running: it waits for its plan, which has asked for no step in 3.2 s; there "
            "was none before.");
  EXPECT_EQ(waiting_of(in_turn(run_turn::whose::plan)).waits_for, awaited::plan);
  EXPECT_FALSE(waiting_of(in_turn(run_turn::whose::plan)).step);
}

TEST(waiting_states, a_paused_run_says_whether_anything_is_held_back) {
  EXPECT_EQ(waiting_of(in_turn(run_turn::whose::held, run_state::paused)).sentence,
            "Run r1 is paused: its next step 'improve' has been held back for 3.2 s, until the run "
            "is resumed.");
  EXPECT_EQ(waiting_of(in_turn(run_turn::whose::plan, run_state::paused)).sentence,
            "Run r1 is paused: it waits for its plan, which has asked for no step in 3.2 s; the "
            "last was step 17.");
  run_in_step run;
  run.node(1).facts.state = run_state::paused;
  EXPECT_EQ(run.sentence(), "Run r1 is paused, but a step is still under way: step 17 'improve' "
                            "waits for solver 0 on node n1, core 0: 1.0 s.");
}

TEST(waiting_states, a_run_that_is_cancelled_waits_for_its_solvers_and_then_for_its_plan) {
  run_in_step run;
  run.node(1).facts.state = run_state::cancelling;
  EXPECT_EQ(run.sentence(), "Run r1 is being cancelled: step 17 'improve' waits for solver 0 on "
                            "node n1, core 0: 1.0 s.");
  EXPECT_EQ(waiting_of(in_turn(run_turn::whose::plan, run_state::cancelling)).sentence,
            "Run r1 is being cancelled: it waits for its plan, which has not returned; the plan's "
            "turn has lasted 3.2 s.");
}

TEST(waiting_states, a_run_that_is_over_waits_for_nothing) {
  for (const auto& [state, how] : std::vector<std::pair<run_state, std::string>>{
           {run_state::done, "it is done."},
           {run_state::failed, "it has failed."},
           {run_state::cancelled, "it was cancelled."}}) {
    const auto found = waiting_of({.run = {1}, .state = state});
    EXPECT_EQ(found.sentence, "Run r1 is over: " + how);
    EXPECT_EQ(found.waits_for, awaited::nothing);
    EXPECT_FALSE(found.seconds);
  }
}

TEST(waiting_states, what_is_not_known_of_a_run_is_said_as_such) {
  const auto found = waiting_of({.run = {1}, .state = run_state::running});
  EXPECT_EQ(found.sentence, "Run r1 is running: what it waits for is not known.");
}

} // namespace lockstep
