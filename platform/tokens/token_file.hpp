// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/private_folder.hpp"
#include "platform/tokens/token_entry.hpp"

#include <vector>

/// The file of tokens, and what is decided about one; for token_store and admission.

namespace lockstep {

/// All that the file holds, also what has expired. No file is no tokens. Throws pki_failure.
std::vector<token_entry> read_tokens(const private_folder& place);

/// Leaves out what expired more than a day ago: until then whoever comes too late is told so.
void write_tokens(const private_folder& place, std::vector<token_entry> tokens,
                  std::chrono::system_clock::time_point now);

/// Whether `text` is one of `tokens`, with its right secret, and counts at `now`: as a token to
/// join with, or as one for the control port.
token_decision decision_on(std::string_view text, bool joins,
                           const std::vector<token_entry>& tokens,
                           std::chrono::system_clock::time_point now);

/// decision_on() for joining, and uses the token up for whom `used_by` names: writes that before it
/// returns.
token_decision take_join_token(const private_folder& place, std::string_view text,
                               const std::string& used_by,
                               std::chrono::system_clock::time_point now);

} // namespace lockstep
