// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/output_relay.hpp"

#include "platform/output/standard_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <utility>

namespace lockstep {

output_relay::output_relay(unique_descriptor from) : from_(std::move(from)), stop_(make_pipe()) {
  // Signals are the main thread's: it must not miss what interrupts its waits.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread{[this] { run(); }};
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

output_relay::~output_relay() {
  stop_.second.reset();
  thread_.join();
}

void output_relay::run() const {
  std::array<char, 4'096> bytes{};
  const bool takes_row_away = is_drawn_anew(STDERR_FILENO);
  for (bool stops = false;;) {
    const auto size = ::read(from_.get(), bytes.data(), bytes.size());
    if (size > 0) {
      if (takes_row_away)
        std::fputs("\r\033[J", stderr);
      std::fwrite(bytes.data(), 1, static_cast<std::size_t>(size), stderr);
      continue;
    }
    if (size == 0 || stops) // all who could write are gone, or we are going
      return;
    std::array<pollfd, 2> waits{pollfd{from_.get(), POLLIN, 0},
                                pollfd{stop_.first.get(), POLLIN, 0}};
    ::poll(waits.data(), waits.size(), -1);
    stops = waits[1].revents != 0;
  }
}

} // namespace lockstep
