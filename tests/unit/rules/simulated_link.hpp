// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/payload/credit.hpp"

#include <algorithm>
#include <cstddef>
#include <queue>
#include <utility>
#include <vector>

namespace lockstep {

/// A wire with a rate and a delay, and a buffer without end before it, which a sender with credit
/// keeps as full as it may. Time is the simulation's own.
class simulated_link {
public:
  using seconds = std::chrono::duration<double>;

  simulated_link(double bytes_per_second, seconds one_way)
      : rate_(bytes_per_second), delay_(one_way) {}

  double rate_;
  seconds delay_;
  credit rule;

  /// How long a message would wait now for what was given to the wire before it.
  [[nodiscard]] seconds queue() const { return std::max(seconds{0}, free_at_ - now_); }
  /// The most that it was since the last time that this was asked.
  seconds longest_queue() { return std::exchange(longest_, seconds{0}); }
  [[nodiscard]] std::size_t arrived() const { return arrived_; }
  [[nodiscard]] seconds now() const { return now_; }

  /// Sends whatever the credit allows until then.
  void run_until(seconds end) {
    for (;;) {
      fill();
      if (on_the_wire_.empty() || on_the_wire_.top().acknowledged > end)
        break;
      const auto next = on_the_wire_.top();
      on_the_wire_.pop();
      now_ = next.acknowledged;
      arrived_ += next.ticket.bytes;
      rule.acknowledged(next.ticket, at(now_));
    }
    now_ = end;
  }

  /// Nothing is sent until then.
  void idle_until(seconds end) {
    while (!on_the_wire_.empty()) {
      now_ = on_the_wire_.top().acknowledged;
      rule.acknowledged(on_the_wire_.top().ticket, at(now_));
      on_the_wire_.pop();
    }
    now_ = std::max(now_, end);
  }

private:
  struct piece {
    seconds acknowledged;
    credit::ticket ticket;
    bool operator<(const piece& other) const { return acknowledged > other.acknowledged; }
  };

  static credit::time_point at(seconds time) {
    return credit::time_point{std::chrono::duration_cast<credit::clock::duration>(time)};
  }

  void fill() {
    while (const auto bytes = rule.next_piece(at(now_))) {
      free_at_ = std::max(free_at_, now_) + seconds{double(*bytes) / rate_};
      on_the_wire_.push({free_at_ + 2 * delay_, rule.send(*bytes, at(now_))});
      longest_ = std::max(longest_, queue());
    }
  }

  seconds now_{1000};
  seconds free_at_{0};
  seconds longest_{0};
  std::size_t arrived_ = 0;
  std::priority_queue<piece> on_the_wire_;
};

} // namespace lockstep
