// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/authenticator.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using namespace std::chrono_literals;

token_source one_good_token() {
  return {[](const std::string& token) -> token_answer {
            if (token == "good")
              return token_identity{access_role::operate, "id1"};
            return tl::unexpected(token_refused{"The token is not valid.", "unknown", ""});
          },
          [] { return std::set<std::string>{"id1"}; }};
}

/// The answer to one attempt: how often the source has failed; -1 for the good token.
std::future<int> attempt(authenticator& gate, const std::string& token, const std::string& source) {
  auto promise = std::make_shared<std::promise<int>>();
  auto future = promise->get_future();
  EXPECT_TRUE(
      gate.submit(token, source, [promise](const token_answer& answer, std::uint64_t failures) {
        promise->set_value(answer ? -1 : static_cast<int>(failures));
      }));
  return future;
}

int result(std::future<int> of) {
  return of.wait_for(10s) == std::future_status::ready ? of.get() : -2;
}

} // namespace

TEST(authenticator, a_token_is_checked_and_failures_are_counted) {
  authenticator gate{one_good_token(), {1ms, 1ms, 10min, 10}};
  EXPECT_EQ(result(attempt(gate, "good", "a")), -1);
  EXPECT_EQ(result(attempt(gate, "bad", "a")), 1);
  EXPECT_EQ(result(attempt(gate, "worse", "a")), 2);
  EXPECT_EQ(result(attempt(gate, "good", "a")), -1);
  EXPECT_EQ(result(attempt(gate, "bad", "a")), 1);
}

TEST(authenticator, attempts_of_one_source_wait_for_each_other_however_many_come_at_once) {
  authenticator gate{one_good_token(), {30ms, 30ms, 10min, 10}};
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::future<int>> many;
  for (int i = 0; i < 5; ++i)
    many.push_back(attempt(gate, "bad", "a"));
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(result(std::move(many[static_cast<std::size_t>(i)])), i + 1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 4 * 30ms);
}

TEST(authenticator, another_source_does_not_wait) {
  authenticator gate{one_good_token(), {1h, 1h, 10min, 10}};
  EXPECT_EQ(result(attempt(gate, "bad", "a")), 1);
  const auto held = attempt(gate, "good", "a");
  EXPECT_EQ(result(attempt(gate, "good", "b")), -1);
  EXPECT_EQ(held.wait_for(0s), std::future_status::timeout);
}

TEST(authenticator, too_many_of_one_source_are_refused_and_others_are_not_kept_waiting) {
  authenticator gate{one_good_token(), {1h, 1h, 10min, 10}};
  EXPECT_EQ(result(attempt(gate, "bad", "a")), 1);
  const auto ignore = [](const token_answer&, std::uint64_t) {};
  for (std::ptrdiff_t i = 0; i < authenticator::waiting_of_source_max; ++i)
    ASSERT_TRUE(gate.submit("x", "a", ignore));
  EXPECT_FALSE(gate.submit("x", "a", ignore));
  EXPECT_EQ(result(attempt(gate, "good", "b")), -1);
}

TEST(authenticator, it_tells_again_and_again_which_tokens_are_valid) {
  authenticator gate{one_good_token()};
  std::promise<std::set<std::string>> told;
  int looks = 0;
  gate.watch(
      1ms, [] { return true; },
      [&](const std::set<std::string>& valid) {
        if (++looks == 2)
          told.set_value(valid);
      });
  auto future = told.get_future();
  ASSERT_EQ(future.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(future.get(), std::set<std::string>{"id1"});
}

} // namespace lockstep
