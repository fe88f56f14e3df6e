// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <string_view>

namespace lockstep {

/// Whether `text` nests arrays and objects deeper than `limit`. Does not recurse, and does not
/// care whether the text is valid JSON. To be asked before parsing: what writes a value out and
/// what destroys it may recurse.
bool nests_deeper(std::string_view text, std::size_t limit);

} // namespace lockstep
