// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/resource_limits.hpp"

#include <sys/resource.h>

#include <csignal>
#include <limits>

namespace lockstep {

void prepare_for_limits() {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit); // where that is refused, fewer will do for a while
}

std::uint64_t descriptor_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY
             ? std::numeric_limits<std::uint64_t>::max()
             : limit.rlim_cur;
}

std::optional<std::string> lacks_descriptors(std::uint64_t needed, const std::string& what) {
  const auto limit = descriptor_limit();
  if (limit >= needed)
    return std::nullopt;
  return "This process may have " + std::to_string(limit) + " files and sockets at once, and " +
         what + " needs at least " + std::to_string(needed) + ": raise `ulimit -n`";
}

std::uint64_t file_size_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY
             ? std::numeric_limits<std::uint64_t>::max()
             : limit.rlim_cur;
}

} // namespace lockstep
