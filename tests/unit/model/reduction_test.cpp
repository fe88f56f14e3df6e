// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/reduction.hpp>

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lockstep {

namespace {

/// Shows the tree: (left right).
std::string tree_of(std::size_t count) {
  std::vector<std::string> leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(std::to_string(i));
  return reduce_in_order(std::span{leaves}, [](const std::string& a, const std::string& b) {
    return '(' + a + ' ' + b + ')';
  });
}

template <class T, class Operation>
T reduced(std::vector<T> values, const Operation& operation) {
  return reduce_in_order(std::span{values}, operation);
}

std::vector<double> numbers(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> mantissa{-1, 1};
  std::uniform_int_distribution<int> exponent{-40, 40};
  std::vector<double> values(count);
  for (auto& value : values)
    value = std::ldexp(mantissa(random), exponent(random));
  return values;
}

/// The same tree written bottom up: neighbours are added, an odd one at the end waits.
double added_in_pairs(std::vector<double> values) {
  while (values.size() > 1) {
    std::vector<double> next;
    for (std::size_t i = 0; i + 1 < values.size(); i += 2)
      next.push_back(values[i] + values[i + 1]);
    if (values.size() % 2 == 1)
      next.push_back(values.back());
    values = std::move(next);
  }
  return values.front();
}

} // namespace

TEST(reduction, the_tree_depends_on_the_number_of_values_alone) {
  EXPECT_EQ(tree_of(1), "0");
  EXPECT_EQ(tree_of(2), "(0 1)");
  EXPECT_EQ(tree_of(3), "((0 1) 2)");
  EXPECT_EQ(tree_of(4), "((0 1) (2 3))");
  EXPECT_EQ(tree_of(5), "(((0 1) (2 3)) 4)");
  EXPECT_EQ(tree_of(6), "(((0 1) (2 3)) (4 5))");
  EXPECT_EQ(tree_of(7), "(((0 1) (2 3)) ((4 5) 6))");
  EXPECT_EQ(tree_of(9), "((((0 1) (2 3)) ((4 5) (6 7))) 8)");
}

TEST(reduction, a_sum_of_doubles_has_the_same_bits_however_the_tree_is_built) {
  for (std::size_t count = 1; count <= 200; ++count) {
    const auto values = numbers(count, count);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(reduced(values, sum)),
              std::bit_cast<std::uint64_t>(added_in_pairs(values)))
        << count;
  }
}

TEST(reduction, operations_work_on_numbers) {
  EXPECT_EQ(reduced(std::vector{3, 1, 2}, sum), 6);
  EXPECT_EQ(reduced(std::vector{3, 1, 2}, lockstep::min), 1);
  EXPECT_EQ(reduced(std::vector{3, 1, 2}, lockstep::max), 3);
  EXPECT_EQ(reduced(std::vector<std::uint8_t>{200, 100}, sum), 44);
}

TEST(reduction, operations_work_on_containers_element_by_element) {
  using three = std::array<int, 3>;
  EXPECT_EQ(reduced(std::vector<three>{{1, 5, 2}, {4, 0, 2}}, sum), (three{5, 5, 4}));
  EXPECT_EQ(reduced(std::vector<three>{{1, 5, 2}, {4, 0, 2}}, lockstep::min), (three{1, 0, 2}));
  using list = std::vector<double>;
  EXPECT_EQ(reduced(std::vector<list>{{1, 5}, {4, 0}, {0, 9}}, lockstep::max), (list{4, 9}));
  EXPECT_EQ(reduced(std::vector<std::vector<list>>{{{1}, {2}}, {{3}, {4}}}, concatenate).size(),
            4U);
}

TEST(reduction, containers_of_different_sizes_are_refused) {
  using list = std::vector<double>;
  try {
    reduced(std::vector<list>{{1, 2}, {3}}, sum);
    FAIL() << "nothing was thrown";
  } catch (const std::invalid_argument& thrown) {
    EXPECT_STREQ(thrown.what(), "reduce: answers have different sizes, 2 and 1");
  }
}

TEST(reduction, concatenation_keeps_the_order_of_solvers) {
  for (std::size_t count = 1; count <= 20; ++count) {
    std::vector<std::vector<std::size_t>> answers;
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < count; ++i) {
      answers.emplace_back(i % 3, i);
      expected.insert(expected.end(), i % 3, i);
    }
    EXPECT_EQ(reduced(answers, concatenate), expected);
  }
}

} // namespace lockstep
