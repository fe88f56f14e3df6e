// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace lockstep {

/// Who still wants the runs that a head has taken on. Pure: events in, time passed in.
///
///   asked ──► under way ──► over ──► forgotten
///     │           │                    ▲
///     └───────────┴────────────────────┘
///
/// A run of a client that waits for it is forgotten when its result was fetched or the client is
/// gone; before it is over, a client that goes cancels it. A run that nobody waits for is forgotten
/// when its result was fetched, or `unfetched_max` after its end.
class run_claims {
public:
  using clock = std::chrono::steady_clock;

  static constexpr std::chrono::hours unfetched_max{1};

  /// One call of a connection.
  struct call {
    std::uint64_t connection = 0;
    std::uint64_t token = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
    auto operator<=>(const call&) const = default;
  };

  /// A client asks for a run, and whether it waits for it.
  void asked(call by, bool waits);

  /// What became of it. True where its client is gone meanwhile: cancel it.
  [[nodiscard]] bool accepted(call by, run_id run);
  void refused(call by);

  /// Gives the runs to be cancelled.
  [[nodiscard]] std::vector<run_id> closed(std::uint64_t connection);

  void over(run_id run, clock::time_point now);
  void fetched(run_id run);

  /// Whether a run that somebody wants is asked for or known.
  [[nodiscard]] bool has_any(clock::time_point now);

  /// The runs of has_any().
  [[nodiscard]] std::vector<run_id> wanted() const;

  /// When has_any() may change by itself.
  [[nodiscard]] std::optional<clock::time_point> next_change() const;

private:
  struct question {
    bool waits = false;
    bool is_gone = false; ///< its client
  };
  struct claim {
    std::optional<std::uint64_t> waiting; ///< the connection of the client that waits
    std::optional<clock::time_point> over_since;
  };

  std::map<call, question> questions_;
  std::map<run_id, claim> claims_;
};

} // namespace lockstep
