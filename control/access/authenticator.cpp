// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/authenticator.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace lockstep {

authenticator::authenticator(token_source tokens, const attempt_delays::options& delays)
    : tokens_(std::move(tokens)), delays_(delays), thread_([this] { run(); }) {}

authenticator::~authenticator() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool authenticator::submit(std::string token, std::string source, answer_handler answer) {
  {
    const std::lock_guard lock(mutex_);
    const auto of_source = std::ranges::count(waiting_, source, &attempt::source);
    if (waiting_.size() >= waiting_max || of_source >= waiting_of_source_max)
      return false;
    waiting_.push_back({std::move(token), std::move(source), std::move(answer)});
  }
  changed_.notify_all();
  return true;
}

void authenticator::watch(std::chrono::milliseconds interval, std::function<bool()> is_wanted,
                          std::function<void(const std::set<std::string>&)> look) {
  {
    const std::lock_guard lock(mutex_);
    interval_ = interval;
    is_look_wanted_ = std::move(is_wanted);
    look_ = std::move(look);
    next_look_ = clock::now() + interval;
  }
  changed_.notify_all();
}

void authenticator::run() {
  ::pthread_setname_np(::pthread_self(), "tokens");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = clock::now();
    if (const auto due = next_due(now)) {
      lock.unlock();
      check(*due);
      lock.lock();
    } else if (now >= next_look_) {
      next_look_ = now + interval_;
      lock.unlock();
      look_again();
      lock.lock();
    } else if (const auto wake = next_wake(); wake == clock::time_point::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, wake);
    }
  }
}

authenticator::clock::time_point authenticator::next_wake() const {
  auto wake = next_look_;
  for (const auto& one : waiting_)
    wake = std::min(wake, delays_.not_before(one.source, clock::time_point::min()));
  return wake;
}

std::optional<authenticator::attempt> authenticator::next_due(clock::time_point now) {
  const auto due = std::ranges::find_if(
      waiting_, [&](const auto& one) { return delays_.not_before(one.source, now) <= now; });
  if (due == waiting_.end())
    return std::nullopt;
  auto taken = std::move(*due);
  waiting_.erase(due);
  return taken;
}

void authenticator::check(const attempt& due) {
  const auto answer = tokens_.check(due.token);
  std::uint64_t failures = 0;
  if (answer)
    delays_.succeeded(due.source);
  else
    failures = delays_.failed(due.source, clock::now());
  due.answer(answer, failures);
}

void authenticator::look_again() {
  if (!is_look_wanted_())
    return;
  if (const auto valid = tokens_.valid_ids())
    look_(*valid);
}

} // namespace lockstep
