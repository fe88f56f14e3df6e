// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/command_line.hpp"
#include "control/head/head.hpp"
#include "control/plans/plan_main.hpp"

#include "platform/output/standard_output.hpp"

#include <string>

int main(int argc, char** argv) {
  if (argc == 4 && argv[1] == std::string{lockstep::plan_command}) {
    lockstep::keep_standard_descriptors();
    lockstep::plan_main(argv[3]);
  }
  return lockstep::run_command_line(argc, argv, lockstep::serve);
}
