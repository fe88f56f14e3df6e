// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp_lines.hpp"

#include "control/carriers/tcp/tcp_server.hpp"

#include <utility>

namespace lockstep {

tcp_lines::tcp_lines(tcp_lines_options options, line_handler& handler)
    : server_(std::make_unique<tcp_server>(std::move(options), handler)) {}

tcp_lines::~tcp_lines() {
  server_->stop();
}

address tcp_lines::listening() const {
  return server_->listening();
}

void tcp_lines::renew(std::shared_ptr<const tls_context> tls) {
  server_->renew(std::move(tls));
}

void tcp_lines::trust(connection_id connection) {
  if (const auto found = server_->find(connection))
    found->trust();
}

void tcp_lines::send(connection_id connection, shared_line line) {
  if (const auto found = server_->find(connection))
    found->send(std::move(line));
}

void tcp_lines::close(connection_id connection) {
  if (const auto found = server_->find(connection))
    found->close();
}

void tcp_lines::stop() {
  server_->stop();
}

} // namespace lockstep
