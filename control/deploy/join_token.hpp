// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep {

/// A new one-time join token for one machine, as `node --token-file` reads it: from the store in
/// this folder of certificates, or the usual one if empty. Throws std::runtime_error with what to
/// do where there is none.
std::string make_join_token(const std::string& pki_folder);

} // namespace lockstep
