#include "actors/loaders/meant_name.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t compared_bytes_max = 100;

/// Levenshtein's distance.
std::size_t edits_between(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const auto change = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

} // namespace

std::string meant_name(std::string_view typed, const std::vector<std::string>& names) {
  const auto distance = [&](const std::string& name) {
    return edits_between(name, typed.substr(0, compared_bytes_max));
  };
  const auto nearest = std::ranges::min_element(names, {}, distance);
  const bool is_near = nearest != names.end() && distance(*nearest) <= 1 + nearest->size() / 3;
  return is_near ? *nearest : std::string{};
}

} // namespace lockstep
