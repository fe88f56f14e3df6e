// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// What `name` was probably meant to be: the nearest of `candidates` by typing errors (a letter
/// missing, added, changed, or two swapped), or the one that ends in "." and `name`. Empty if
/// none is near.
std::string nearest_name(std::string_view name, const std::vector<std::string_view>& candidates);

/// How many typing errors lie between two names.
std::size_t typing_errors(std::string_view left, std::string_view right);

} // namespace lockstep
