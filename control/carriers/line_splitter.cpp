// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/line_splitter.hpp"

namespace lockstep {

namespace {

/// A connection that once sent a large line does not keep the memory for good.
constexpr std::size_t kept_capacity = 65'536;

} // namespace

void line_splitter::feed(std::string_view bytes) {
  if (!overflowed_)
    kept_ += bytes;
}

std::optional<std::string> line_splitter::next() {
  while (!overflowed_) {
    const auto end = kept_.find('\n', scanned_);
    if (end == std::string::npos)
      return give_nothing();
    scanned_ = end + 1;
    auto line = cut(end);
    start_ = scanned_;
    if (overflowed_ || line)
      return line;
  }
  return std::nullopt;
}

std::optional<std::string> line_splitter::rest() {
  if (overflowed_)
    return std::nullopt;
  auto line = cut(kept_.size());
  kept_.clear();
  start_ = scanned_ = 0;
  return line;
}

/// The line from start_ to `end`, unless it is empty or too long.
std::optional<std::string> line_splitter::cut(std::size_t end) {
  if (end > start_ && kept_[end - 1] == '\r')
    --end;
  overflowed_ = end - start_ > limit_;
  if (overflowed_ || end == start_)
    return std::nullopt;
  return kept_.substr(start_, end - start_);
}

/// Forgets the lines that were given, once for all lines of a feed().
std::optional<std::string> line_splitter::give_nothing() {
  kept_.erase(0, start_);
  start_ = 0;
  scanned_ = kept_.size();
  // One more byte may be the '\r' of an end of line.
  overflowed_ = kept_.size() > limit_ + 1;
  if (overflowed_)
    kept_.clear();
  if (kept_.empty() && kept_.capacity() > kept_capacity)
    kept_.shrink_to_fit();
  return std::nullopt;
}

} // namespace lockstep
