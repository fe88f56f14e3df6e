// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/tried_libraries.hpp"

namespace lockstep {

void tried_libraries::remember(const std::string& path, const file_state& of,
                               const loaded_or_refused& decision, time_point now) {
  const bool passes = !decision && decision.error().is_passing;
  if (files_.size() >= files_max)
    files_.clear();
  files_.insert_or_assign(
      path, looked_at{of, decision, passes ? now + passing_lasts : time_point::max()});
}

std::optional<loaded_or_refused>
tried_libraries::find(const std::string& path, const file_state& state, time_point now) const {
  const auto found = files_.find(path);
  if (found == files_.end() || found->second.seen != state || now > found->second.until)
    return std::nullopt;
  return found->second.decision;
}

} // namespace lockstep
