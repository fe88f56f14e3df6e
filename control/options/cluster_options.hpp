// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"
#include "platform/tls/tls_context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What a head is told of its cluster. Certificates and TLS are the control port's too.
struct cluster_options {
  std::optional<address> listen; ///< for nodes that dial
  std::vector<address> nodes;    ///< to be dialled
  std::string pki;               ///< folder of the authority, the head's certificate and tokens
  tls_oldest oldest = tls_oldest::version_1_3;
  [[nodiscard]] bool is_wanted() const { return listen || !nodes.empty(); }
};

} // namespace lockstep
