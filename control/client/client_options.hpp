// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/head_access.hpp"

#include "platform/network/address.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What all commands of a client share.
struct client_options {
  std::string at;                       ///< HOST:PORT or a connection file; empty for the default
  access_arguments access;              ///< certificates and token
  bool json = false;                    ///< one object on one line
  [[nodiscard]] bool is_chosen() const; ///< somebody said where the head is

  /// The heads to be asked, in this order: the one that was chosen, else those in the user's
  /// register and the one at the usual port. TLS is used where an authority is named, where the
  /// head's own file says so, and always beyond loopback. Throws usage_error, and cannot_connect
  /// where a connection file was left behind by a head that crashed.
  [[nodiscard]] std::vector<head_access> candidates() const;
};

/// What `run` and `start` are told beside the model's own parameters.
struct run_options {
  std::string model;
  std::vector<std::string> words; ///< the model's parameters as typed
  bool help = false;
  std::uint64_t solvers = 0;
  std::uint64_t solvers_per_node = 0;
  std::optional<std::uint64_t> seed;
  std::optional<double> cancel_grace;      ///< seconds
  std::optional<double> time_limit;        ///< seconds
  std::string output;                      ///< file of the result; empty for none
  bool push_models = false;                ///< to machines that lack the model
  bool wait_for_nodes = false;             ///< until there are places for all solvers
  bool own_head = false;                   ///< start one, whoever else is there
  std::vector<std::string> node_arguments; ///< for a head of our own
};

/// Where a head is if nobody says otherwise.
inline constexpr std::uint16_t usual_port = 8050;

} // namespace lockstep
