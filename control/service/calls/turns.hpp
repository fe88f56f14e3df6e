// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace lockstep {

/// Calls of many connections that are worked on one at a time: connections take turns, so that one
/// that asks a thousand times does not keep the others waiting. Of one connection the oldest call
/// comes first.
template <class T>
class turns {
public:
  void push(std::uint64_t connection, T call) {
    auto& its = waiting_[connection];
    if (its.empty())
      order_.push_back(connection);
    its.push_back(std::move(call));
  }

  /// The next call, if there is one.
  std::optional<T> next() {
    while (!order_.empty()) {
      const auto connection = order_.front();
      order_.pop_front();
      const auto its = waiting_.find(connection);
      if (its == waiting_.end())
        continue; // dropped meanwhile
      auto call = std::move(its->second.front());
      its->second.pop_front();
      if (its->second.empty())
        waiting_.erase(its);
      else
        order_.push_back(connection);
      return call;
    }
    return std::nullopt;
  }

  /// Forgets the calls of a connection that is gone; connections are never used again.
  void drop(std::uint64_t connection) { waiting_.erase(connection); }

private:
  std::map<std::uint64_t, std::deque<T>> waiting_;
  std::deque<std::uint64_t> order_; ///< once for each connection that has calls
};

} // namespace lockstep
