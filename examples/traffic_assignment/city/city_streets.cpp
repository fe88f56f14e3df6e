// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/city/city_streets.hpp"

#include "examples/traffic_assignment/city/strong_core.hpp"

#include <algorithm>
#include <cmath>

namespace traffic_assignment {
namespace {

class street_planner {
public:
  street_planner(random_source& random, const city_options& options)
      : random_(random), options_(options) {}

  street_plan plan() {
    place_junctions();
    plan_.of_grid = plan_.junctions.size();
    for (std::size_t row = 0; row < options_.rows; ++row)
      for (std::size_t column = 0; column + 1 < options_.columns; ++column)
        add_block(at(column, row), at(column + 1, row), row);
    for (std::size_t column = 0; column < options_.columns; ++column)
      for (std::size_t row = 0; row + 1 < options_.rows; ++row)
        add_block(at(column, row), at(column, row + 1), column);
    add_ring();
    // Arterials are whole and two-way, so a junction of two of them belongs to the core.
    return strong_core(plan_, at(first_arterial(), first_arterial()));
  }

private:
  [[nodiscard]] std::uint32_t at(std::size_t column, std::size_t row) const {
    return static_cast<std::uint32_t>(row * options_.columns + column);
  }

  [[nodiscard]] std::size_t first_arterial() const { return options_.arterial_every / 2; }

  /// Up to a quarter of a block to either side, so that no two streets cross.
  std::int64_t jitter() {
    const auto half = options_.block_m / 4;
    return static_cast<std::int64_t>(random_.below(static_cast<std::size_t>(2 * half + 1))) - half;
  }

  void place_junctions() {
    for (std::size_t row = 0; row < options_.rows; ++row)
      for (std::size_t column = 0; column < options_.columns; ++column) {
        const auto x_m = static_cast<std::int64_t>(column) * options_.block_m + jitter();
        const auto y_m = static_cast<std::int64_t>(row) * options_.block_m + jitter();
        plan_.junctions.push_back({x_m, y_m});
      }
  }

  [[nodiscard]] bool is_arterial(std::size_t line) const {
    return line % options_.arterial_every == first_arterial();
  }

  void add_both(std::uint32_t one, std::uint32_t other, road_kind kind) {
    plan_.roads.push_back({one, other, kind});
    plan_.roads.push_back({other, one, kind});
  }

  /// `line` is the row or column that the block belongs to.
  void add_block(std::uint32_t one, std::uint32_t other, std::size_t line) {
    if (is_arterial(line))
      return add_both(one, other, road_kind::arterial);
    if (random_.below(100) < options_.missing_percent)
      return;
    if (options_.one_way_every == 0 || line % options_.one_way_every != 0)
      return add_both(one, other, road_kind::street);
    // Streets that are one-way lead one there and the next back.
    if (line / options_.one_way_every % 2 == 0)
      plan_.roads.push_back({one, other, road_kind::street});
    else
      plan_.roads.push_back({other, one, road_kind::street});
  }

  /// Points of a quarter of an ellipse by the rational form of the circle, which needs no sine:
  /// x = (n^2 - i^2) / (n^2 + i^2), y = 2 n i / (n^2 + i^2). Turned by quarters they go round.
  std::vector<place> ring_places() const {
    const auto width = static_cast<std::int64_t>(options_.columns - 1) * options_.block_m;
    const auto height = static_cast<std::int64_t>(options_.rows - 1) * options_.block_m;
    const auto radius_x = width * 7 / 20;
    const auto radius_y = height * 7 / 20;
    const auto spacing = static_cast<std::int64_t>(options_.arterial_every) * options_.block_m;
    const auto n = std::max<std::int64_t>(2, (radius_x + radius_y) * 3 / (4 * spacing));
    std::vector<place> round;
    for (int quarter = 0; quarter < 4; ++quarter)
      for (std::int64_t i = 0; i < n; ++i) {
        const auto whole = n * n + i * i;
        const auto cosine = n * n - i * i;
        const auto sine = 2 * n * i;
        const auto turned_x = quarter == 0   ? cosine
                              : quarter == 1 ? -sine
                              : quarter == 2 ? -cosine
                                             : sine;
        const auto turned_y = quarter == 0   ? sine
                              : quarter == 1 ? cosine
                              : quarter == 2 ? -sine
                                             : -cosine;
        round.push_back(
            {width / 2 + radius_x * turned_x / whole, height / 2 + radius_y * turned_y / whole});
      }
    return round;
  }

  std::uint32_t nearest_arterial_junction(const place& from) const {
    std::uint32_t nearest = 0;
    std::int64_t least = -1;
    for (std::size_t row = 0; row < options_.rows; ++row)
      for (std::size_t column = 0; column < options_.columns; ++column) {
        if (!is_arterial(row) || !is_arterial(column))
          continue;
        const auto squared = squared_distance(from, plan_.junctions[at(column, row)]);
        if (least < 0 || squared < least) {
          least = squared;
          nearest = at(column, row);
        }
      }
    return nearest;
  }

  void add_ring() {
    const auto round = ring_places();
    const auto first = static_cast<std::uint32_t>(plan_.junctions.size());
    for (std::size_t i = 0; i < round.size(); ++i) {
      const auto interchange = first + static_cast<std::uint32_t>(i);
      const auto next = first + static_cast<std::uint32_t>((i + 1) % round.size());
      plan_.junctions.push_back(round[i]);
      add_both(interchange, next, road_kind::motorway);
      add_both(interchange, nearest_arterial_junction(round[i]), road_kind::ramp);
    }
  }

  random_source& random_;
  const city_options& options_;
  street_plan plan_;
};

} // namespace

std::int64_t squared_distance(const place& from, const place& to) {
  const auto x = to.x_m - from.x_m;
  const auto y = to.y_m - from.y_m;
  return x * x + y * y;
}

std::int64_t distance_m(const place& from, const place& to) {
  return std::llround(std::sqrt(static_cast<double>(squared_distance(from, to))));
}

street_plan plan_streets(random_source& random, const city_options& options) {
  return street_planner{random, options}.plan();
}

} // namespace traffic_assignment
