// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace lockstep {

/// The user at the other end of a TCP connection that does not leave this machine: the owner of the
/// peer's socket, as the kernel tells it by both addresses and ports (sock_diag, else
/// /proc/net/tcp and tcp6).
///
/// None where the peer is on another machine, or cannot be told: a socket that its process has
/// closed already belongs to nobody, although the kernel then says 0, which is root's number. So
/// none must be treated as an unauthenticated peer. Takes some microseconds. Any thread.
std::optional<uid_t> user_of_peer(int socket);

/// The same without sock_diag, for kernels that do not have it.
std::optional<uid_t> user_of_peer_by_proc(int socket);

/// Whether the other end of such a connection is held by no process any more, so that nobody will
/// read what is sent: a peer that has only ended its side still holds it. False where that cannot
/// be told.
bool is_peer_gone(int socket);

/// For people: "ann (uid 1000)".
std::string user_text(uid_t user);

} // namespace lockstep
