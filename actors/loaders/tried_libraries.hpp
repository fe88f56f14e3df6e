// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/loaders/loaded_library.hpp"
#include "actors/loaders/private_copy.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace lockstep {

/// What became of the files that were looked at. Not thread-safe.
class tried_libraries {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Of a file in this state: one that passes counts for `passing_lasts`, others for ever.
  void remember(const std::string& path, const file_state& of, const loaded_or_refused& decision,
                time_point now);

  /// None where the file is unknown, is in another state now, or its decision has passed (which
  /// does not matter at `time_point::min()`).
  [[nodiscard]] std::optional<loaded_or_refused>
  find(const std::string& path, const file_state& state, time_point now) const;

  static constexpr std::chrono::seconds passing_lasts{10}; ///< as messages say

private:
  struct looked_at {
    file_state seen;
    loaded_or_refused decision;
    time_point until;
  };

  static constexpr std::size_t files_max = 10'000;
  std::map<std::string, looked_at> files_;
};

} // namespace lockstep
