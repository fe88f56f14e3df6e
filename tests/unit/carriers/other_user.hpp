// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"

#include <sys/types.h>

#include <string>

namespace lockstep::test {

inline constexpr uid_t nobody = 65'534;

/// What a server answers to lines of the user nobody, until it closes or has been silent for ten
/// seconds. Only root can do this. The lines are sent from a process of its own.
std::string ask_as_nobody(const address& where, const std::string& lines);

} // namespace lockstep::test
