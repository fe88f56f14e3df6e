// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/tsplib/instance.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace tsp_islands {

/// A place in space whose straight-line distances grow with the lengths of the edges: the plane for
/// plane instances, the unit sphere for GEO.
using place = std::array<double, 3>;

/// Lengths of edges under TSPLIB's rounding rules. Immutable; any thread may read it.
class distance {
public:
  explicit distance(const instance& problem);

  [[nodiscard]] std::size_t cities() const { return cities_; }

  /// The length of the edge between two cities, at most 2^31-1.
  [[nodiscard]] std::int64_t operator()(city a, city b) const {
    if (kind_ == kind::table)
      return a == b ? 0 : table_[triangle_index(a, b)];
    if (kind_ == kind::sphere)
      return on_sphere(a, b);
    const double dx = points_[a].x - points_[b].x;
    const double dy = points_[a].y - points_[b].y;
    return rounded(dx * dx + dy * dy);
  }

  /// The length of a closed tour.
  [[nodiscard]] std::int64_t of_tour(const std::vector<city>& order) const;

  /// Where the cities are; empty for an explicit matrix.
  [[nodiscard]] const std::vector<place>& places() const { return places_; }

  /// At most the length of any edge whose ends are places with at least this squared distance.
  [[nodiscard]] std::int64_t at_least(double squared) const {
    return spherical_ ? at_least_on_sphere(squared) : rounded(squared);
  }

private:
  enum class kind : std::uint8_t { nearest, upward, att, sphere, table };

  [[nodiscard]] std::int64_t rounded(double squared) const {
    if (rounding_ == kind::nearest)
      return static_cast<std::int64_t>(std::sqrt(squared) + 0.5);
    if (rounding_ == kind::upward)
      return static_cast<std::int64_t>(std::ceil(std::sqrt(squared)));
    const double real = std::sqrt(squared / 10.0);
    const auto near = static_cast<std::int64_t>(real + 0.5);
    return static_cast<double>(near) < real ? near + 1 : near;
  }

  void place_on_plane(const instance& problem);
  void place_on_sphere(const instance& problem);
  void tabulate();
  [[nodiscard]] std::int64_t on_sphere(city a, city b) const;
  [[nodiscard]] static std::int64_t at_least_on_sphere(double squared);

  std::size_t cities_;
  kind kind_ = kind::nearest;
  kind rounding_ = kind::nearest;
  bool spherical_ = false;
  std::vector<point> points_; ///< GEO: latitude and longitude in radians
  std::vector<std::int32_t> table_;
  std::vector<place> places_;
};

} // namespace tsp_islands
