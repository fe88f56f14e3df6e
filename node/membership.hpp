// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/dial.hpp"
#include "platform/network/address.hpp"
#include "platform/tls/tls_context.hpp"

#include <tl/expected.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace lockstep {

/// Where a node of a cluster keeps who it is, and how it may become one.
struct membership_options {
  std::string name;               ///< that its certificate carries
  std::filesystem::path identity; ///< folder of its certificate and key, see pki_files.hpp
  std::string token;              ///< "ID.SECRET.FINGERPRINT", for a machine without a certificate
  tls_oldest oldest = tls_oldest::version_1_3;
};

/// Why this machine is no member, and whether trying again may help.
struct no_membership {
  std::string why; ///< a sentence
  bool again = false;
};

/// `$LOCKSTEP_IDENTITY`, else `$XDG_CONFIG_HOME/lockstep/node`, else `~/.config/lockstep/node`;
/// empty where none of the three variables is set.
std::filesystem::path default_identity_folder();

/// The machine's own name as one that a certificate may carry: "host-7.example.org" → "host-7".
std::string default_node_name();

/// The certificate that lies in the folder; without one, a new one for the token from the first of
/// `heads` that answers. One that is due for renewal is renewed where a head answers. Blocks for
/// some seconds at most. The context demands role head of the other side.
tl::expected<std::shared_ptr<const tls_context>, no_membership>
obtain_membership(const membership_options& options, const std::vector<address>& heads,
                  const dial_options& dialling = {});

/// Renews the certificate if it is due. A sentence where it is due and could not be.
tl::expected<void, std::string> renew_if_due(const membership_options& options,
                                             const tls_context& current,
                                             const std::vector<address>& heads,
                                             const dial_options& dialling = {});

} // namespace lockstep
