// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/run_name.hpp"

#include <gtest/gtest.h>

namespace lockstep {

TEST(run_name, a_run_is_named_as_it_is_written) {
  EXPECT_EQ(parse_run("r17"), run_id{17});
  EXPECT_EQ(parse_run("r18446744073709551615"), run_id{18'446'744'073'709'551'615U});
  EXPECT_EQ(parse_run(to_string(run_id{3})), run_id{3});
}

TEST(run_name, whatever_else_is_no_run) {
  for (const auto* text : {"", "r", "17", "R17", "r-1", "r+1", "r 17", " r17", "r17 ", "r17a",
                           "r0x11", "r1.5", "rr17", "n1", "r18446744073709551616"})
    EXPECT_FALSE(parse_run(text)) << '"' << text << '"';
}

} // namespace lockstep
