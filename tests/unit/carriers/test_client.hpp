// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep::test {

/// A client with a plain blocking socket. What does not come within ten seconds does not come.
class client {
public:
  /// `receive_bytes`: the socket's receive buffer; 0 leaves it as it is.
  explicit client(const address& where, int receive_bytes = 0);
  ~client();
  client(client&& other) noexcept;
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  client& operator=(client&&) = delete;

  /// False if the server has closed the connection.
  bool send(std::string_view bytes);

  /// Sends nothing more, but goes on reading; as `nc -N` does.
  void end();

  /// The next line; nothing once the server has closed, or after ten seconds.
  std::optional<std::string> line();

  /// Whether the server closes the connection now and has sent nothing more.
  bool closed();

  /// Reads until the server has closed the connection, be it in the middle of a line, and throws
  /// away what comes; false if it does not close.
  bool ends();

private:
  int descriptor_;
  std::string kept_;
  bool timed_out_ = false;
};

} // namespace lockstep::test
