// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/tcp_lines.hpp"

#include "tests/unit/carriers/echo_handler.hpp"

#include <lockstep/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lockstep::test {

inline tcp_lines_options any_port() {
  tcp_lines_options options;
  options.listen.port = 0;
  return options;
}

/// A carrier on a port of its own, with a handler that sends back each line.
struct echo_server {
  explicit echo_server(const tcp_lines_options& options = any_port())
      : carrier(options, handler), where(carrier.listening()) {
    handler.use(carrier);
  }
  ~echo_server() { carrier.stop(); }
  echo_server(const echo_server&) = delete;
  echo_server& operator=(const echo_server&) = delete;

  /// Connections are numbered from 1 in the order in which they came.
  void send(std::uint64_t connection, std::string text) {
    carrier.send(connection_id{connection}, std::make_shared<const std::string>(std::move(text)));
  }

  echo_handler handler;
  tcp_lines carrier;
  address where;
};

/// The sentence of an error line.
inline std::string message_of(const std::optional<std::string>& line) {
  return line ? json::parse(*line)["error"]["message"].get<std::string>() : "no line";
}

} // namespace lockstep::test
