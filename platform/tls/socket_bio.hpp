// SPDX-License-Identifier: BSD-3-Clause

#pragma once

/// OpenSSL's own type, so that no header of ours includes OpenSSL's.
struct bio_st;

namespace lockstep {

/// What OpenSSL reads from and writes to: a connected socket, which it does not own and never waits
/// for. OpenSSL's own would raise SIGPIPE when the other side has gone.
bio_st* make_socket_bio(int socket);

} // namespace lockstep
