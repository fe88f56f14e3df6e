// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/reduction.hpp"

#include <lockstep/codec.hpp>
#include <lockstep/reduction.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lockstep {

namespace {

template <class T>
blob as_blob(const T& value) {
  return encode(1U << 20U, value);
}

template <class T>
T from_blob(const blob& bytes) {
  T value{};
  decode(bytes, value);
  return value;
}

outcome add_two(const blob& left, const blob& right) {
  return as_blob(from_blob<double>(left) + from_blob<double>(right));
}

/// Sizes of consecutive groups that together hold `total`; some may be empty.
std::vector<std::size_t> random_split(std::size_t total, std::mt19937_64& random) {
  std::vector<std::size_t> groups;
  while (total > 0) {
    groups.push_back(random() % (total + 1));
    total -= groups.back();
  }
  return groups;
}

/// What the nodes and then the head do.
outcome reduced_in_groups(const std::vector<double>& values, const std::vector<std::size_t>& groups,
                          const combine_two& combine) {
  std::vector<subtree> places;
  std::vector<blob> pieces;
  std::size_t first = 0;
  for (const auto count : groups) {
    for (const auto& place : subtrees_within({first, count}, values.size())) {
      auto part =
          std::vector(values.begin() + static_cast<std::ptrdiff_t>(place.first),
                      values.begin() + static_cast<std::ptrdiff_t>(place.first + place.count));
      places.push_back(place);
      pieces.push_back(as_blob(reduce_in_order(std::span{part}, sum)));
    }
    first += count;
  }
  return combine_pieces(places, pieces, values.size(), combine);
}

std::vector<double> numbers(std::size_t count, std::mt19937_64& random) {
  std::uniform_real_distribution<double> mantissa{-1, 1};
  std::uniform_int_distribution<int> exponent{-30, 30};
  std::vector<double> values(count);
  for (auto& value : values)
    value = std::ldexp(mantissa(random), exponent(random));
  return values;
}

} // namespace

TEST(reduction_pieces, a_group_of_all_solvers_is_the_whole_tree) {
  for (std::size_t total = 1; total <= 40; ++total)
    EXPECT_EQ(subtrees_within({0, total}, total), (std::vector<subtree>{{0, total}}));
}

TEST(reduction_pieces, an_empty_group_has_no_subtrees) {
  EXPECT_TRUE(subtrees_within({3, 0}, 8).empty());
}

TEST(reduction_pieces, a_group_is_split_into_the_largest_subtrees_within_it) {
  EXPECT_EQ(subtrees_within({0, 6}, 8), (std::vector<subtree>{{0, 4}, {4, 2}}));
  EXPECT_EQ(subtrees_within({1, 6}, 8), (std::vector<subtree>{{1, 1}, {2, 2}, {4, 2}, {6, 1}}));
  EXPECT_EQ(subtrees_within({4, 3}, 7), (std::vector<subtree>{{4, 3}}));
  EXPECT_EQ(subtrees_within({4, 2}, 7), (std::vector<subtree>{{4, 2}}));
}

TEST(reduction_pieces, the_subtrees_of_all_groups_cover_each_solver_once_in_order) {
  std::mt19937_64 random{5};
  for (std::size_t total = 1; total <= 40; ++total)
    for (int round = 0; round < 20; ++round) {
      std::size_t first = 0;
      std::size_t covered = 0;
      for (const auto count : random_split(total, random)) {
        for (const auto& place : subtrees_within({first, count}, total)) {
          EXPECT_EQ(place.first, covered);
          covered += place.count;
        }
        first += count;
        EXPECT_EQ(covered, first);
      }
    }
}

TEST(reduction_pieces, a_sum_has_the_same_bits_however_solvers_are_spread_over_nodes) {
  std::mt19937_64 random{20240502};
  for (std::size_t total = 1; total <= 40; ++total) {
    const auto values = numbers(total, random);
    auto copy = values;
    const auto expected = reduce_in_order(std::span{copy}, sum);
    for (int round = 0; round < 50; ++round) {
      const auto got = reduced_in_groups(values, random_split(total, random), add_two);
      ASSERT_TRUE(std::holds_alternative<blob>(got)) << total;
      ASSERT_EQ(std::bit_cast<std::uint64_t>(from_blob<double>(std::get<blob>(got))),
                std::bit_cast<std::uint64_t>(expected))
          << total << " solvers, round " << round;
    }
  }
}

TEST(reduction_pieces, a_failure_of_the_combining_function_is_the_result) {
  const auto refuse = [](const blob&, const blob&) -> outcome { return failure{"type", "no"}; };
  const auto got = reduced_in_groups({1, 2, 3}, {1, 1, 1}, refuse);
  ASSERT_TRUE(std::holds_alternative<failure>(got));
  EXPECT_EQ(std::get<failure>(got).text, "no");
}

TEST(reduction_pieces, a_missing_piece_is_a_failure) {
  const std::vector<subtree> places{{0, 1}, {1, 1}};
  const std::vector<blob> pieces{as_blob(1.0), as_blob(2.0)};
  const auto got = combine_pieces(places, pieces, 3, add_two);
  ASSERT_TRUE(std::holds_alternative<failure>(got));
  EXPECT_EQ(std::get<failure>(got).type, "wrong_answer");
}

} // namespace lockstep
