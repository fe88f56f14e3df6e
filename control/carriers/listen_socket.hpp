#pragma once

#include "actors/process/address.hpp"

namespace lockstep {

/// A socket that listens, and where: with the real port if port 0 was asked for.
struct listen_socket {
  int descriptor = -1; ///< the caller closes it; not inherited by programs that are started
  address where;
  bool ipv6 = false;
};

/// Listens on an address of the loopback interface. A port whose last owner has just ended can be
/// taken at once.
/// @throws carrier_error with a sentence that says what to do
listen_socket listen_on(const address& where);

} // namespace lockstep
