// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/output/captured_output.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lockstep {

/// The newest that each of many printed: of each the last `bytes_max`, of the newest of them
/// `total_max` together, both in bytes. Whose first byte came longest ago is forgotten first.
/// Thread-safe.
class captured_outputs {
public:
  captured_outputs(std::size_t bytes_max, std::size_t total_max)
      : bytes_max_(bytes_max), total_max_(total_max) {}

  /// Of number `who`; they are given in the order in which they begin.
  void append(std::uint64_t who, std::string_view text);

  /// At most `bytes` of the newest text and how many bytes there were before; nothing where nothing
  /// was printed, or is kept no longer.
  [[nodiscard]] std::optional<std::pair<std::string, std::uint64_t>> tail(std::uint64_t who,
                                                                          std::size_t bytes) const;

private:
  const std::size_t bytes_max_;
  const std::size_t total_max_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, captured_output> kept_;
  std::size_t total_ = 0; ///< bytes of all
};

} // namespace lockstep
