// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/echo_estimate.hpp"
#include "examples/traffic_assignment/network/link_list.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace traffic_assignment {

namespace {

/// Three roads, and one of several solvers that sees what comes of its proposals.
class echo_of_three_roads : public ::testing::Test {
protected:
  /// A step in which the solver proposes `own` and the flows of all change by `all`.
  void step(const std::vector<double>& own, const std::vector<double>& all, double accepted = 1) {
    estimate.propose(totals, own);
    estimate.accept(accepted);
    estimate.accept(1); // what is left, as before origins move and again behind it
    for (std::size_t link = 0; link < totals.size(); ++link)
      totals[link] += all[link];
    estimate.learn(totals, links);
  }

  static constexpr std::size_t solvers = 4;
  network roads = network_of(2, 2, 0, std::vector(3, link_record{.tail = 0, .head = 1}));
  priced_links links{roads, {}};
  echo_estimate estimate{3, solvers};
  std::vector<double> totals{100, 100, 100};
};

network one_road() {
  return network_of(2, 2, 0, {link_record{.tail = 0, .head = 1}});
}

/// What one of so many solvers expects before anything is known.
double echo_at_first(std::size_t solvers) {
  priced_links links{one_road(), {}};
  echo_estimate{1, solvers}.expect_half(links);
  return links.echo(0);
}

/// What it has learned from thirty steps in which it proposed `own` and the flow changed by `all`.
double echo_after_steps(std::size_t solvers, double own, double all) {
  priced_links links{one_road(), {}};
  echo_estimate estimate{1, solvers};
  std::vector<double> totals{1};
  for (int i = 0; i < 30; ++i) {
    estimate.propose(totals, std::vector<double>{own});
    totals.front() += all;
    estimate.learn(totals, links);
  }
  return links.echo(0);
}

} // namespace

TEST_F(echo_of_three_roads, is_a_guess_between_one_and_all_where_nothing_is_known) {
  estimate.learn(totals, links);
  for (const auto link : {0U, 1U, 2U}) {
    EXPECT_GT(links.echo(link), 1);
    EXPECT_LT(links.echo(link), solvers);
  }
}

TEST_F(echo_of_three_roads, becomes_what_the_flows_of_all_did_beside_the_own_ones) {
  for (int i = 0; i < 30; ++i)
    step({2, -2, 2}, {8, -2, 4});
  EXPECT_NEAR(links.echo(0), 4, 0.2);
  EXPECT_NEAR(links.echo(1), 1, 0.2);
  EXPECT_NEAR(links.echo(2), 2, 0.2);
}

TEST_F(echo_of_three_roads, counts_of_a_proposal_the_part_that_was_taken) {
  for (int i = 0; i < 30; ++i)
    step({2, 2, 2}, {2, 2, 2}, 0.5);
  EXPECT_NEAR(links.echo(0), 2, 0.2);
}

TEST_F(echo_of_three_roads, stays_between_one_and_all_when_others_undo_or_outdo_a_change) {
  for (int i = 0; i < 30; ++i)
    step({2, 2, 2}, {-50, 50, 0});
  EXPECT_EQ(links.echo(0), 1);
  EXPECT_EQ(links.echo(1), solvers);
  EXPECT_EQ(links.echo(2), 1);
}

TEST_F(echo_of_three_roads, follows_what_changes) {
  for (int i = 0; i < 30; ++i)
    step({2, 2, 2}, {8, 2, 2});
  for (int i = 0; i < 30; ++i)
    step({2, 2, 2}, {2, 8, 2});
  EXPECT_NEAR(links.echo(0), 1, 0.2);
  EXPECT_NEAR(links.echo(1), 4, 0.2);
}

TEST_F(echo_of_three_roads, keeps_to_the_guess_where_the_solver_changes_next_to_nothing) {
  estimate.learn(totals, links);
  const double guess = links.echo(0);
  for (int i = 0; i < 30; ++i)
    step({1e-6, 2, 2}, {4, 4, 4});
  EXPECT_NEAR(links.echo(0), guess, 0.2);
}

TEST(echo_estimate, of_two_solvers_counts_half_of_what_the_other_adds) {
  EXPECT_NEAR(echo_after_steps(2, 2, 4), 1.5, 0.05);
}

TEST(echo_estimate, of_a_solver_alone_is_one) {
  EXPECT_EQ(echo_at_first(1), 1);
  EXPECT_EQ(echo_after_steps(1, 3, 3), 1);
}

TEST(echo_estimate, expects_half_of_the_others_to_do_the_same_at_first) {
  EXPECT_EQ(echo_at_first(7), 4);
}

TEST(echo_estimate, of_many_solvers_is_never_more_than_all) {
  EXPECT_EQ(echo_after_steps(8, 2, 100), 8);
}

} // namespace traffic_assignment
