// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/termination.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace lockstep {

termination::termination() {
  sigset_t mask;
  ::sigemptyset(&mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // Under nohup it stays ignored; blocked it would be queued all the same.
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && number == SIGHUP && now.sa_handler == SIG_IGN)
      continue;
    ::sigaddset(&mask, number);
  }
  ::pthread_sigmask(SIG_BLOCK, &mask, nullptr);
  // A peer that is gone is told by the call that writes to it.
  ::signal(SIGPIPE, SIG_IGN);
  signals_ = unique_descriptor{::signalfd(-1, &mask, SFD_CLOEXEC)};
  word_ = unique_descriptor{::eventfd(0, EFD_CLOEXEC)};
  if (!signals_ || !word_)
    throw std::system_error(errno, std::generic_category(), "cannot wait for signals");
}

void termination::notify() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(word_.get(), &one, sizeof one);
}

void termination::while_waiting(std::chrono::milliseconds interval, std::function<void()> what) {
  interval_ = interval;
  meanwhile_ = std::move(what);
  due_ = clock::now() + interval;
}

termination::reason termination::wait(std::optional<std::chrono::milliseconds> limit) {
  const auto left_until = [](clock::time_point when) {
    return std::max(std::chrono::milliseconds{0},
                    std::chrono::ceil<std::chrono::milliseconds>(when - clock::now()));
  };
  const auto end = limit ? std::optional{clock::now() + *limit} : std::nullopt;
  for (;;) {
    auto next = end ? std::optional{left_until(*end)} : std::nullopt;
    if (meanwhile_)
      next = std::min(next.value_or(std::chrono::milliseconds::max()), left_until(due_));
    if (const auto why = wait_once(next); why != reason::time_over)
      return why;
    if (meanwhile_ && clock::now() >= due_) {
      meanwhile_();
      due_ = clock::now() + interval_;
    }
    if (end && clock::now() >= *end)
      return reason::time_over;
  }
}

termination::reason termination::wait_once(std::optional<std::chrono::milliseconds> limit) {
  std::array<pollfd, 3> waits{pollfd{signals_.get(), POLLIN, 0}, pollfd{word_.get(), POLLIN, 0},
                              pollfd{heeded_, POLLIN, 0}};
  int ready = 0;
  do
    ready = ::poll(waits.data(), waits.size(), limit ? static_cast<int>(limit->count()) : -1);
  while (ready < 0 && errno == EINTR);
  if (ready == 0)
    return reason::time_over;
  if (waits[1].revents != 0) {
    std::uint64_t times = 0;
    [[maybe_unused]] const auto taken = ::read(word_.get(), &times, sizeof times);
    return reason::notified;
  }
  if (waits[0].revents == 0 && waits[2].revents != 0) {
    heeded_ = -1;
    return reason::hung_up;
  }
  signalfd_siginfo got{};
  if (::read(signals_.get(), &got, sizeof got) == sizeof got)
    signal_ = static_cast<int>(got.ssi_signo);
  return reason::signal;
}

} // namespace lockstep
