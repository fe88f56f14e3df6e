// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/attempt_delays.hpp"
#include "control/rpc/role.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace lockstep {

/// Whose token it is.
struct token_identity {
  access_role role = access_role::none;
  std::string id; ///< no secret
};

/// Why a token is refused. Neither holds a secret.
struct token_refused {
  std::string message; ///< for whoever showed it
  std::string why;     ///< for the audit
  std::string id;      ///< empty where the text is no token at all
};

using token_answer = tl::expected<token_identity, token_refused>;

/// How tokens are checked. Called on the authenticator's thread; may read files.
struct token_source {
  std::function<token_answer(const std::string& token)> check;
  /// Ids of the tokens that are valid now; none where that cannot be told at present.
  std::function<std::optional<std::set<std::string>>()> valid_ids;
};

/// Checks tokens on a thread of its own, and makes whoever shows wrong ones wait.
class authenticator {
public:
  using answer_handler = std::function<void(const token_answer& answer, std::uint64_t failures)>;

  authenticator(token_source tokens, const attempt_delays::options& delays = {});

  /// Attempts that are not answered yet never are.
  ~authenticator();
  authenticator(const authenticator&) = delete;
  authenticator& operator=(const authenticator&) = delete;

  /// Checks a token when it is `source`'s turn, and answers on the authenticator's thread:
  /// `failures` is how often the source has failed in a row. False, and no answer, where too many
  /// wait already.
  [[nodiscard]] bool submit(std::string token, std::string source, answer_handler answer);

  /// Calls `look` with the ids that are valid every so often where `is_wanted` says so, both on the
  /// authenticator's thread: so a token that was revoked or has expired ends its connections. Once,
  /// before the first submit().
  void watch(std::chrono::milliseconds interval, std::function<bool()> is_wanted,
             std::function<void(const std::set<std::string>& valid)> look);

  static constexpr std::size_t waiting_max = 1'000;
  /// Of one source, so that an unauthenticated peer who fails again and again keeps nobody else
  /// waiting.
  static constexpr std::ptrdiff_t waiting_of_source_max = 16;

private:
  using clock = std::chrono::steady_clock;
  struct attempt {
    std::string token;
    std::string source;
    answer_handler answer;
  };

  void run();
  [[nodiscard]] clock::time_point next_wake() const;
  std::optional<attempt> next_due(clock::time_point now);
  void check(const attempt& due);
  void look_again();

  token_source tokens_;
  attempt_delays delays_; ///< of the thread's
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::vector<attempt> waiting_; ///< in the order of arrival
  std::chrono::milliseconds interval_{};
  std::function<bool()> is_look_wanted_;
  std::function<void(const std::set<std::string>&)> look_;
  clock::time_point next_look_ = clock::time_point::max();
  std::thread thread_;
};

} // namespace lockstep
