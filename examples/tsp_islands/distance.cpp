// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/distance.hpp"

#include <algorithm>

namespace tsp_islands {
namespace {

constexpr double earth_radius_km = 6378.388;

/// TSPLIB writes degrees and minutes as DDD.MM and takes pi as 3.141592.
double radians(double degrees_and_minutes) {
  constexpr double pi = 3.141592;
  const double degrees = std::trunc(degrees_and_minutes);
  const double minutes = degrees_and_minutes - degrees;
  return pi * (degrees + 5.0 * minutes / 3.0) / 180.0;
}

} // namespace

distance::distance(const instance& problem) : cities_(problem.dimension) {
  switch (problem.weight) {
  case edge_weight::explicit_matrix:
    kind_ = kind::table;
    table_ = problem.triangle;
    return;
  case edge_weight::geo:
    place_on_sphere(problem);
    return;
  case edge_weight::euc_2d:
    break;
  case edge_weight::ceil_2d:
    kind_ = kind::upward;
    break;
  case edge_weight::att:
    kind_ = kind::att;
    break;
  }
  rounding_ = kind_;
  place_on_plane(problem);
}

void distance::place_on_plane(const instance& problem) {
  points_ = problem.points;
  places_.reserve(cities_);
  for (const auto& at : points_)
    places_.push_back({at.x, at.y, 0.0});
}

void distance::place_on_sphere(const instance& problem) {
  constexpr std::size_t tabulated_max = 3000;
  kind_ = kind::sphere;
  spherical_ = true;
  for (const auto& at : problem.points) {
    const double latitude = radians(at.x);
    const double longitude = radians(at.y);
    points_.push_back({latitude, longitude});
    places_.push_back({std::cos(latitude) * std::cos(longitude),
                       std::cos(latitude) * std::sin(longitude), std::sin(latitude)});
  }
  if (cities_ <= tabulated_max)
    tabulate();
}

/// Looking a length up takes a small part of the time of its cosines.
void distance::tabulate() {
  std::vector<std::int32_t> lengths;
  lengths.reserve(cities_ * cities_ / 2);
  for (city row = 1; row < cities_; ++row)
    for (city column = 0; column < row; ++column)
      lengths.push_back(static_cast<std::int32_t>(on_sphere(row, column)));
  table_ = std::move(lengths);
  kind_ = kind::table;
}

std::int64_t distance::on_sphere(city a, city b) const {
  const double q1 = std::cos(points_[a].y - points_[b].y);
  const double q2 = std::cos(points_[a].x - points_[b].x);
  const double q3 = std::cos(points_[a].x + points_[b].x);
  const double cosine = 0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3);
  return static_cast<std::int64_t>(earth_radius_km * std::acos(std::clamp(cosine, -1.0, 1.0)) +
                                   1.0);
}

/// A unit less than the arc over the chord, so that rounding errors do not matter.
std::int64_t distance::at_least_on_sphere(double squared) {
  const double half_chord = std::min(std::sqrt(squared) / 2.0, 1.0);
  return static_cast<std::int64_t>(earth_radius_km * 2.0 * std::asin(half_chord));
}

std::int64_t distance::of_tour(const std::vector<city>& order) const {
  std::int64_t length = 0;
  for (std::size_t i = 0; i < order.size(); ++i)
    length += (*this)(order[i], order[i + 1 == order.size() ? 0 : i + 1]);
  return length;
}

} // namespace tsp_islands
