// SPDX-License-Identifier: BSD-3-Clause

#include "control/head/head_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

/// So long somebody may take to read on.
constexpr int reader_limit_ms = 200;

bool waits_for_reader(int descriptor) {
  struct stat kind {};
  return ::fstat(descriptor, &kind) == 0 &&
         (S_ISFIFO(kind.st_mode) || (S_ISCHR(kind.st_mode) && ::isatty(descriptor) != 0));
}

/// The same pipe or terminal, opened once more: other programs share the description that we were
/// given, and would meet our O_NONBLOCK. `given` itself where it cannot be opened, or is a file.
unique_descriptor opened_again(unique_descriptor given) {
  if (!waits_for_reader(given.get()))
    return given;
  const auto path = "/proc/self/fd/" + std::to_string(given.get());
  unique_descriptor again{::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  return again.get() < 0 ? std::move(given) : std::move(again);
}

unique_descriptor checked_descriptor(int descriptor, const char* what) {
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), what);
  return unique_descriptor{descriptor};
}

} // namespace

head_output::head_output()
    : before_(checked_descriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0),
                                 "cannot keep standard output")),
      output_(opened_again(checked_descriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0),
                                              "cannot keep standard output"))),
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
  const std::lock_guard guard{writing_};
  kept_.append(text);
  // Whoever did not read in time is not waited for again until he does.
  int waits_left_ms = reads_ ? reader_limit_ms : 0;
  while (!text.empty()) {
    pollfd room{output_.get(), POLLOUT, 0};
    bool reads = ::poll(&room, 1, waits_left_ms) > 0;
    const auto size = reads ? write_without_waiting(text) : 0;
    if (size < 0 && errno != EAGAIN && errno != EINTR)
      return false;
    // A terminal with room for one character has none for the end of a line, which is two.
    reads = reads && (size > 0 || waits_left_ms-- > 0);
    reads_ = reads;
    if (!reads)
      return true;
    if (size > 0)
      text.remove_prefix(static_cast<std::size_t>(size));
    else
      ::poll(nullptr, 0, 1);
  }
  return true;
}

/// As write(), of a part where there is no room for all.
ssize_t head_output::write_without_waiting(std::string_view text) {
  const auto size = ::send(output_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return size >= 0 || errno != ENOTSOCK ? size : ::write(output_.get(), text.data(), text.size());
}

void head_output::print(std::string_view text) {
  (void)pass_on(text); // whoever cannot be told has seen it nowhere else either
}

tl::expected<void, std::string> head_output::say(std::string line) {
  line += '\n';
  if (pass_on(line) || errno == EPIPE || errno == EAGAIN || errno == EINTR)
    return {};
  return tl::unexpected{std::string{"cannot write to standard output: "} + std::strerror(errno)};
}

} // namespace lockstep
