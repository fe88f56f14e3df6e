// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What to say where this process, and so a node that it starts with these options, may have fewer
/// descriptors than that node needs. None where it may have enough, or nobody can tell.
std::optional<std::string> lacks_descriptors_for_node(const std::vector<std::string>& options);

} // namespace lockstep
