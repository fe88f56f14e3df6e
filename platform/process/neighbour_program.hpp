// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <filesystem>
#include <string>

namespace lockstep {

/// Where the file of this program lies, or lay before another took its place.
std::filesystem::path own_path();

/// What to execute for one more process of this very program: its path, or, where an upgrade has
/// put another file there, what Linux keeps of the one that runs. A node and its workers, which
/// speak the same messages, so stay of one version until the node itself is started anew. Call it
/// for each start.
std::string own_program();

/// The path of another of our programs, beside the one that runs: `own` is this one's name without
/// prefix. "node" beside "control", "lockstep-node" beside "lockstep-control".
std::string neighbour_program(const std::string& own, const std::string& other);

/// The path of a program as a shell finds it: a name with a slash stands for itself, another is
/// looked for along PATH. Empty if there is none that may be executed.
std::string find_program(const std::string& name);

} // namespace lockstep
