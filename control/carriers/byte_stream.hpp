// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/write_queue.hpp"

#include <cstddef>
#include <span>

namespace lockstep {

/// The bytes of one connection, as they are or through TLS. Never waits: whoever owns it waits for
/// the descriptor. For one thread at a time.
class byte_stream {
public:
  enum class outcome : unsigned char {
    done,        ///< of reading: `bytes` were read; of writing: all is out
    wants_read,  ///< again when the descriptor is readable
    wants_write, ///< again when it is writable
    ended,       ///< of reading: the peer sends nothing more
    broken
  };
  struct reading {
    outcome how = outcome::broken;
    std::size_t bytes = 0;
    bool more = false; ///< it is worth reading again at once
  };

  virtual ~byte_stream() = default;

  virtual reading read(std::span<char> into) = 0;

  /// Writes lines until none is left or the socket takes no more.
  virtual outcome write(write_queue& from) = 0;

  /// Whether there are bytes to read that the descriptor does not show.
  [[nodiscard]] virtual bool has_hidden_bytes() const = 0;

  /// Says goodbye: nothing more is written. The descriptor is still to be shut down.
  virtual void end() = 0;
};

} // namespace lockstep
