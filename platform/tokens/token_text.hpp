// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <optional>
#include <string>
#include <string_view>

/// How tokens are written.

namespace lockstep {

/// "ID.SECRET", both in hexadecimal, lower case: 8 and 64 digits. The id is no secret.
struct token_text {
  std::string id;
  std::string secret;
};

/// "ID.SECRET.FINGERPRINT": what a machine that joins needs to know. The fingerprint is the SHA-256
/// of the authority's certificate, 64 digits: the machine gives the token to that cluster's head
/// only.
struct join_token_text {
  token_text token;
  std::string fingerprint;
};

inline constexpr std::size_t token_id_digits = 8;
inline constexpr std::size_t token_secret_digits = 64;

/// None if it is written otherwise. White space around it is allowed, since it is read from files.
std::optional<token_text> parse_token(std::string_view text);
std::optional<join_token_text> parse_join_token(std::string_view text);

std::string to_string(const token_text& token);
std::string to_string(const join_token_text& token);

} // namespace lockstep
