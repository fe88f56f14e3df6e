// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/random_source.hpp"
#include "examples/tsp_islands/neighbours.hpp"
#include "examples/tsp_islands/tour_array.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace tsp_islands {

using examples::random_source;

/// Local search on one tour. Two parts:
///
/// Settling: as long as replacing two or three edges by shorter ones improves the tour, do it. Of
/// all such moves only those are tried whose new edges go to near neighbours and whose partial sums
/// gain (t1-t2 removed, t2-t3 added, t3-t4 removed, …: each added edge is shorter than the gain so
/// far). A queue holds the cities whose edges changed; a city that is not in it has nothing to
/// gain.
///
/// Kicking: three short pieces of the tour, one after another, change places (a double bridge,
/// which no settling move takes back), only the cities at their ends are queued, and the tour
/// settles again. If it became longer all is undone. A kick touches a few dozen cities however many
/// there are, so that there can be very many.
class tour_search {
public:
  /// Asked now and then; true ends the search early.
  using stop_sign = std::function<bool()>;

  /// Both outlive the search.
  tour_search(const distance& lengths, const neighbour_lists& near);

  /// Takes a tour over and queues all its cities.
  void begin(std::vector<city> order);

  /// Takes over a tour that settled before.
  void resume(std::vector<city> order);

  /// Improves until no queued city is left; false if `stop` ended it before.
  bool settle(const stop_sign& stop);

  /// Kicks up to `kicks` times; returns how many times it did. Needs a settled tour.
  std::uint64_t kick(std::uint64_t kicks, random_source& random, const stop_sign& stop);

  [[nodiscard]] bool settled() const { return queue_.empty(); }
  [[nodiscard]] std::int64_t length() const { return length_; }
  [[nodiscard]] const std::vector<city>& order() const { return tour_.order(); }

  /// How many improving moves were made so far.
  [[nodiscard]] std::uint64_t moves() const { return moves_; }

private:
  /// Edges t1-t2 and t3-t4 removed, t2-t3 added; `gain` is what that shortens.
  struct opening {
    city t1, t2, t3, t4;
    std::int64_t gain;
  };

  template <bool Forward>
  [[nodiscard]] city after(city of) const {
    return Forward ? tour_.next(of) : tour_.previous(of);
  }
  template <bool Forward>
  [[nodiscard]] bool between(city first, city middle, city last) const {
    return Forward ? tour_.between(first, middle, last) : tour_.between(last, middle, first);
  }

  bool improve_at(city t1);
  template <bool Forward>
  bool improve_from(city t1);
  template <bool Forward>
  bool close_or_extend(const opening& begun);
  template <bool Forward>
  bool join_circles(const opening& begun);
  template <bool Forward>
  bool swap_segments(const opening& begun, city t5, city t6);

  void improved(std::int64_t gain, std::initializer_list<city> ends);
  void push(city which);
  void double_bridge(random_source& random);

  const distance* lengths_;
  const neighbour_lists* near_;
  tour_array tour_;
  std::vector<city> queue_;
  std::vector<bool> queued_;
  std::int64_t length_ = 0;
  std::uint64_t moves_ = 0;
};

} // namespace tsp_islands
