// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string_view>
#include <vector>

namespace lockstep {

/// For each request of `line`, which is valid JSON: whether its "id" is a number that a double does
/// not keep, so that it could not be handed back as it came. A whole number of 64 bits is none.
std::vector<bool> ids_beyond_a_double(std::string_view line);

} // namespace lockstep
