// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace lockstep {

using due_time = std::chrono::steady_clock::time_point;

/// `now` and a limit from there, which may be as long as it likes: what is over ten years is ten
/// years, so that no clock overflows.
inline due_time deadline_after(due_time now, std::chrono::milliseconds limit) {
  constexpr std::chrono::hours longest{24 * 365 * 10};
  return now + std::clamp<std::chrono::milliseconds>(limit, std::chrono::milliseconds{0}, longest);
}

/// What is due when, each thing once, for whoever has a single timer: it asks when to set it
/// (`timer`), sets it, and takes what is due when it rings. A timer that is set earlier than
/// anything is due stays: it rings for nothing, which is cheaper than to set one anew for each of
/// thousands of short things in a row.
template <class Key>
class deadlines {
public:
  void set(const Key& what, due_time when) { all_[what] = when; }
  void remove(const Key& what) { all_.erase(what); }

  /// The time to which the timer is to be set now; none where it may stay as it is.
  std::optional<due_time> timer() {
    const auto first = earliest();
    if (first == all_.end() || (timer_ && *timer_ <= first->second))
      return std::nullopt;
    timer_ = first->second;
    return timer_;
  }

  /// The timer rang, so it is set no more: take what is due, until there is none.
  void rang() { timer_.reset(); }
  std::optional<Key> take_due(due_time now) {
    const auto first = earliest();
    if (first == all_.end() || first->second > now)
      return std::nullopt;
    return all_.extract(first).key();
  }

  /// True where a timer is set and nothing is due: it can be let go of.
  bool rests() {
    if (!timer_ || !all_.empty())
      return false;
    timer_.reset();
    return true;
  }

private:
  using map = std::map<Key, due_time>;
  [[nodiscard]] typename map::const_iterator earliest() const {
    return std::ranges::min_element(std::as_const(all_), {}, &map::value_type::second);
  }

  map all_;
  std::optional<due_time> timer_; ///< for when it is set
};

} // namespace lockstep
