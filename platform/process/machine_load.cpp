// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/machine_load.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

namespace lockstep {

machine_load load_of_this_machine() {
  machine_load now;
  if (double mean = 0; ::getloadavg(&mean, 1) == 1)
    now.load = mean;
  now.processors = static_cast<std::uint64_t>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 0L));
  std::ifstream file{"/proc/meminfo"};
  std::string name;
  std::uint64_t kibibytes = 0;
  while (file >> name >> kibibytes) {
    if (name == "MemTotal:")
      now.memory_bytes = kibibytes << 10U;
    if (name == "MemAvailable:") {
      now.memory_available_bytes = kibibytes << 10U;
      break;
    }
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return now;
}

} // namespace lockstep
