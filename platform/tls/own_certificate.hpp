// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/tls/tls_options.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>

namespace lockstep {

/// Reads the files into OpenSSL's context: whom to trust, whom not any more, and who we are. Checks
/// that they belong together. Gives our own certificate, none where neither it nor a key is named
/// (a client of the control port), or a sentence that names the wrong file.
tl::expected<std::optional<certificate_facts>, std::string>
load_own_certificate(ssl_ctx_st* context, const tls_files& files);

} // namespace lockstep
