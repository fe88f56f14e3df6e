// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/carrier.hpp"

#include <cstddef>
#include <deque>
#include <span>

namespace lockstep {

/// The lines that one connection has still to send. Writes as many as the socket takes, several
/// in one system call. Not thread-safe.
class write_queue {
public:
  enum class outcome { empty, blocked, broken };

  void push(shared_line line);

  /// Writes until nothing is left, the socket takes no more, or the connection is broken.
  outcome write_to(int socket);

  /// Moves bytes out, as many as there are and fit in; for a stream that must keep what it has
  /// begun to write. They count as written.
  std::size_t take(std::span<char> into);

  /// Drops all lines but one of which a part has gone out: the stream stays made of whole lines.
  void drop_whole_lines();

  void clear();

  bool empty() const noexcept { return lines_.empty(); }

  /// Bytes that wait behind the line that is being written. A single line may be of any size: it
  /// is the lines behind it that pile up when a peer reads too slowly.
  std::size_t waiting_bytes() const noexcept;

  /// Bytes written since the beginning; tells whether a peer reads at all.
  std::size_t written_bytes() const noexcept { return written_; }

private:
  void consume(std::size_t bytes);

  std::deque<shared_line> lines_;
  std::size_t bytes_ = 0;   ///< of all lines and their ends
  std::size_t sent_ = 0;    ///< of the first line and its end
  std::size_t written_ = 0; ///< in all
};

} // namespace lockstep
