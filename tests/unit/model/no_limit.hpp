// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <limits>

namespace lockstep::test {

/// Of the bytes that a payload may have.
inline constexpr auto no_limit = std::numeric_limits<std::size_t>::max();

} // namespace lockstep::test
