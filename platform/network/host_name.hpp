// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep {

/// What this machine calls itself; empty where it has no name.
std::string host_name();

} // namespace lockstep
