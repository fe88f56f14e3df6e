// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/child_watcher.hpp"

#include "platform/process/orphans.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

/// Output is read at most so often: one burst of lines, one message.
constexpr std::chrono::milliseconds output_interval{50};

/// Orphans that have ended by themselves are reaped so often.
constexpr std::chrono::seconds reap_interval{1};

/// What an epoll event is about: the low bit tells a child's end from its output.
constexpr std::uint64_t wake_token = ~std::uint64_t{0};
std::uint64_t exit_token(std::uint64_t key) {
  return key << 1U;
}
std::uint64_t output_token(std::uint64_t key) {
  return key << 1U | 1U;
}

/// False, with errno, where the system refuses.
bool poll_for(int poll, int operation, int descriptor, std::uint32_t events, std::uint64_t token) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = token;
  return ::epoll_ctl(poll, operation, descriptor, &event) == 0;
}

} // namespace

child_watcher::child_watcher(orphans what)
    : orphans_(what), poll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!poll_ || !wake_ || !poll_for(poll_.get(), EPOLL_CTL_ADD, wake_.get(), EPOLLIN, wake_token))
    throw std::system_error(errno, std::generic_category(), "cannot watch processes");
  if (orphans_ != orphans::left_alone)
    adopt_orphans();
  if (orphans_ == orphans::adopted_and_reaped)
    at(clock::now() + reap_interval, [this] { reap_orphans(); });
  thread_ = std::thread{[this] { run(); }};
}

child_watcher::~child_watcher() {
  end();
}

void child_watcher::end() {
  if (!thread_.joinable())
    return;
  ask([this] {
    ending_ = true;
    signal_all(SIGKILL);
  });
  thread_.join();
}

