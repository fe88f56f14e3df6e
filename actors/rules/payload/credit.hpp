// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace lockstep {

/// How many bytes may be under way to another machine, so that a link is busy but never has a long
/// queue.
///
/// Pieces of payloads share one link with status, cancel and heartbeats, and a message waits for
/// all bytes that were given to the link before it. What waits is the bytes under way less what the
/// wire itself holds, so they must be bounded, and the bound depends on a link of which nobody
/// knows anything: 10 Mbit/s with 50 ms of delay holds 125 kB, a loopback has a thousand times the
/// rate. What can be seen is how long a piece takes to be acknowledged. While the wire is not full
/// that is the wire's delay, whatever the window; once it is full, each further byte waits, and the
/// time rises by exactly the wait. So the excess of a piece's time over the least time seen *is*
/// the queue that a status would meet, in seconds, at any rate. (So do TCP Vegas and LEDBAT, RFC
/// 6817, reckon.)
///
///   CR-1  An acknowledgement with less excess than `queue_wanted` lets the window grow: by half of
///         what it acknowledged while there is no queue (a half more for each round trip), by less
///         the nearer it is. So the window stays where the queue is as wanted.
///   CR-2  One with more than `queue_max` halves the window, once for each round trip: what is
///         under way already says nothing new. After that it grows by a piece for each round trip.
///   CR-3  Only a window that was used says something: one that the sender did not fill does not
///         grow, and after a pause it begins anew.
///   CR-4  A least that was not seen again for `least_lasts` may be that of another route, or may
///         hide a queue of our own that never drained. Then one piece goes alone, and its time is
///         the new least. (As BBR does.)
///   CR-5  A piece is an eighth of the window, so that its own time on the wire counts little.
///   CR-6  No burst is longer than the queue wanted: where the wire is empty no more goes at once
///         than it takes in that time, and each acknowledgement lets at most twice its bytes go. A
///         whole window at once would be a queue of a whole round trip.
///
/// Time is passed in. Not thread-safe.
class credit {
public:
  using clock = std::chrono::steady_clock;
  using time_point = clock::time_point;

  static constexpr std::size_t piece_min = std::size_t{16} << 10U;
  static constexpr std::size_t piece_max = std::size_t{1} << 20U;
  static constexpr std::size_t window_min = piece_min;
  static constexpr std::size_t window_at_first = 4 * piece_min;
  static constexpr std::size_t window_max = 16 * piece_max;
  static constexpr std::chrono::milliseconds queue_wanted{25};
  static constexpr std::chrono::milliseconds queue_max{50};
  static constexpr std::chrono::seconds least_lasts{10};
  static constexpr std::chrono::seconds pause{1};

  /// What is to be remembered of a piece until it is acknowledged.
  struct ticket {
    time_point sent;
    std::size_t bytes = 0;
    bool filled = false; ///< the window
    bool alone = false;  ///< on the link
  };

  /// How many bytes the next piece may have at most; none while it has to wait for an
  /// acknowledgement.
  [[nodiscard]] std::optional<std::size_t> next_piece(time_point now);

  /// A piece goes out now.
  [[nodiscard]] ticket send(std::size_t bytes, time_point now);

  /// It was acknowledged, whatever the answer.
  void acknowledged(const ticket& piece, time_point now);

  [[nodiscard]] std::size_t window() const { return window_; }
  [[nodiscard]] std::size_t under_way() const { return under_way_; }

private:
  [[nodiscard]] std::size_t piece() const;
  [[nodiscard]] std::size_t burst() const;
  void measure(const ticket& piece, clock::duration took, time_point now);
  void grow(const ticket& piece, clock::duration excess);

  std::size_t window_ = window_at_first;
  std::size_t under_way_ = 0;
  std::size_t at_once_ = 0;            ///< what may go before the next acknowledgement
  std::size_t slow_from_ = window_max; ///< from here on the window grows by a piece a round trip
  std::optional<clock::duration> least_;
  time_point least_seen_;
  bool probing_ = false; ///< a piece has to go alone
  time_point last_activity_;
  time_point last_cut_;
};

} // namespace lockstep
