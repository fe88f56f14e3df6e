// SPDX-License-Identifier: BSD-3-Clause

#include "tests/sim/slow_wire.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <deque>
#include <stdexcept>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

bool write_all(int to, const std::vector<char>& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto sent = ::send(to, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return false;
    done += static_cast<std::size_t>(sent);
  }
  return true;
}

} // namespace

slow_wire::slow_wire(double bytes_per_second, std::chrono::milliseconds one_way)
    : rate_(bytes_per_second), delay_(one_way) {
  for (std::size_t i = 0; i < 2; ++i) {
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
      throw std::runtime_error("cannot make a socket pair");
    ends_[i] = pair[0];
    inner_[i] = pair[1];
  }
  for (std::size_t i = 0; i < 2; ++i)
    directions_[i] = std::thread{[this, i] { carry(inner_[i], inner_[1 - i]); }};
}

slow_wire::~slow_wire() {
  for (const int inner : inner_)
    ::shutdown(inner, SHUT_RDWR);
  for (auto& direction : directions_)
    direction.join();
  for (const int inner : inner_)
    ::close(inner);
}

void slow_wire::carry(int from, int to) const {
  using clock = std::chrono::steady_clock;
  const auto since = clock::now();
  const auto now = [since] { return seconds{clock::now() - since}; };
  std::deque<std::pair<seconds, std::vector<char>>> on_the_way; // and when they arrive
  seconds free_at{0};
  // A slice of the wire's time, so that bytes arrive as evenly as from a real one.
  std::vector<char> slice(
      std::clamp<std::size_t>(static_cast<std::size_t>(rate_ / 1'000), 1'500, 65'536));
  for (;;) {
    const auto wait =
        on_the_way.empty() ? seconds{1} : std::max(seconds{0}, on_the_way.front().first - now());
    pollfd input{from, POLLIN, 0};
    ::poll(&input, 1, static_cast<int>(std::ceil(wait.count() * 1e3)));
    if (input.revents != 0) {
      const auto got = ::recv(from, slice.data(), slice.size(), MSG_DONTWAIT);
      if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        break;
      if (got > 0) {
        free_at = std::max(free_at, now()) + seconds{static_cast<double>(got) / rate_};
        on_the_way.emplace_back(free_at + delay_,
                                std::vector<char>(slice.begin(), slice.begin() + got));
      }
    }
    while (!on_the_way.empty() && on_the_way.front().first <= now()) {
      if (!write_all(to, on_the_way.front().second))
        return;
      on_the_way.pop_front();
    }
  }
  ::shutdown(to, SHUT_WR);
}

} // namespace lockstep
