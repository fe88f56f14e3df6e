// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// What a token lets its holder do. The control roles go up: who may operate may read, an admin may
/// do everything.
enum class token_kind : std::uint8_t { join, read, operate, admin };

/// "join", "read", "operate" or "admin"
std::string to_string(token_kind kind);
std::optional<token_kind> token_kind_from(std::string_view text);

/// What is kept of a token: not its secret.
struct token_entry {
  std::string id;
  token_kind kind = token_kind::join;
  std::string secret_hash; ///< SHA-256 of the secret's digits, hexadecimal, lower case
  std::chrono::system_clock::time_point created;
  std::chrono::system_clock::time_point expires;
  std::optional<std::chrono::system_clock::time_point> used_at; ///< of a join token
  std::string used_by = {}; ///< digest of the request that it was used for; empty if unknown
};

/// Why a token was refused. What goes to an unauthenticated peer is to_string(): it tells those who
/// know the secret what became of the token, and others nothing. For the audit, `why` and `id` are
/// free of secrets.
struct token_refusal {
  enum class reason : std::uint8_t { malformed, unknown, expired, used, wrong_kind, store_failed };
  reason why = reason::malformed;
  std::string id;   ///< empty if malformed
  std::string text; ///< of store_failed: what is wrong with the files; for the operator
};
std::string to_string(const token_refusal& refusal);

using token_decision = tl::expected<token_entry, token_refusal>;

/// That have not expired, of a cluster.
inline constexpr std::size_t tokens_max = 1'000;

inline constexpr std::chrono::hours join_token_life{1};
inline constexpr std::chrono::hours control_token_life{24 * 30};
inline constexpr std::chrono::hours token_life_max{24 * 3650};

} // namespace lockstep
