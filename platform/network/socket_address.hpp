// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"

struct sockaddr;

namespace lockstep {

/// An IPv4 or IPv6 socket address for people.
address to_address(const sockaddr& from);

/// The address that a socket is bound to.
address own_address(int socket);

} // namespace lockstep
