#pragma once

#include "actors/process/address.hpp"
#include "actors/tls/tls_context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What a head is told of its cluster.
struct cluster_options {
  std::optional<address> listen; ///< for nodes that dial
  std::vector<address> nodes;    ///< to be dialled
  std::string pki;               ///< folder of the authority and of the head's certificate
  tls_oldest oldest = tls_oldest::version_1_3;
  [[nodiscard]] bool is_wanted() const { return listen || !nodes.empty(); }
};

} // namespace lockstep
