// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"

namespace lockstep {

/// A socket that listens, and where: with the real port if port 0 was asked for.
struct listen_socket {
  int descriptor = -1; ///< the caller closes it; not inherited by programs that are started
  address where;
  bool ipv6 = false;
};

/// Whom a listening socket may be open to.
enum class reach : unsigned char { loopback, anywhere };

/// Listens. An address beyond the loopback interface is refused unless `allowed` says otherwise. A
/// port whose last owner has just ended can be taken at once.
/// @throws carrier_error with a sentence that says what to do
listen_socket listen_on(const address& where, reach allowed);

/// Whether other machines could reach a socket that listens there. Resolves names.
/// @throws carrier_error if the host is not known
bool is_beyond_loopback(const address& where);

} // namespace lockstep
