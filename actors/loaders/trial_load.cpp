// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/trial_load.hpp"

#include <lockstep/error.hpp>

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

namespace lockstep {

namespace {

/// A child has the locks of our process as they stood at the fork. The C library sets its own
/// right, those of others nobody: where one was held just then (a sanitizer's allocator has such),
/// the child waits for ever. So a first try that does not return says little, and a second one says
/// all.
constexpr std::array time_limits{std::chrono::seconds{2}, std::chrono::seconds{8}};
constexpr std::size_t told_bytes_max = 500;

/// In the child. The C library makes its own locks usable after a fork, the loader's included, and
/// nothing of ours is touched.
[[noreturn]] void load_and_end(const char* path, int told) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL); // whoever tries it waits for it
  ::dup2(told, STDERR_FILENO);
  std::signal(SIGABRT, SIG_DFL);
  std::string why;
  try {
    if (::dlopen(path, RTLD_NOW | RTLD_LOCAL) != nullptr)
      ::_exit(0);
    why = ::dlerror();
  } catch (...) {
    const auto thrown = detail::current_failure();
    why = thrown.type + ": " + thrown.text;
  }
  [[maybe_unused]] const auto written = ::write(told, why.data(), why.size());
  ::_exit(1);
}

struct told_by_child {
  std::string text; ///< the first bytes of it
  bool has_ended = false;
};

told_by_child read_until_closed(int descriptor, std::chrono::seconds limit) {
  using clock = std::chrono::steady_clock;
  const auto deadline = clock::now() + limit;
  told_by_child told;
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    pollfd wait{descriptor, POLLIN, 0};
    if (left.count() <= 0)
      return told;
    if (::poll(&wait, 1, static_cast<int>(left.count())) <= 0)
      continue;
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    told.has_ended = size == 0 || (size < 0 && errno != EINTR);
    if (told.has_ended)
      return told;
    if (size > 0 && told.text.size() < told_bytes_max)
      told.text.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

std::string sentence_of(told_by_child told, int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return {};
  if (!told.has_ended)
    told.text.insert(0, "it does not return; ");
  told.text.erase(told.text.find_last_not_of('\n') + 1);
  if (told.text.size() > told_bytes_max)
    told.text = told.text.substr(0, told_bytes_max) + "…";
  if (WIFEXITED(status))
    return "cannot be loaded: " + told.text;
  return std::string{"fails while it is loaded ("} + ::strsignal(WTERMSIG(status)) +
         "): " + told.text;
}

struct attempt {
  bool has_returned = true;
  std::string trouble = {};
};

attempt load_in_child(const std::string& path, std::chrono::seconds limit) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return {.trouble = std::string{"cannot be tried: "} + std::strerror(errno)};
  const auto child = ::fork();
  if (child == 0)
    load_and_end(path.c_str(), ends[1]);
  const int why = errno;
  ::close(ends[1]);
  auto told = child < 0 ? told_by_child{} : read_until_closed(ends[0], limit);
  ::close(ends[0]);
  if (child < 0)
    return {.trouble = std::string{"cannot be tried: "} + std::strerror(why)};
  ::kill(child, SIGKILL); // no more than a wake-up where it has ended
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const bool has_ended = told.has_ended;
  return {has_ended, sentence_of(std::move(told), status)};
}

} // namespace

std::string try_to_load(const std::string& path) {
  attempt last;
  for (const auto limit : time_limits)
    if (last = load_in_child(path, limit); last.has_returned)
      break;
  return last.trouble;
}

} // namespace lockstep
