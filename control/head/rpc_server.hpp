#pragma once

#include "control/carriers/carrier.hpp"
#include "control/head/control_actor.hpp"
#include "control/rpc/session.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace lockstep {

/// Between carriers and the control actor: keeps a session for each connection, so that lines are
/// taken apart on the carrier's thread and the actor sees only calls that make sense.
///
/// Sessions are used by the carrier's thread and the control actor's; a mutex guards them.
class rpc_server final : public line_handler, public answer_sink {
public:
  rpc_server(rpc_limits limits, std::string version);

  /// To be called once. A carrier that brings something earlier waits for it.
  void connect(carrier& out, control_actor control);

  void opened(connection_id connection, std::string peer) override;
  void line(connection_id connection, std::string text) override;
  void ended(connection_id connection) override;
  void closed(connection_id connection) override;

  void answer(std::uint64_t connection, std::uint64_t token, json result) override;
  void fail(std::uint64_t connection, std::uint64_t token, rpc_error error) override;
  void notify(std::uint64_t connection, std::string line) override;

private:
  template <class Settle>
  void settle(connection_id connection, Settle settle);
  void send(connection_id connection, std::vector<std::string> lines);

  rpc_limits limits_;
  std::string version_;
  carrier* out_ = nullptr;
  control_actor control_;
  std::atomic<bool> connected_ = false;
  std::mutex mutex_;
  std::unordered_map<connection_id, session> sessions_; ///< guarded by mutex_
};

} // namespace lockstep
