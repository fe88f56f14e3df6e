// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/model/no_limit.hpp"

#include <lockstep/random_state.hpp>

#include <gtest/gtest.h>

#include <random>

namespace lockstep {

namespace {

using test::no_limit;

/// A solver's random numbers, archived as its author would.
template <class Engine, class Distribution>
struct dice {
  Engine engine;
  Distribution distribution;

  auto operator()() { return distribution(engine); }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(engine, distribution);
  }
};

template <class Engine, class Distribution>
void expect_to_go_on_exactly(Distribution distribution) {
  dice<Engine, Distribution> first{Engine{7}, distribution};
  for (int i = 0; i < 1'001; ++i) // an odd number: a normal distribution holds every second one
    static_cast<void>(first());
  dice<Engine, Distribution> second{Engine{1}, Distribution{}};
  decode(encode(no_limit, first), second);
  for (int i = 0; i < 1'000; ++i)
    ASSERT_EQ(first(), second()) << i;
}

} // namespace

TEST(random_state, engines_and_distributions_go_on_with_the_very_next_number) {
  expect_to_go_on_exactly<std::mt19937_64>(std::normal_distribution<double>{0.1, 1.0 / 3.0});
  expect_to_go_on_exactly<std::mt19937>(std::uniform_int_distribution<int>{1, 6});
  expect_to_go_on_exactly<std::minstd_rand>(std::uniform_real_distribution<double>{0.1, 0.7});
  expect_to_go_on_exactly<std::ranlux48>(std::gamma_distribution<double>{1.0 / 7.0, 3.3});
  expect_to_go_on_exactly<std::knuth_b>(std::poisson_distribution<int>{12.3});
  expect_to_go_on_exactly<std::mt19937_64>(std::discrete_distribution<int>{0.1, 0.2, 1.0 / 3.0});
}

TEST(random_state, a_text_that_is_no_state_is_refused) {
  std::mt19937 engine;
  EXPECT_THROW(decode(encode(no_limit, std::string{"no numbers"}), engine), decode_error);
}

} // namespace lockstep
