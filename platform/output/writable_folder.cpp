// SPDX-License-Identifier: BSD-3-Clause

#include "platform/output/writable_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace lockstep {

std::string why_not_writable(const std::string& folder) {
  auto path = folder + "/.lockstep-XXXXXX";
  const int made = ::mkostemp(path.data(), O_CLOEXEC);
  if (made < 0)
    return "no file can be made in " + folder + ": " + std::strerror(errno);
  ::close(made);
  ::unlink(path.c_str());
  return {};
}

} // namespace lockstep
