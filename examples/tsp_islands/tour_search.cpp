// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/tour_search.hpp"

#include <algorithm>
#include <array>

namespace tsp_islands {
namespace {

/// Of the third edge's candidates only the nearest are tried.
constexpr std::size_t third_edges = 6;

/// The smallest tour that a double bridge changes.
constexpr std::size_t kicked_cities_min = 8;

} // namespace

tour_search::tour_search(const distance& lengths, const neighbour_lists& near)
    : lengths_(&lengths), near_(&near), queued_(lengths.cities()) {}

void tour_search::begin(std::vector<city> order) {
  resume(std::move(order));
  for (const city each : tour_.order())
    push(each);
}

void tour_search::resume(std::vector<city> order) {
  tour_ = tour_array{std::move(order)};
  length_ = lengths_->of_tour(tour_.order());
  queue_.clear();
  queued_.assign(queued_.size(), false);
}

bool tour_search::settle(const stop_sign& stop) {
  constexpr std::size_t tries_between_questions = 64;
  std::size_t head = 0;
  while (head < queue_.size()) {
    if (head % tries_between_questions == tries_between_questions - 1 && stop())
      break;
    const city first = queue_[head++];
    queued_[first] = false;
    while (improve_at(first))
      ++moves_;
  }
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head));
  return queue_.empty();
}

std::uint64_t tour_search::kick(std::uint64_t kicks, random_source& random, const stop_sign& stop) {
  constexpr std::uint64_t kicks_between_questions = 32;
  if (tour_.size() < kicked_cities_min)
    return kicks;
  const auto never = [] { return false; };
  for (std::uint64_t done = 0; done < kicks; ++done) {
    if (done % kicks_between_questions == 0 && stop())
      return done;
    const std::int64_t length_before = length_;
    tour_.keep_changes();
    double_bridge(random);
    settle(never);
    if (length_ > length_before) {
      tour_.undo_changes();
      length_ = length_before;
    }
  }
  return kicks;
}

bool tour_search::improve_at(city t1) {
  return improve_from<true>(t1) || improve_from<false>(t1);
}

// Below, "after" is the direction from t1 to t2, which is forward or backward:
//
//     t1 t2 … t4 t3 …     close_or_extend: t2…t4 turned round closes the tour
//     t1 t2 … t3 t4 …     join_circles: t2…t3 and t4…t1 are circles, joined by a third edge

template <bool Forward>
bool tour_search::improve_from(city t1) {
  const city t2 = after<Forward>(t1);
  const std::int64_t removed = (*lengths_)(t1, t2);
  for (const auto& added : near_->of(t2)) {
    const std::int64_t gain = removed - added.length;
    if (gain <= 0)
      return false;
    const city t3 = added.to;
    if (t3 == after<Forward>(t2) || t3 == t1)
      continue;
    const city inner = after<!Forward>(t3);
    const city outer = after<Forward>(t3);
    if (close_or_extend<Forward>({t1, t2, t3, inner, gain + (*lengths_)(t3, inner)}) ||
        join_circles<Forward>({t1, t2, t3, outer, gain + (*lengths_)(t3, outer)}))
      return true;
  }
  return false;
}

template <bool Forward>
bool tour_search::close_or_extend(const opening& begun) {
  const auto& [t1, t2, t3, t4, removed] = begun;
  const std::int64_t closed = removed - (*lengths_)(t4, t1);
  if (closed > 0) {
    tour_.exchange(t1, t2, t4, t3);
    improved(closed, {t1, t2, t3, t4});
    return true;
  }
  std::size_t tries = third_edges;
  for (const auto& added : near_->of(t4)) {
    const std::int64_t gain = removed - added.length;
    if (gain <= 0 || tries-- == 0)
      return false;
    const city t5 = added.to;
    if (t5 == t3 || t5 == t1)
      continue;
    // Inside t2…t4, which is turned round by then, "before" is what now is "after".
    const city t6 = between<Forward>(t2, t5, t4) ? after<Forward>(t5) : after<!Forward>(t5);
    const std::int64_t total = gain + (*lengths_)(t5, t6) - (*lengths_)(t6, t1);
    if (total > 0) {
      tour_.exchange(t1, t2, t4, t3);
      tour_.exchange(t1, t4, t6, t5);
      improved(total, {t1, t2, t3, t4, t5, t6});
      return true;
    }
  }
  return false;
}

