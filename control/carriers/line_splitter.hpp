// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// Cuts a stream of bytes into lines. A line ends with "\n" or "\r\n"; empty lines are passed over.
/// Pure. An idle stream costs no memory.
///
///   splitter.feed(bytes);
///   while (auto line = splitter.next()) …
///   if (splitter.overflowed()) …            // this line has no end; no more lines come
class line_splitter {
public:
  /// `limit`: the most bytes of one line, without its end.
  explicit line_splitter(std::size_t limit) : limit_(limit) {}

  /// From now on lines may be so long.
  void set_limit(std::size_t limit) noexcept { limit_ = limit; }

  void feed(std::string_view bytes);

  /// The next whole line, if there is one.
  std::optional<std::string> next();

  /// What came after the last end of line, once the stream has ended; nothing if that is empty.
  std::optional<std::string> rest();

  /// Whether the line under way is longer than the limit. Ask after next() has given nothing.
  bool overflowed() const noexcept { return overflowed_; }

private:
  std::optional<std::string> cut(std::size_t end);
  std::optional<std::string> give_nothing();

  std::size_t limit_;
  std::string kept_;
  std::size_t start_ = 0;   ///< of the line under way in kept_
  std::size_t scanned_ = 0; ///< up to here kept_ holds no end of line that was not passed
  bool overflowed_ = false;
};

} // namespace lockstep
