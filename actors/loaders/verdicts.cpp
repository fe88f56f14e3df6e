#include "actors/loaders/verdicts.hpp"

namespace lockstep {

void verdicts::remember(const std::string& path, const file_state& of,
                        const loaded_or_refused& verdict, time_point now) {
  const bool passes = !verdict && verdict.error().is_passing;
  if (files_.size() >= files_max)
    files_.clear();
  files_.insert_or_assign(path,
                          looked_at{of, verdict, passes ? now + passing_lasts : time_point::max()});
}

std::optional<loaded_or_refused> verdicts::find(const std::string& path, const file_state& state,
                                                time_point now) const {
  const auto found = files_.find(path);
  if (found == files_.end() || found->second.seen != state || now > found->second.until)
    return std::nullopt;
  return found->second.verdict;
}

} // namespace lockstep
