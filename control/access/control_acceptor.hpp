// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/authenticator.hpp"
#include "control/options/serve_options.hpp"

#include "platform/tls/tls_context.hpp"

#include <tl/expected.hpp>

#include <memory>
#include <string>

namespace lockstep {

/// What guards the control port.
struct control_acceptor {
  std::shared_ptr<const tls_context> tls; ///< none: plain, on loopback only
  token_source tokens;
};

/// Whether these options put TLS on the control port. A port beyond loopback always has it.
/// @throws carrier_error if the address to listen on is not known
bool needs_tls(const serve_options& options);

/// Opens the acceptor that the options ask for, or gives a sentence on what is missing and the
/// commands that set it up. With TLS it needs a token too.
/// @throws carrier_error if the address to listen on is not known
tl::expected<control_acceptor, std::string> open_control_acceptor(const serve_options& options);

/// Certificates for the control port, whose clients show none; or a sentence on what is wrong.
tl::expected<std::shared_ptr<const tls_context>, std::string>
load_control_certificates(const tls_files& files, tls_oldest oldest);

} // namespace lockstep
