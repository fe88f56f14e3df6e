// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/byte_stream.hpp"

namespace lockstep {

/// A socket's bytes as they are.
class plain_stream final : public byte_stream {
public:
  /// Does not own the socket.
  explicit plain_stream(int socket) : socket_(socket) {}

  reading read(std::span<char> into) override;
  outcome write(write_queue& from) override;
  [[nodiscard]] bool has_hidden_bytes() const override { return false; }
  void end() override {}

private:
  int socket_;
};

} // namespace lockstep
