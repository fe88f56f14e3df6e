#pragma once

#include "control/carriers/tcp_lines.hpp"
#include "control/rpc/limits.hpp"

#include "actors/tls/tls_context.hpp"
#include "actors/wire/limits.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// What `control serve` is told.
struct serve_options {
  tcp_lines_options tcp;
  rpc_limits rpc;
  std::uint64_t payload_bytes = limits::payload_bytes;
  bool with_node = true;
  std::vector<std::string> node_arguments; ///< passed on to the node program
  std::string connection_file; ///< gets {"control": "HOST:PORT", "pid": …}; none if empty
  std::string pki;             ///< folder of certificates and tokens; the usual one if empty
  bool tls = false;            ///< on loopback too; beyond it TLS is always on
  tls_oldest oldest_tls = tls_oldest::version_1_3;
  std::string audit_file;    ///< empty: stderr where TLS is on, else nowhere
  int ready_descriptor = -1; ///< gets the same line once the head listens
  bool exit_with_parent = false;
  bool quiet = false; ///< print nothing but errors
};

} // namespace lockstep
