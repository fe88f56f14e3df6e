// SPDX-License-Identifier: BSD-3-Clause

#include "platform/output/captured_outputs.hpp"

namespace lockstep {

void captured_outputs::append(std::uint64_t who, std::string_view text) {
  const std::lock_guard guard{mutex_};
  auto& its = kept_[who];
  its.text += text;
  total_ += text.size();
  // Cut only at twice the limit, so that each byte is moved once.
  if (its.text.size() > 2 * bytes_max_) {
    const auto cut = its.text.size() - bytes_max_;
    its.text.erase(0, cut);
    its.dropped += cut;
    total_ -= cut;
  }
  while (total_ > total_max_ && kept_.size() > 1 && kept_.begin()->first != who) {
    total_ -= kept_.begin()->second.text.size();
    kept_.erase(kept_.begin());
  }
}

std::optional<std::pair<std::string, std::uint64_t>>
captured_outputs::tail(std::uint64_t who, std::size_t bytes) const {
  const std::lock_guard guard{mutex_};
  const auto found = kept_.find(who);
  if (found == kept_.end())
    return std::nullopt;
  const auto& [text, dropped] = found->second;
  auto from = text.size() > bytes ? text.size() - bytes : 0;
  // From the beginning of a line, where there is one.
  if (from != 0 && text[from - 1] != '\n')
    if (const auto line_end = text.find('\n', from);
        line_end != std::string::npos && line_end + 1 < text.size())
      from = line_end + 1;
  return std::pair{text.substr(from), dropped + from};
}

} // namespace lockstep