template <bool Forward>
bool tour_search::join_circles(const opening& begun) {
  const auto& [t1, t2, t3, t4, removed] = begun;
  std::size_t tries = third_edges;
  for (const auto& added : near_->of(t4)) {
    const std::int64_t gain = removed - added.length;
    if (gain <= 0 || tries-- == 0)
      return false;
    const city t5 = added.to;
    if (t5 == t3 || !between<Forward>(t2, t5, t3))
      continue;
    const city later = after<Forward>(t5);
    const std::int64_t swapped = gain + (*lengths_)(t5, later) - (*lengths_)(later, t1);
    if (swapped > 0) {
      improved(swapped, {t1, t2, t3, t4, t5, later});
      return swap_segments<Forward>(begun, t5, later);
    }
    if (t5 == t2)
      continue;
    const city earlier = after<!Forward>(t5);
    const std::int64_t turned = gain + (*lengths_)(t5, earlier) - (*lengths_)(earlier, t1);
    if (turned > 0) {
      tour_.exchange(t1, t2, earlier, t5);
      tour_.exchange(t2, t5, t3, t4);
      improved(turned, {t1, t2, t3, t4, t5, earlier});
      return true;
    }
  }
  return false;
}

/// Segments t2…t5, t6…t3 and t4…t1 follow each other; swapping any two gives the same tour, so the
/// longest stays where it is.
template <bool Forward>
bool tour_search::swap_segments(const opening& begun, city t5, city t6) {
  struct segment {
    city first, last;
    std::size_t cities;
  };
  const auto segment_of = [this](city first, city last) {
    return segment{first, last,
                   Forward ? tour_.cities_between(first, last) : tour_.cities_between(last, first)};
  };
  std::array<segment, 3> parts{segment_of(begun.t2, t5), segment_of(t6, begun.t3),
                               segment_of(begun.t4, begun.t1)};
  const auto longest = std::max_element(
      parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.cities < b.cities; });
  std::rotate(parts.begin(), longest, parts.end());
  const auto& [rest, front, back] = parts;
  tour_.exchange(rest.last, front.first, back.last, rest.first);
  tour_.exchange(rest.last, back.last, back.first, front.last);
  tour_.exchange(back.last, front.last, front.first, rest.first);
  return true;
}

void tour_search::improved(std::int64_t gain, std::initializer_list<city> ends) {
  length_ -= gain;
  for (const city each : ends)
    push(each);
}

void tour_search::push(city which) {
  if (queued_[which])
    return;
  queued_[which] = true;
  queue_.push_back(which);
}

/// before [B] [C] [D] behind becomes before [D] [C] [B] behind: all turned round, then each back.
void tour_search::double_bridge(random_source& random) {
  constexpr std::size_t piece_max = 50;
  const std::size_t n = tour_.size();
  const std::size_t longest = std::min(piece_max, (n - 2) / 3);
  std::size_t position = random.below(n);
  const auto at = [&](std::size_t p) { return tour_.at(p < n ? p : p - n); };
  const city before = at(position);
  std::array<std::array<city, 2>, 3> pieces{};
  for (auto& piece : pieces) {
    piece[0] = at(position + 1);
    position = (position + 1 + random.below(longest)) % n;
    piece[1] = at(position);
  }
  const city behind = at(position + 1);
  const auto& [b, c, d] = pieces;
  const auto length = [this](city from, city to) { return (*lengths_)(from, to); };
  length_ += length(before, d[0]) + length(d[1], c[0]) + length(c[1], b[0]) + length(b[1], behind);
  length_ -= length(before, b[0]) + length(b[1], c[0]) + length(c[1], d[0]) + length(d[1], behind);
  tour_.exchange(before, b[0], d[1], behind);
  tour_.exchange(before, d[1], d[0], c[1]);
  tour_.exchange(d[1], c[1], c[0], b[1]);
  tour_.exchange(c[1], b[1], b[0], behind);
  for (const city each : {before, b[0], b[1], c[0], c[1], d[0], d[1], behind})
    push(each);
}

} // namespace tsp_islands
