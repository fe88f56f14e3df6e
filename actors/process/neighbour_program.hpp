#pragma once

#include <string>

namespace lockstep {

/// The path of another of our programs, beside the one that runs: `own` is this one's name without
/// prefix. "node" beside "control", "lockstep-node" beside "lockstep-control".
std::string neighbour_program(const std::string& own, const std::string& other);

/// The path of a program as a shell finds it: a name with a slash stands for itself, another is
/// looked for along PATH. Empty if there is none that may be executed.
std::string find_program(const std::string& name);

} // namespace lockstep
