// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <string>

struct sockaddr_storage;

namespace lockstep {

/// A socket that listens, without blocking, on HOST:PORT: IPv4, IPv6 or a name; "::" means both.
/// Throws std::runtime_error with a sentence.
unique_descriptor open_listening_socket(const address& where);

/// One that somebody dialled; empty when there is none (or none can be had: see errno).
struct accepted_socket {
  unique_descriptor socket;
  address from;
  std::string
      source; ///< what counts as one address: an IPv4 address, or the network of an IPv6 one
};
accepted_socket accept_socket(int listening);

} // namespace lockstep
