// SPDX-License-Identifier: BSD-3-Clause

#include "platform/output/standard_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace lockstep {

namespace {

/// Of the first write that failed.
int output_error = 0;

/// False where it is not worth another try.
bool waits_for_room() {
  if (errno == EINTR)
    return true;
  // Another program has made the terminal or pipe that it shares with us non-blocking.
  pollfd room{STDOUT_FILENO, POLLOUT, 0};
  return errno == EAGAIN && (::poll(&room, 1, -1) >= 0 || errno == EINTR);
}

} // namespace

void keep_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    // Open for the wrong direction. The lowest free number is taken, which is this one.
    if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) [[maybe_unused]]
      const int stands = ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void write_output(std::string_view bytes) {
  while (!bytes.empty() && output_error == 0) {
    const auto size = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (size >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(size));
    else if (!waits_for_room())
      output_error = errno;
  }
}

bool has_output_failed() {
  return output_error != 0;
}

bool is_drawn_anew(int descriptor) {
  const char* kind = std::getenv("TERM");
  return kind != nullptr && *kind != '\0' && std::string_view{kind} != "dumb" &&
         ::isatty(descriptor) != 0;
}

int ended_with(int code, const char* program) {
  // A file of another machine may tell only now that its disk is full.
  if (const int twin = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0); twin >= 0)
    if (::close(twin) != 0 && output_error == 0)
      output_error = errno;
  if (output_error == 0)
    return code;
  if (output_error != EPIPE)
    std::fprintf(stderr, "%s: cannot write to standard output: %s\n", program,
                 std::strerror(output_error));
  return code == 0 ? 1 : code;
}

} // namespace lockstep
