// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/run_claims.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep {

namespace {

using clock = run_claims::clock;
using runs = std::vector<run_id>;
constexpr run_id first{1};
constexpr run_id second{2};

/// Some time; the claims know no other.
const clock::time_point now{std::chrono::hours{1'000}};

} // namespace

TEST(run_claims, a_run_that_its_client_waits_for_is_wanted_until_its_result_was_fetched) {
  run_claims claims;
  EXPECT_FALSE(claims.has_any(now));
  claims.asked({1, 1}, true);
  EXPECT_TRUE(claims.has_any(now));
  EXPECT_FALSE(claims.accepted({1, 1}, first));
  claims.over(first, now);
  EXPECT_TRUE(claims.has_any(now + 2 * run_claims::unfetched_max));
  claims.fetched(first);
  EXPECT_FALSE(claims.has_any(now));
}

TEST(run_claims, a_client_that_goes_cancels_its_own_runs_only) {
  run_claims claims;
  claims.asked({1, 1}, true);
  claims.asked({2, 1}, true);
  EXPECT_FALSE(claims.accepted({1, 1}, first));
  EXPECT_FALSE(claims.accepted({2, 1}, second));
  EXPECT_EQ(claims.closed(1), runs{first});
  EXPECT_EQ(claims.wanted(), runs{second});
}

TEST(run_claims, a_client_that_goes_before_it_has_its_answer_cancels_too) {
  run_claims claims;
  claims.asked({1, 1}, true);
  EXPECT_TRUE(claims.closed(1).empty());
  EXPECT_FALSE(claims.has_any(now));
  EXPECT_TRUE(claims.accepted({1, 1}, first));
  EXPECT_FALSE(claims.has_any(now));
}

TEST(run_claims, a_run_that_is_over_is_not_cancelled) {
  run_claims claims;
  claims.asked({1, 1}, true);
  EXPECT_FALSE(claims.accepted({1, 1}, first));
  claims.over(first, now);
  EXPECT_TRUE(claims.closed(1).empty());
  EXPECT_FALSE(claims.has_any(now));
}

TEST(run_claims, a_run_that_nobody_waits_for_is_wanted_for_a_while_after_its_end) {
  run_claims claims;
  claims.asked({1, 1}, false);
  EXPECT_FALSE(claims.accepted({1, 1}, first));
  EXPECT_TRUE(claims.closed(1).empty());
  EXPECT_FALSE(claims.next_change());
  claims.over(first, now);
  EXPECT_EQ(claims.next_change(), now + run_claims::unfetched_max);
  EXPECT_TRUE(claims.has_any(now + run_claims::unfetched_max - std::chrono::seconds{1}));
  EXPECT_FALSE(claims.has_any(now + run_claims::unfetched_max));
}

TEST(run_claims, a_refused_run_is_nobodys) {
  run_claims claims;
  claims.asked({1, 1}, false);
  claims.refused({1, 1});
  EXPECT_FALSE(claims.has_any(now));
  EXPECT_FALSE(claims.accepted({1, 1}, first));
  EXPECT_FALSE(claims.has_any(now));
}

} // namespace lockstep
