// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/child_process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>
#include <system_error>

namespace lockstep {

namespace {

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Everything the child needs between fork and exec, made before the fork: after it a process with
/// threads may only call async-signal-safe functions.
struct prepared_child {
  const char* path;
  std::vector<char*> arguments;
  std::vector<std::string> environment_texts;
  std::vector<char*> environment;
  cpu_set_t cores;
  bool bind = false;
  pid_t parent = ::getpid();
  int death_signal = SIGKILL;
  int link = -1;
  int input = -1;
  int output = -1;
  bool errors_only = false;
  bool drop_output = false;
  int failure = -1; ///< gets errno if the program cannot be executed
};

bool is_set(const std::string& name) {
  return std::getenv(name.c_str()) != nullptr;
}

prepared_child prepare(child_program& program) {
  prepared_child child;
  child.path = program.path.c_str();
  for (auto& argument : program.arguments)
    child.arguments.push_back(argument.data());
  child.arguments.push_back(nullptr);
  for (const auto& [name, value] : program.environment_defaults)
    if (!is_set(name))
      child.environment_texts.push_back(name + '=' + value);
  for (char** entry = environ; *entry != nullptr; ++entry)
    child.environment.push_back(*entry);
  for (auto& text : child.environment_texts)
    child.environment.push_back(text.data());
  child.environment.push_back(nullptr);
  CPU_ZERO(&child.cores);
  for (const auto core : program.cores)
    CPU_SET(static_cast<std::size_t>(core), &child.cores);
  child.bind = !program.cores.empty();
  child.death_signal = program.death_signal;
  child.drop_output = program.drop_output;
  child.link = program.link.get();
  child.input = program.input.get();
  return child;
}

void restore_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal)
    ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Moves a descriptor out of the way of the low numbers that are given out below.
int moved_up(int descriptor) {
  return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
}

[[noreturn]] void become(const prepared_child& child) {
  const int above = moved_up(child.failure);
  const int failure = above < 0 ? child.failure : above;
  const auto give_up = [&] {
    const int why = errno;
    [[maybe_unused]] const auto written = ::write(failure, &why, sizeof why);
    ::_exit(127);
  };
  if (above < 0 || ::setpgid(0, 0) != 0)
    give_up();
  if (::prctl(PR_SET_PDEATHSIG, child.death_signal) != 0)
    give_up();
  if (::getppid() != child.parent) // it died before the line above
    ::_exit(127);
  if (child.bind && ::sched_setaffinity(0, sizeof child.cores, &child.cores) != 0)
    give_up();
  const int link = child.link >= 0 ? moved_up(child.link) : -1;
  if (child.link >= 0 && link < 0)
    give_up();
  const int input =
      child.input >= 0 ? moved_up(child.input) : ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input < 0)
    give_up();
  if (child.output >= 0) {
    const int output = moved_up(child.output);
    if (output < 0 || (!child.errors_only && ::dup2(output, STDOUT_FILENO) < 0) ||
        ::dup2(output, STDERR_FILENO) < 0)
      give_up();
  }
  if (::dup2(input, STDIN_FILENO) < 0)
    give_up();
  if (child.drop_output)
    if (const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        nowhere < 0 || ::dup2(nowhere, STDOUT_FILENO) < 0)
      give_up();
  ::close(link_descriptor);
  if (link >= 0 && ::dup2(link, link_descriptor) < 0)
    give_up();
  ::syscall(SYS_close_range, link_descriptor + 1, failure - 1, 0);
  ::syscall(SYS_close_range, failure + 1, ~0U, 0);
  restore_signals();
  ::execve(child.path, child.arguments.data(), child.environment.data());
  give_up();
  ::_exit(127);
}

/// Who was started and not reaped yet.
struct started_children {
  std::mutex mutex;
  std::set<pid_t> pids;
};

started_children& all_started() {
  static auto& all = *new started_children; // threads may outlive the statics
  return all;
}

/// To whoever looks, a child is known from its first moment.
pid_t fork_known() {
  auto& all = all_started();
  const std::lock_guard guard{all.mutex};
  const pid_t pid = ::fork();
  if (pid > 0)
    all.pids.insert(pid);
  return pid;
}

void know(pid_t pid) {
  auto& all = all_started();
  const std::lock_guard guard{all.mutex};
  all.pids.insert(pid);
}

void reap_known(pid_t pid, int* status) {
  while (::waitpid(pid, status, 0) < 0 && errno == EINTR) {
  }
  auto& all = all_started();
  const std::lock_guard guard{all.mutex};
  all.pids.erase(pid);
}

} // namespace

bool is_started_child(pid_t pid) {
  auto& all = all_started();
  const std::lock_guard guard{all.mutex};
  return all.pids.contains(pid);
}

std::string to_string(const child_exit& ended) {
  if (ended.signal)
    return "was killed by signal " + std::to_string(*ended.signal) + " (" +
           ::strsignal(*ended.signal) + ")";
  return "ended with exit code " + std::to_string(ended.exit_code.value_or(-1));
}

child_process start_child(child_program program) {
  auto prepared = prepare(program);
  auto failure = make_pipe();
  prepared.failure = failure.second.get();
  descriptor_pair output;
  prepared.errors_only = !program.capture_output;
  if (program.capture_output || program.capture_errors) {
    output = make_output_pipe();
    prepared.output = output.second.get();
  }
  const pid_t pid = fork_known();
  if (pid < 0)
    throw_errno("cannot start a process");
  if (pid == 0)
    become(prepared);
  failure.second.reset();
  int why = 0;
  if (::read(failure.first.get(), &why, sizeof why) == sizeof why) {
    reap_known(pid, nullptr);
    errno = why;
    throw_errno("cannot execute " + program.path);
  }
  return take_child(pid, std::move(output.first));
}

child_process take_child(pid_t pid, unique_descriptor output) {
  know(pid);
  child_process child;
  child.pid = pid;
  child.exited = unique_descriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  child.output = std::move(output);
  if (child.exited)
    return child;
  const int not_watched = errno;
  ::kill(pid, SIGKILL);
  (void)reap(child);
  errno = not_watched;
  throw_errno("cannot watch a process");
}

descriptor_pair make_output_pipe() {
  auto ends = make_pipe();
  constexpr int pipe_bytes = 1 << 20;
  ::fcntl(ends.first.get(), F_SETPIPE_SZ, pipe_bytes); // a smaller one does too
  if (::fcntl(ends.first.get(), F_SETFL, O_NONBLOCK) != 0)
    throw_errno("cannot read a process's output");
  return ends;
}

child_exit reap(const child_process& child) {
  child_exit ended;
  ended.pid = child.pid;
  int status = 0;
  reap_known(child.pid, &status);
  if (WIFSIGNALED(status))
    ended.signal = WTERMSIG(status);
  else
    ended.exit_code = WEXITSTATUS(status);
  // Whatever it started in its process group goes with it.
  ::kill(-child.pid, SIGKILL);
  return ended;
}

} // namespace lockstep
