#pragma once

#include "platform/authority/authority.hpp"
#include "platform/openssl/pki_result.hpp"
#include "platform/tokens/token_text.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lockstep {

class private_folder;

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

/// Why a token was refused. What goes to a stranger is to_string(): it tells those who know the
/// secret what became of the token, and others nothing. For the audit, `why` and `id` are free of
/// secrets.
struct token_refusal {
  enum class reason : std::uint8_t { malformed, unknown, expired, used, wrong_kind, store_failed };
  reason why = reason::malformed;
  std::string id;   ///< empty if malformed
  std::string text; ///< of store_failed: what is wrong with the files; for the operator
};
std::string to_string(const token_refusal& refusal);

using token_verdict = std::variant<token_entry, token_refusal>;

inline constexpr std::chrono::hours join_token_life{1};
inline constexpr std::chrono::hours control_token_life{24 * 30};
inline constexpr std::chrono::hours token_life_max{24 * 3650};

/// The tokens of a cluster, in tokens.json in the authority's folder. Processes and threads may use
/// one at the same time: each call locks the folder. May be shared by threads.
class token_store {
public:
  static constexpr std::size_t tokens_max = 1'000;

  explicit token_store(std::filesystem::path folder,
                       pki_clock now = std::chrono::system_clock::now);

  /// Makes a token; this is the only time that its secret is seen. Makes the folder. Refuses once
  /// there are `tokens_max` that have not expired.
  [[nodiscard]] pki_result<token_text> create(token_kind kind, std::chrono::seconds life) const;

  /// Whether this is a token for the control port, and which. Reads the file when it has changed
  /// only, so it may be asked often. Compares hashes in constant time.
  [[nodiscard]] token_verdict check(std::string_view text) const;

  /// Uses a join token up: gives its entry to one caller only, whoever else asks, in whatever
  /// process.
  [[nodiscard]] token_verdict take(std::string_view text) const;

  /// Those that have not expired, the oldest first.
  [[nodiscard]] pki_result<std::vector<token_entry>> list() const;

  /// Gives the token that is no more; an error if there is none of this id.
  [[nodiscard]] pki_result<token_entry> revoke(std::string_view id) const;

private:
  /// What tells one version of the file from another; each is a new file.
  struct version {
    std::uint64_t file = 0;
    std::int64_t changed_ns = -1;
    std::int64_t bytes = 0;
    bool operator==(const version&) const = default;
  };
  [[nodiscard]] version version_now() const;
  void refresh() const;

  std::filesystem::path folder_;
  pki_clock now_;
  mutable std::mutex mutex_;
  mutable version known_;
  mutable std::vector<token_entry> tokens_; ///< as of `known_`
};

} // namespace lockstep
