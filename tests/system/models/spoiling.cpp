// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

// A model that leaves its process in disorder, and processes behind.

namespace spoiling {

namespace fs = std::filesystem;

constexpr const char* left_thread = "left-behind";

/// In a child that has just been forked: a session of its own, deaf to polite signals.
void become_daemon(int told) {
  ::setsid();
  for (const int number : {SIGTERM, SIGHUP, SIGINT})
    std::signal(number, SIG_IGN);
  const std::int64_t pid = ::getpid();
  [[maybe_unused]] const auto written = ::write(told, &pid, sizeof pid);
}

[[noreturn]] void pause_for_ever() {
  for (;;)
    ::pause();
}

/// Two daemons, each the child of a process that has ended, and a daemon of each.
void fork_daemons(int told) {
  ::setsid();
  for (int i = 0; i < 2; ++i) {
    if (::fork() != 0)
      continue;
    become_daemon(told);
    if (::fork() == 0)
      become_daemon(told);
    pause_for_ever();
  }
}

constexpr std::size_t daemons = 4;

struct solver {
  explicit solver(const lockstep::seat& seat)
      : what(seat.params().at("what")),
        file(seat.params().at("file").get<std::string>() + std::to_string(seat.index)) {}
  ~solver() {
    if (what == "hang_in_destructor")
      pause_for_ever();
    if (what == "write_in_destructor") {
      std::this_thread::sleep_for(std::chrono::milliseconds{500});
      std::ofstream{file} << "the last words";
    }
  }

  void spoil() {
    fs::current_path("/");
    ::umask(0);
    ::setenv("LOCKSTEP_SPOILT", "yes", 1);
    std::signal(SIGTERM, SIG_IGN);
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    const rlimit little{1 << 20, 1 << 20};
    ::setrlimit(RLIMIT_FSIZE, &little);
    std::thread idle{pause_for_ever};
    ::pthread_setname_np(idle.native_handle(), left_thread);
    idle.detach();
  }

  std::string state() const {
    const auto mask = ::umask(0);
    ::umask(mask);
    sigset_t blocked;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    rlimit file_size{};
    ::getrlimit(RLIMIT_FSIZE, &file_size);
    struct sigaction terminate {};
    ::sigaction(SIGTERM, nullptr, &terminate);
    std::size_t left_threads = 0;
    for (const auto& task : fs::directory_iterator{"/proc/self/task"}) {
      std::string name;
      std::getline(std::ifstream{task.path() / "comm"}, name);
      left_threads += name == left_thread;
    }
    return "folder " + fs::current_path().string() + ", mask " + std::to_string(mask) +
           ", variable " + std::to_string(::getenv("LOCKSTEP_SPOILT") != nullptr) + ", ignored " +
           std::to_string(terminate.sa_handler == SIG_IGN) + ", blocked " +
           std::to_string(::sigismember(&blocked, SIGUSR1)) + ", limit " +
           std::to_string(file_size.rlim_cur) + ", threads " + std::to_string(left_threads);
  }

  std::vector<std::int64_t> leave_daemons() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
      throw std::runtime_error("no pipe");
    const auto first = ::fork();
    if (first == 0) {
      fork_daemons(ends[1]);
      ::_exit(0);
    }
    ::waitpid(first, nullptr, 0);
    ::close(ends[1]);
    for (std::int64_t pid = 0; left.size() < daemons && ::read(ends[0], &pid, sizeof pid) > 0;)
      left.push_back(pid);
    ::close(ends[0]);
    return left;
  }

  bool all_alive() const {
    bool all = left.size() == daemons;
    for (const auto pid : left)
      all = all && ::kill(static_cast<pid_t>(pid), 0) == 0;
    return all;
  }

  void wait(lockstep::step_context& step) {
    while (!step.cancelled())
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }

  std::string what;
  std::string file;
  std::vector<std::int64_t> left;
};

lockstep::json plan(lockstep::team<solver>& team) {
  const std::string what = team.params().at("what");
  lockstep::json result;
  if (what == "spoil")
    team.broadcast<&solver::spoil>();
  if (what == "leave_daemons" || what == "leave_daemons_and_wait") {
    const auto pids = team.broadcast<&solver::leave_daemons>();
    team.report({{"pids", pids}});
    const auto alive = team.broadcast<&solver::all_alive>();
    result["pids"] = pids;
    result["alive"] = std::vector<bool>{alive.begin(), alive.end()};
  }
  if (what == "wait" || what == "leave_daemons_and_wait")
    team.broadcast<&solver::wait>();
  result["states"] = team.broadcast<&solver::state>();
  return result;
}

} // namespace spoiling

LOCKSTEP_MODEL("spoiling", spoiling::solver, spoiling::plan, "Leaves disorder behind",
               lockstep::text("what", "look", "what to leave"),
               lockstep::text("file", "", "that destructors write, with their index"))
