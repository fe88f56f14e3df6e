// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep {

/// Looks at each header of CAF's protocol before CAF does, on a connection that another machine
/// holds the other end of. CAF believes its peers: a handshake without a payload makes it read
/// through a null pointer, and a length of 4 GiB makes it take 4 GiB. Here both end the link; so
/// does a message to the actor that would read out and change CAF's configuration.
///
/// Give it everything that is read, in the pieces that CAF asks for: a header, its payload if it
/// has one, the next header.
class basp_guard {
public:
  explicit basp_guard(std::size_t payload_bytes_max) : payload_bytes_max_(payload_bytes_max) {}

  /// Whether CAF may see this piece. Once false, the connection must end.
  bool admits(const void* piece, std::size_t size);

private:
  std::size_t payload_bytes_max_;
  bool payload_follows_ = false;
};

} // namespace lockstep