void child_watcher::ask(std::function<void()> what) {
  {
    const std::lock_guard guard{mutex_};
    requests_.push_back(std::move(what));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

void child_watcher::start(child_key key, child_program program, child_callbacks callbacks,
                          std::chrono::milliseconds delay) {
  auto held = std::make_shared<child_program>(std::move(program));
  start_by(
      key, [held] { return start_child(std::move(*held)); }, std::move(callbacks), delay);
}

void child_watcher::start_by(child_key key, std::function<child_process()> how,
                             child_callbacks callbacks, std::chrono::milliseconds delay) {
  const auto start = [this, key, how = std::move(how), callbacks = std::move(callbacks)] {
    start_now(key, how, callbacks);
  };
  ask([this, start, delay] {
    if (delay.count() == 0)
      start();
    else
      at(clock::now() + delay, start);
  });
}

void child_watcher::later(std::chrono::milliseconds delay, std::function<void()> what) {
  ask([this, delay, what = std::move(what)] { at(clock::now() + delay, what); });
}

void child_watcher::signal(child_key key, int number) {
  ask([this, key, number] {
    if (const auto found = children_.find(key); found != children_.end())
      ::kill(-found->second.process.pid, number);
  });
}

void child_watcher::signal_process(pid_t pid, int number) {
  ask([this, pid, number] {
    if (std::ranges::any_of(children_, [&](const auto& x) { return x.second.process.pid == pid; }))
      ::kill(-pid, number);
  });
}

void child_watcher::end_orphans(std::function<void(const std::vector<pid_t>&)> done) {
  ask([this, done = std::move(done)] { pursue_orphans({}, done); });
}

void child_watcher::stop_all(std::chrono::milliseconds grace) {
  ask([this, grace] {
    signal_all(SIGTERM);
    at(clock::now() + grace, [this] { signal_all(SIGKILL); });
  });
}

void child_watcher::signal_all(int number) {
  for (const auto& [key, one] : children_)
    ::kill(-one.process.pid, number);
}

void child_watcher::run() {
  // Signals are for the threads that know what to do with them.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (!ending_ || !children_.empty()) {
    wait();
    carry_out_requests();
    fire_timers();
  }
  if (orphans_ != orphans::left_alone)
    for (pursuit last; kill_orphans() != std::vector<pid_t>{} && clock::now() < last.until;
         last.grow())
      std::this_thread::sleep_for(last.pause);
}

int child_watcher::wait_ms() const {
  if (timers_.empty())
    return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void child_watcher::wait() {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(poll_.get(), events.data(), events.size(), wait_ms());
  for (int i = 0; i < count; ++i) {
    const auto token = events[static_cast<std::size_t>(i)].data.u64;
    if (token == wake_token) {
      std::uint64_t ignored = 0;
      [[maybe_unused]] const auto got = ::read(wake_.get(), &ignored, sizeof ignored);
    } else if ((token & 1U) != 0) {
      read_output(token >> 1U);
    } else {
      child_ended(token >> 1U);
    }
  }
}

void child_watcher::carry_out_requests() {
  std::vector<std::function<void()>> requests;
  {
    const std::lock_guard guard{mutex_};
    requests.swap(requests_);
  }
  for (const auto& request : requests)
    request();
}

void child_watcher::at(clock::time_point when, std::function<void()> what) {
  timers_.emplace(when, std::move(what));
}

void child_watcher::fire_timers() {
  while (!timers_.empty() && timers_.begin()->first <= clock::now()) {
    const auto due = timers_.extract(timers_.begin());
    due.mapped()();
  }
}

void child_watcher::start_now(child_key key, const std::function<child_process()>& how,
                              child_callbacks callbacks) {
  if (ending_)
    return;
  try {
    auto started = how();
    watch(key, started);
    const auto pid = started.pid;
    const auto& entered =
        children_.emplace(key, child{std::move(started), std::move(callbacks)}).first->second;
    if (entered.callbacks.started)
      entered.callbacks.started(pid);
  } catch (const std::system_error& refused) {
    if (callbacks.not_started)
      callbacks.not_started(refused.what());
  }
}

/// Throws where it cannot; the process has ended then.
void child_watcher::watch(child_key key, const child_process& process) {
  if (poll_for(poll_.get(), EPOLL_CTL_ADD, process.exited.get(), EPOLLIN, exit_token(key)) &&
      (!process.output || poll_for(poll_.get(), EPOLL_CTL_ADD, process.output.get(),
                                   EPOLLIN | EPOLLONESHOT, output_token(key))))
    return;
  const int why = errno;
  ::kill(-process.pid, SIGKILL);
  (void)reap(process);
  throw std::system_error(why, std::generic_category(), "cannot watch a process");
}

void child_watcher::read_output(child_key key) {
  const auto found = children_.find(key);
  if (found == children_.end())
    return;
  // One pipe's worth at most, so that a child that prints without end cannot hold up the others.
  constexpr std::size_t read_max = 1U << 20U;
  std::string text(read_max, '\0');
  std::size_t size = 0;
  ssize_t got = 0;
  while (size < read_max && (got = ::read(found->second.process.output.get(), text.data() + size,
                                          read_max - size)) > 0)
    size += static_cast<std::size_t>(got);
  if (size != 0 && found->second.callbacks.output)
    found->second.callbacks.output(std::string_view{text}.substr(0, size));
  const bool closed = got == 0;
  if (!closed)
    at(clock::now() + output_interval, [this, key] { listen_to_output(key); });
}

void child_watcher::listen_to_output(child_key key) {
  const auto found = children_.find(key);
  if (found != children_.end() &&
      !poll_for(poll_.get(), EPOLL_CTL_MOD, found->second.process.output.get(),
                EPOLLIN | EPOLLONESHOT, output_token(key)))
    at(clock::now() + output_interval, [this, key] { read_output(key); });
}

void child_watcher::child_ended(child_key key) {
  const auto found = children_.find(key);
  if (found == children_.end())
    return;
  if (found->second.process.output)
    read_output(key);
  const auto ended = children_.extract(found);
  const auto how = reap(ended.mapped().process);
  if (ended.mapped().callbacks.ended)
    ended.mapped().callbacks.ended(how);
}

void child_watcher::reap_orphans() {
  reap_ended_orphans();
  at(clock::now() + reap_interval, [this] { reap_orphans(); });
}

void child_watcher::pursue_orphans(pursuit how_far,
                                   const std::function<void(const std::vector<pid_t>&)>& done) {
  const auto found = kill_orphans();
  const bool is_late = clock::now() >= how_far.until;
  if (is_late || found == std::vector<pid_t>{}) {
    done(found.value_or(std::vector<pid_t>{}));
    return;
  }
  at(clock::now() + how_far.pause, [this, how_far, done]() mutable {
    how_far.grow();
    pursue_orphans(how_far, done);
  });
}

} // namespace lockstep
