#include "control/head/rpc_server.hpp"

#include <utility>

namespace lockstep {

rpc_server::rpc_server(rpc_limits limits, std::string version)
    : limits_(limits), version_(std::move(version)) {}

void rpc_server::connect(carrier& out, control_actor control) {
  out_ = &out;
  control_ = std::move(control);
  connected_ = true;
  connected_.notify_all();
}

void rpc_server::opened(connection_id connection, std::string) {
  connected_.wait(false);
  const std::lock_guard guard{mutex_};
  sessions_.try_emplace(connection, limits_, version_);
}

void rpc_server::line(connection_id connection, std::string text) {
  session_output output;
  {
    const std::lock_guard guard{mutex_};
    const auto found = sessions_.find(connection);
    if (found == sessions_.end())
      return;
    output = found->second.on_line(text);
  }
  send(connection, std::move(output.lines));
  for (auto& call : output.calls)
    caf_compat::anon_send(control_, connection.value, call.token,
                          static_cast<std::uint8_t>(call.method), std::move(call.params));
}

void rpc_server::ended(connection_id connection) {
  settle(connection, [](session& one) {
    one.on_end();
    return std::vector<std::string>{};
  });
}

void rpc_server::closed(connection_id connection) {
  {
    const std::lock_guard guard{mutex_};
    sessions_.erase(connection);
  }
  caf_compat::anon_send(control_, caf::close_atom_v, connection.value);
}

void rpc_server::answer(std::uint64_t connection, std::uint64_t token, json result) {
  settle(connection_id{connection},
         [&](session& one) { return one.answer(token, std::move(result)); });
}

void rpc_server::fail(std::uint64_t connection, std::uint64_t token, rpc_error error) {
  settle(connection_id{connection},
         [&](session& one) { return one.fail(token, std::move(error)); });
}

void rpc_server::notify(std::uint64_t connection, std::string line) {
  out_->send(connection_id{connection}, std::make_shared<const std::string>(std::move(line)));
}

template <class Settle>
void rpc_server::settle(connection_id connection, Settle settle) {
  std::vector<std::string> lines;
  bool finished = false;
  {
    const std::lock_guard guard{mutex_};
    const auto found = sessions_.find(connection);
    if (found == sessions_.end())
      return;
    lines = settle(found->second);
    finished = found->second.finished();
  }
  send(connection, std::move(lines));
  if (finished)
    out_->close(connection);
}

void rpc_server::send(connection_id connection, std::vector<std::string> lines) {
  for (auto& line : lines)
    out_->send(connection, std::make_shared<const std::string>(std::move(line)));
}

} // namespace lockstep
