#include "control/head/head_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

/// So long somebody may take to read on.
constexpr int reader_limit_ms = 200;

unique_descriptor checked_descriptor(int descriptor, const char* what) {
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), what);
  return unique_descriptor{descriptor};
}

} // namespace

head_output::head_output()
    : before_(checked_descriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0),
                                 "cannot keep standard output")),
      end_(checked_descriptor(::eventfd(0, EFD_CLOEXEC), "cannot make an eventfd")) {
  std::fflush(stdout);
  auto ends = make_pipe();
  printed_ = std::move(ends.first);
  if (::fcntl(printed_.get(), F_SETFL, O_NONBLOCK) < 0 ||
      ::dup2(ends.second.get(), STDOUT_FILENO) < 0)
    throw std::system_error(errno, std::generic_category(), "cannot take over standard output");
  ::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ); // lines come as they are printed, as on a terminal
  thread_ = std::thread{[this] { pass_on(); }};
}

head_output::~head_output() {
  give_back();
}

void head_output::give_back() {
  if (!thread_.joinable())
    return;
  std::fflush(stdout);
  ::dup2(before_.get(), STDOUT_FILENO);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(end_.get(), &one, sizeof one);
  thread_.join();
}

void head_output::pass_on() {
  std::array<pollfd, 2> wait{pollfd{printed_.get(), POLLIN, 0}, pollfd{end_.get(), POLLIN, 0}};
  while (::poll(wait.data(), wait.size(), -1) >= 0 || errno == EINTR)
    if (!pass_on_once() && wait[1].revents != 0)
      return;
}

/// False where there is nothing.
bool head_output::pass_on_once() {
  std::array<char, PIPE_BUF> bytes{}; // a pipe that has room at all has it for as many
  const auto size = ::read(printed_.get(), bytes.data(), bytes.size());
  if (size <= 0)
    return false;
  pass_on({bytes.data(), static_cast<std::size_t>(size)});
  return true;
}

/// False where it cannot be written, which errno tells; not where nobody reads it in time.
bool head_output::pass_on(std::string_view text) {
  kept_.append(text);
  pollfd room{before_.get(), POLLOUT, 0};
  return ::poll(&room, 1, reader_limit_ms) <= 0 ||
         ::write(before_.get(), text.data(), text.size()) >= 0;
}

std::optional<std::string> head_output::say(std::string line) {
  line += '\n';
  if (pass_on(line) || errno == EPIPE || errno == EAGAIN || errno == EINTR)
    return std::nullopt;
  return std::string{"cannot write to standard output: "} + std::strerror(errno);
}

} // namespace lockstep
