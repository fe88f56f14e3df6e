// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/authority/authority.hpp"
#include "platform/tokens/token_store.hpp"

#include <string_view>
#include <variant>

namespace lockstep {

/// A machine that was let in, and the token that let it in.
struct admitted {
  token_entry token;
  issued_certificate issued;
};

/// Why a machine was not let in: its token is no good, or its request is refused (pki_error).
using admission_refusal = std::variant<token_refusal, pki_error>;

/// Lets a machine join that shows "ID.SECRET" and a certificate request: checks the token, then the
/// request and that its name is free, then uses the token up and signs, all under one lock. A
/// request that is refused (pki_error) leaves the token unused; its sentence may be told to whoever
/// sent it, for the token was right. A token that is used up lets the same machine (name and key)
/// in again, until it expires: an answer may be lost on its way. Takes some milliseconds, and five
/// seconds where the folder stays locked.
tl::expected<admitted, admission_refusal>
admit_by_token(const authority& by, std::string_view token, std::string_view request);

} // namespace lockstep
