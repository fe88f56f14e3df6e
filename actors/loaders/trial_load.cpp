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

namespace lockstep {

namespace {

constexpr std::chrono::seconds time_limit{10};
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

/// What the child says until it ends, or the first bytes of it and that it does not end.
std::string read_until_closed(int descriptor) {
  using clock = std::chrono::steady_clock;
  const auto deadline = clock::now() + time_limit;
  std::string text;
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    pollfd wait{descriptor, POLLIN, 0};
    if (left.count() <= 0)
      return "it does not return; " + text;
    if (::poll(&wait, 1, static_cast<int>(left.count())) <= 0)
      continue;
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size == 0 || (size < 0 && errno != EINTR))
      return text;
    if (size > 0 && text.size() < told_bytes_max)
      text.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

} // namespace

std::string trouble_in_trial_load(const std::string& path) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return std::string{"cannot be tried: "} + std::strerror(errno);
  const auto child = ::fork();
  if (child == 0)
    load_and_end(path.c_str(), ends[1]);
  ::close(ends[1]);
  auto told = child < 0 ? std::strerror(errno) : read_until_closed(ends[0]);
  ::close(ends[0]);
  if (child < 0)
    return "cannot be tried: " + told;
  ::kill(child, SIGKILL); // no more than a wake-up where it has ended
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return {};
  told.erase(told.find_last_not_of('\n') + 1);
  if (told.size() > told_bytes_max)
    told = told.substr(0, told_bytes_max) + "…";
  if (WIFEXITED(status))
    return "cannot be loaded: " + told;
  return std::string{"fails while it is loaded ("} + ::strsignal(WTERMSIG(status)) + "): " + told;
}

} // namespace lockstep
