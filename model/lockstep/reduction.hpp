// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lockstep {

namespace detail {

template <class T>
concept container_of_values = std::ranges::random_access_range<T> && requires(T x) {
  x.size();
};

/// Applies `combine` to values, or element by element to two containers of one size.
template <class T, class Combine>
T elementwise(T left, const T& right, Combine combine) {
  if constexpr (container_of_values<T>) {
    if (left.size() != right.size())
      throw std::invalid_argument("reduce: answers have different sizes, " +
                                  std::to_string(left.size()) + " and " +
                                  std::to_string(right.size()));
    for (std::size_t i = 0; i < left.size(); ++i)
      left[i] = combine(left[i], right[i]);
    return left;
  } else {
    return combine(left, right);
  }
}

} // namespace detail

/// Sum of the answers; of vectors and arrays element by element. Here and below, vectors of
/// different sizes throw std::invalid_argument, which fails the step.
inline constexpr struct sum_operation {
  template <class T>
  T operator()(T left, const T& right) const {
    return detail::elementwise(std::move(left), right, [](const auto& a, const auto& b) {
      return static_cast<std::remove_cvref_t<decltype(a)>>(a + b);
    });
  }
} sum;

/// Smallest of the answers; of vectors and arrays element by element. What becomes of a NaN depends
/// on which solver had it: each comparison with one keeps the value of the lower solver.
inline constexpr struct min_operation {
  template <class T>
  T operator()(T left, const T& right) const {
    return detail::elementwise(std::move(left), right,
                               [](const auto& a, const auto& b) { return b < a ? b : a; });
  }
} min;

/// Largest of the answers; of vectors and arrays element by element. NaN as for min.
inline constexpr struct max_operation {
  template <class T>
  T operator()(T left, const T& right) const {
    return detail::elementwise(std::move(left), right,
                               [](const auto& a, const auto& b) { return a < b ? b : a; });
  }
} max;

/// The answers' elements, solver 0 first. Of vectors, strings and other sequences with `insert`.
inline constexpr struct concatenate_operation {
  template <class T>
  T operator()(T left, const T& right) const {
    left.insert(left.end(), right.begin(), right.end());
    return left;
  }
} concatenate;

/// Combines the values in a tree whose shape depends on their number alone: the left part takes the
/// largest power of two below the number. So a sum of doubles has the same bits wherever the values
/// were computed and in whatever order they came. It is pairwise summation (Higham, "The accuracy
/// of floating point summation", SIAM J. Sci. Comput. 14, 1993), whose error grows with the
/// logarithm of the number. `values` must not be empty, and are moved from. Throws what `operation`
/// throws.
template <class T, class Operation>
T reduce_in_order(std::span<T> values, const Operation& operation) {
  if (values.size() == 1)
    return std::move(values.front());
  std::size_t left = 1;
  while (left * 2 < values.size())
    left *= 2;
  T first = reduce_in_order(values.first(left), operation);
  const T second = reduce_in_order(values.subspan(left), operation);
  return operation(std::move(first), second);
}

} // namespace lockstep
