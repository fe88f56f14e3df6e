// SPDX-License-Identifier: BSD-3-Clause

#include "tests/sim/payloads.hpp"
#include "tests/sim/simulated_cluster.hpp"

#include <lockstep/codec.hpp>

#include <sys/stat.h>

#include <gtest/gtest.h>

#include <numeric>

// Nodes that share no memory with the head: payloads go in pieces.

namespace lockstep {

namespace {

using std::chrono::milliseconds;
using test::echo_call;
using test::equal;
using test::numbers;

std::uint64_t file_of(const blob& payload) {
  struct stat about {};
  if (payload.memory() == nullptr || ::fstat(payload.memory()->descriptor(), &about) != 0)
    return 0;
  return about.st_ino;
}

} // namespace

TEST(remote_nodes, a_large_broadcast_and_its_answers_are_equal_bit_by_bit_and_share_no_memory) {
  simulated_cluster cluster{{2, 2, 1}, 0, {}, {0, 2}};
  const auto run = cluster.start_run();
  const auto sent = numbers(300'000, 7);
  const auto answer = cluster.step(run, echo_call(step_kind::broadcast, {sent}));
  ASSERT_TRUE(answer && !answer->failed);
  ASSERT_EQ(answer->answers.size(), 5U);
  for (const auto& one : answer->answers)
    EXPECT_TRUE(equal(one, sent));
  for (const std::size_t remote : {0U, 1U, 4U})
    EXPECT_NE(file_of(answer->answers[remote]), file_of(sent));
  for (const std::size_t here : {2U, 3U})
    EXPECT_EQ(file_of(answer->answers[here]), file_of(sent));
}

TEST(remote_nodes, all_kinds_of_steps_give_the_same_in_any_order_of_messages) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{2, 1, 2}, seed, {}, {1, 2}};
    const auto run = cluster.start_run();
    std::vector<blob> items;
    for (std::uint64_t i = 0; i < 60; ++i) // small, large and empty ones
      items.push_back(i % 7 == 3 ? blob{} : numbers(i % 5 == 0 ? 9'000 + i : 900 + i, i));
    const auto mapped = cluster.step(run, echo_call(step_kind::map, items));
    ASSERT_TRUE(mapped && !mapped->failed);
    ASSERT_EQ(mapped->answers.size(), items.size());
    for (std::size_t i = 0; i < items.size(); ++i)
      ASSERT_TRUE(equal(mapped->answers[i], items[i])) << i;
    items.resize(5);
    const auto scattered = cluster.step(run, echo_call(step_kind::scatter, items));
    ASSERT_TRUE(scattered && !scattered->failed);
    for (std::size_t i = 0; i < 5; ++i)
      ASSERT_TRUE(equal(scattered->answers[i], items[i])) << i;
    auto combine = echo_call(step_kind::reduce, {numbers(20'000, 1)});
    combine.name = "index";
    const auto reduced = cluster.step(run, std::move(combine));
    ASSERT_TRUE(reduced && !reduced->failed);
    unsigned total = 0;
    for (const auto& piece : reduced->answers)
      total += byte_of(piece);
    ASSERT_EQ(total, 10U);
    cluster.end_plan(run, nullptr);
  }
}

TEST(remote_nodes, a_map_of_a_hundred_thousand_items_works) {
  simulated_cluster cluster{{2, 2}, 0, {}, {0, 1}};
  const auto run = cluster.start_run();
  const std::vector<blob> items(100'000, numbers(127, 1)); // 1 KiB each
  const auto answer = cluster.step(run, echo_call(step_kind::map, items));
  ASSERT_TRUE(answer && !answer->failed);
  ASSERT_EQ(answer->answers.size(), items.size());
  for (const auto& one : answer->answers)
    ASSERT_TRUE(equal(one, items.front()));
}

TEST(remote_nodes, a_node_that_is_lost_in_the_middle_fails_the_step_and_the_others_go_on_later) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{1, 1, 1}, seed, {}, {0, 1}};
    const auto run = cluster.start_run();
    const auto answer = cluster.begin_step(
        run, echo_call(step_kind::broadcast, {numbers(200'000, seed)}), 4 * seed);
    caf::anon_send_exit(cluster.nodes[seed % 2], caf::exit_reason::kill);
    cluster.world.run();
    ASSERT_TRUE(*answer);
    if ((*answer)->failed) {
      EXPECT_EQ((*answer)->failed->type, "node_lost");
    }
    cluster.end_plan(run, nullptr);
    const auto second = cluster.start_run();
    const auto sent = numbers(50'000, seed);
    const auto good = cluster.step(second, echo_call(step_kind::broadcast, {sent}));
    ASSERT_TRUE(good && !good->failed);
    ASSERT_EQ(good->answers.size(), 2U);
    ASSERT_TRUE(equal(good->answers[0], sent) && equal(good->answers[1], sent));
  }
}

TEST(remote_nodes, a_cancel_in_the_middle_is_answered_and_the_next_run_gets_its_own_payloads) {
  std::size_t cancelled = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{1, 2}, seed, {}, {0, 1}};
    const auto run = cluster.start_run();
    const auto answer = cluster.begin_step(
        run, echo_call(step_kind::broadcast, {numbers(200'000, seed)}), 5 * seed);
    cluster.cancel(run, milliseconds{100});
    cluster.world.advance(milliseconds{101});
    ASSERT_TRUE(*answer);
    cancelled += (*answer)->cancelled ? 1U : 0U;
    cluster.end_plan(run, nullptr);
    EXPECT_EQ(cluster.describe(run).at("state"), "cancelled");
    const auto second = cluster.start_run();
    const auto sent = numbers(70'000, seed + 1);
    const auto good = cluster.step(second, echo_call(step_kind::broadcast, {sent}));
    ASSERT_TRUE(good && !good->failed);
    for (const auto& one : good->answers)
      ASSERT_TRUE(equal(one, sent));
  }
  EXPECT_GT(cancelled, 10U); // some came too late, and their answers count
  EXPECT_LT(cancelled, 100U);
}

TEST(remote_nodes, a_solver_that_throws_is_told_as_on_one_machine) {
  simulated_cluster cluster{{1, 2}, 0, {1}, {1}};
  const auto run = cluster.start_run();
  auto call = echo_call(step_kind::broadcast, {numbers(100'000, 1)});
  call.name = "throw";
  const auto answer = cluster.step(run, std::move(call));
  ASSERT_TRUE(answer && answer->failed);
  EXPECT_EQ(answer->failed->solver, 1U);
  EXPECT_EQ(answer->failed->type, "simulated");
}

} // namespace lockstep
