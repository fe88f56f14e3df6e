// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/authority/authority.hpp"
#include "platform/openssl/pki_result.hpp"
#include "platform/tokens/token_entry.hpp"
#include "platform/tokens/token_text.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// The tokens of a cluster, in tokens.json in the authority's folder. Processes and threads may use
/// one at the same time: each call locks the folder. May be shared by threads.
class token_store {
public:
  explicit token_store(std::filesystem::path folder,
                       pki_clock now = std::chrono::system_clock::now);

  /// Makes a token; this is the only time that its secret is seen. Makes the folder. Refuses once
  /// there are `tokens_max` (token_entry.hpp) that have not expired.
  [[nodiscard]] pki_result<token_text> create(token_kind kind, std::chrono::seconds life) const;

  /// Whether this is a token for the control port, and which. Reads the file when it has changed
  /// only, so it may be asked often. Compares hashes in constant time.
  [[nodiscard]] token_decision check(std::string_view text) const;

  /// Uses a join token up: gives its entry to one caller only, whoever else asks, in whatever
  /// process.
  [[nodiscard]] token_decision take(std::string_view text) const;

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
