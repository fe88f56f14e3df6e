// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <thread>

namespace lockstep {

/// A wire between two stream sockets with a rate, a delay and a buffer without end before it, in
/// both directions: what a router before a slow line does.
class slow_wire {
public:
  slow_wire(double bytes_per_second, std::chrono::milliseconds one_way);
  ~slow_wire();
  slow_wire(const slow_wire&) = delete;
  slow_wire& operator=(const slow_wire&) = delete;

  /// The ends, for whoever talks through it, who closes them.
  [[nodiscard]] std::array<int, 2> ends() const { return ends_; }

private:
  using seconds = std::chrono::duration<double>;
  void carry(int from, int to) const;

  double rate_;
  seconds delay_;
  std::array<int, 2> ends_{};
  std::array<int, 2> inner_{};
  std::array<std::thread, 2> directions_;
};

} // namespace lockstep
