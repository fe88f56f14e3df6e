// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/turns.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {

TEST(turns, connections_take_turns_and_of_each_the_oldest_call_comes_first) {
  turns<std::string> waiting;
  for (const auto* call : {"a1", "a2", "a3"})
    waiting.push(1, call);
  waiting.push(2, "b1");
  waiting.push(3, "c1");
  waiting.push(3, "c2");
  std::string order;
  while (const auto next = waiting.next())
    order += *next + ' ';
  EXPECT_EQ(order, "a1 b1 c1 a2 c2 a3 ");
  EXPECT_FALSE(waiting.next());
}

TEST(turns, of_a_connection_that_is_gone_no_call_comes) {
  turns<std::string> waiting;
  waiting.push(1, "a1");
  waiting.push(2, "b1");
  waiting.push(1, "a2");
  waiting.drop(1);
  EXPECT_EQ(waiting.next(), "b1");
  EXPECT_FALSE(waiting.next());
  EXPECT_FALSE(waiting.next());
}

} // namespace lockstep
