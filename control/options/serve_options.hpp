// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/tcp_lines.hpp"
#include "control/options/cluster_options.hpp"
#include "control/rpc/limits.hpp"

#include "actors/wire/limits.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// What `control serve` is told.
struct serve_options {
  tcp_lines_options tcp;
  rpc_limits rpc;
  std::uint64_t payload_bytes = limits::payload_bytes;
  std::uint64_t history_bytes = limits::history_bytes;
  cluster_options cluster;
  std::chrono::milliseconds silence_limit = limits::silence;
  bool with_node = true;
  std::vector<std::string> node_arguments; ///< passed on to the node program
  std::string connection_file; ///< tells where the head is (see head_file); none if empty
  bool tls = false;            ///< on loopback too; beyond it TLS is always on (see also `cluster`)
  std::string audit_file;      ///< empty: stderr where TLS or a cluster is on, else nowhere
  int ready_descriptor = -1;   ///< gets the same line once the head listens
  bool exit_with_parent = false;
  /// A client started it for itself and holds the other end of `ready_descriptor`, a socket: it
  /// ends once that is closed and nobody else wants a run of it.
  bool until_unneeded = false;
  bool unlisted = false; ///< in the register of heads: nobody else is to find it
  bool quiet = false;    ///< print nothing but errors
};

} // namespace lockstep
