#include "control/cli/command_line.hpp"
#include "control/head/head.hpp"

int main(int argc, char** argv) {
  return lockstep::run_command_line(argc, argv, lockstep::serve);
}
