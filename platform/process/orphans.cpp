// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/orphans.hpp"

#include "platform/process/child_process.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <charconv>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

namespace {

struct family {
  pid_t parent = 0;
  pid_t group = 0;
};

/// Of "123 (name) S 1 123 …". The name may hold anything, closing brackets too.
std::optional<family> family_from_stat(std::string_view stat) {
  const auto name_end = stat.rfind(") ");
  constexpr std::size_t to_parent = 4; // ") S "
  if (name_end == std::string_view::npos || stat.size() < name_end + to_parent)
    return std::nullopt;
  const char* const end = stat.data() + stat.size();
  family found;
  const auto parent = std::from_chars(stat.data() + name_end + to_parent, end, found.parent);
  if (parent.ec != std::errc{} || parent.ptr == end)
    return std::nullopt;
  const auto group = std::from_chars(parent.ptr + 1, end, found.group);
  return group.ec == std::errc{} ? std::optional{found} : std::nullopt;
}

std::optional<family> family_of_process(int proc, const char* number) {
  const auto path = std::string{number} + "/stat";
  const unique_descriptor file{::openat(proc, path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) // it has ended meanwhile
    return std::nullopt;
  std::array<char, 512> text{};
  const auto size = ::read(file.get(), text.data(), text.size());
  if (size <= 0)
    return std::nullopt;
  return family_from_stat({text.data(), static_cast<std::size_t>(size)});
}

/// By a look through /proc: the kernel's lists of children are not in every kernel.
std::optional<std::vector<pid_t>> find_orphans() {
  std::vector<pid_t> orphans;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc{::opendir("/proc"), ::closedir};
  if (!proc)
    return std::nullopt;
  const auto self = ::getpid();
  const auto own_group = ::getpgrp();
  while (const auto* entry = ::readdir(proc.get())) {
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) == 0)
      continue;
    const auto its = family_of_process(::dirfd(proc.get()), entry->d_name);
    if (!its || its->parent != self || its->group == own_group)
      continue;
    if (const auto pid = std::stoi(entry->d_name); !is_started_child(pid))
      orphans.push_back(pid);
  }
  return orphans;
}

} // namespace

void adopt_orphans() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

std::optional<std::vector<pid_t>> kill_orphans() {
  auto found = find_orphans();
  if (!found)
    return std::nullopt;
  // A process number is nobody else's as long as its owner is not reaped, nor is its group's.
  for (const auto pid : *found) {
    ::kill(pid, SIGKILL);
    ::kill(-pid, SIGKILL);
  }
  for (const auto pid : *found)
    ::waitpid(pid, nullptr, WNOHANG);
  return found;
}

void reap_ended_orphans() {
  siginfo_t ended{};
  while (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0 &&
         !is_started_child(ended.si_pid) && ::getpgid(ended.si_pid) != ::getpgrp()) {
    ::waitpid(ended.si_pid, nullptr, WNOHANG);
    ended = {};
  }
}

} // namespace lockstep
