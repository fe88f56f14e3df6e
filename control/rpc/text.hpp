// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>
#include <string_view>

namespace lockstep {

/// A client's text as it may stand in a sentence: in double quotes, and cut where it is long,
/// because a client can send megabytes where a name is expected.
std::string in_quotes(std::string_view text);

} // namespace lockstep
