// SPDX-License-Identifier: BSD-3-Clause

#include "platform/output/captured_outputs.hpp"

namespace lockstep {

void captured_outputs::append(std::uint64_t who, std::string_view text) {
  const std::lock_guard guard{mutex_};
  auto& its = kept_.try_emplace(who, bytes_max_).first->second;
  total_ -= its.size();
  its.append(text);
  total_ += its.size();
  while (total_ > total_max_ && kept_.begin()->first != who) {
    total_ -= kept_.begin()->second.size();
    kept_.erase(kept_.begin());
  }
}

std::optional<std::pair<std::string, std::uint64_t>>
captured_outputs::tail(std::uint64_t who, std::size_t bytes) const {
  const std::lock_guard guard{mutex_};
  const auto found = kept_.find(who);
  if (found == kept_.end())
    return std::nullopt;
  return found->second.tail(bytes);
}

} // namespace lockstep
