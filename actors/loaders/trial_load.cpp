#include "actors/loaders/trial_load.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace lockstep {

namespace {

constexpr int time_limit_ms = 10'000;
constexpr std::size_t told_bytes_max = 500;

/// In the child. The C library makes its own locks usable after a fork, the loader's included, and
/// nothing of ours is touched.
[[noreturn]] void load_and_end(const char* path, int told) {
  ::dup2(told, STDERR_FILENO);
  std::signal(SIGABRT, SIG_DFL);
  const bool loaded = ::dlopen(path, RTLD_NOW | RTLD_LOCAL) != nullptr;
  if (!loaded) {
    const char* why = ::dlerror();
    [[maybe_unused]] const auto written = ::write(told, why, std::strlen(why));
  }
  ::_exit(loaded ? 0 : 1);
}

std::string read_until_closed(int descriptor) {
  std::string text;
  std::array<char, 4096> bytes{};
  pollfd wait{descriptor, POLLIN, 0};
  while (::poll(&wait, 1, time_limit_ms) > 0) {
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0)
      return text;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text + "it does not return";
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
