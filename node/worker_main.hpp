#pragma once

#include "node/options.hpp"

namespace lockstep {

/// The main function of a worker process: hosts one solver until its node is gone. Gives the exit
/// code.
int worker_main(const worker_options& options);

} // namespace lockstep
