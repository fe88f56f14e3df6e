// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/service/control_part.hpp"

#include "control/service/calls/lane.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace lockstep {

namespace {

using namespace std::chrono_literals;

struct lane_of_control : lane {
  lane_of_control(control_actor::pointer self, surroundings& among) : lane(self, among.answers) {}
};

/// No rest is longer.
constexpr auto long_enough = 200ms;

/// Clients that want something done, each a word that is noted when its turn comes. A turn takes a
/// while of real time, which is the work itself.
class lane_of_words : public control_part<lane_of_control> {
public:
  void call(std::uint64_t connection, const std::string& word,
            std::chrono::milliseconds takes = 0ms) {
    act([this, connection, word, takes](lane& among) {
      among.await_turn({connection, 0, nullptr}, [this, word, takes] {
        worked_on += word + ' ';
        std::this_thread::sleep_for(takes);
      });
    });
  }
  void end_turn() {
    act([](lane& of) { of.end_turn(); });
  }

  std::string worked_on;
};

} // namespace

TEST(lane, one_call_is_worked_on_at_a_time_and_connections_take_turns) {
  lane_of_words calls;
  calls.call(1, "a1");
  calls.call(1, "a2");
  calls.call(1, "a3");
  calls.call(2, "b1");
  calls.world.advance(1h);
  EXPECT_EQ(calls.worked_on, "a1 ") << "its turn has not ended";
  for (int i = 0; i < 3; ++i) {
    calls.end_turn();
    calls.world.advance(long_enough);
  }
  EXPECT_EQ(calls.worked_on, "a1 a2 b1 a3 ");
}

TEST(lane, after_a_turn_its_time_is_rested_three_times_over) {
  lane_of_words calls;
  calls.call(1, "took 20 ms", 20ms);
  calls.end_turn();
  calls.call(2, "came in the rest");
  calls.world.advance(60ms - 1ms);
  EXPECT_EQ(calls.worked_on, "took 20 ms ");
  calls.world.advance(long_enough);
  EXPECT_EQ(calls.worked_on, "took 20 ms came in the rest ");
}

TEST(lane, however_long_a_turn_was_its_rest_has_an_end) {
  lane_of_words calls;
  calls.call(1, "long", 70ms);
  calls.call(2, "next");
  calls.end_turn();
  calls.world.advance(long_enough - 1ms);
  EXPECT_EQ(calls.worked_on, "long ");
  calls.world.advance(1ms);
  EXPECT_EQ(calls.worked_on, "long next ");
}

TEST(lane, what_another_did_in_a_turn_needs_no_rest) {
  lane_of_words calls;
  bool was_short = false;
  // A machine with other things to do may hold the thread up in between, but not each time.
  for (int i = 0; i < 20 && !was_short; ++i) {
    calls.worked_on.clear();
    calls.call(1, "waited for another", 70ms);
    calls.call(2, "next");
    calls.act([](lane& of) {
      of.count_from_now();
      of.end_turn();
    });
    calls.world.advance(long_enough - 1ms);
    was_short = calls.worked_on == "waited for another next ";
    calls.world.advance(1ms);
    calls.end_turn();
    calls.world.advance(long_enough);
  }
  EXPECT_TRUE(was_short);
}

TEST(lane, who_is_gone_has_no_turn_and_the_others_keep_theirs) {
  lane_of_words calls;
  calls.clients.closed.insert(3);
  calls.call(3, "c1");
  EXPECT_EQ(calls.worked_on, "");
  calls.call(1, "a1");
  calls.call(2, "b1");
  calls.call(1, "a2");
  calls.call(2, "b2");
  calls.act([](lane& of) { of.drop(2); });
  for (int i = 0; i < 2; ++i) {
    calls.end_turn();
    calls.world.advance(long_enough);
  }
  EXPECT_EQ(calls.worked_on, "a1 a2 ");
}

} // namespace lockstep
