// SPDX-License-Identifier: BSD-3-Clause

#include "platform/text/nearest_name.hpp"

#include <algorithm>
#include <numeric>

namespace lockstep {

namespace {

/// Longer than any name of ours could be mistyped; the search costs the product of the lengths.
constexpr std::size_t longest_name = 64;

} // namespace

std::size_t typing_errors(std::string_view left, std::string_view right) {
  // Optimal string alignment: three rows of the usual table, the third for swapped neighbours.
  std::vector<std::size_t> before(right.size() + 1);
  std::vector<std::size_t> above(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t changed = left[i - 1] == right[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + changed});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above.back();
}

std::string nearest_name(std::string_view name, const std::vector<std::string_view>& candidates) {
  if (name.empty() || name.size() > longest_name)
    return {};
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const auto candidate : candidates) {
    if (candidate.ends_with("." + std::string(name)))
      return std::string(candidate);
    const auto errors = typing_errors(name, candidate);
    if (errors < fewest) {
      fewest = errors;
      best = candidate;
    }
  }
  return std::string(best);
}

} // namespace lockstep
