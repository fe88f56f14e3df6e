// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/audit_log.hpp"
#include "control/access/authenticator.hpp"
#include "control/carriers/carrier.hpp"
#include "control/rpc/session.hpp"
#include "control/service/control_actor.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace lockstep {

/// Between carriers and the control actor: keeps a session for each connection, so that lines are
/// taken apart on the carrier's thread and the actor sees only calls that make sense and that the
/// caller's role allows.
///
/// Over plain connections the user who runs the head, and root, are admins; everybody else shows a
/// token. While a token is checked, what follows it on the connection waits (see session).
///
/// Sessions are used by the carrier's thread, the control actor's and the authenticator's; a mutex
/// guards them.
class rpc_server final : public line_handler, public answer_sink {
public:
  /// `audit` must outlive it.
  rpc_server(rpc_limits limits, std::string version, token_source tokens, audit_log& audit);

  /// To be called once. A carrier that brings something earlier waits for it.
  void connect(carrier& out, control_actor control);

  void opened(connection_id connection, connection_peer peer) override;
  void line(connection_id connection, std::string text) override;
  void ended(connection_id connection) override;
  void closed(connection_id connection) override;
  void refused(const connection_peer& peer, const std::string& why) override;

  void answer(std::uint64_t connection, std::uint64_t token, std::string_view result) override;
  void fail(std::uint64_t connection, std::uint64_t token, rpc_error error) override;
  void notify(std::uint64_t connection, std::string line) override;
  bool is_open(std::uint64_t connection) override;

  /// Failures of one connection; then it is closed.
  static constexpr unsigned failures_max = 10;

private:
  struct client {
    session calls;
    connection_peer peer;
    std::string who;              ///< as in the audit; empty: nobody known
    std::string token_id;         ///< of the token that gave the role; empty: no token did
    unsigned failures = 0;        ///< to authenticate
    unsigned sending = 0;         ///< threads that took answers out and have yet to hand them over
    bool refusal_is_told = false; ///< in the audit, that it calls without a token
  };

  /// What to do once the mutex is free.
  struct work {
    std::vector<std::string> lines;
    std::vector<rpc_call> calls;
    std::optional<rpc_call> token; ///< the call of session.authenticate, which comes last
    std::string who;
    std::string from;
    std::string source; ///< whose failures to authenticate count together
    bool close = false;
  };

  template <class Settle>
  void settle(connection_id connection, Settle settle);
  void take(client& from, session_output output, work& todo);
  void take_held(connection_id connection);
  void carry_out(connection_id connection, work todo);
  void authenticate(connection_id connection, rpc_call call, const std::string& source);
  void authenticated(connection_id connection, std::uint64_t token, const token_answer& answer,
                     std::uint64_t failures);
  void let_in(client& who, std::uint64_t token, const token_identity& identity, work& todo);
  void keep_out(client& who, std::uint64_t token, const token_refused& why, std::uint64_t failures,
                work& todo);
  bool has_token_clients();
  void end_those_without(const std::set<std::string>& valid);
  void audit_refused_calls(client& by, const std::vector<refused_call>& calls);
  const std::string& name_of(uid_t user);
  void send(connection_id connection, std::vector<std::string> lines);

  rpc_limits limits_;
  std::string version_;
  audit_log& audit_;
  carrier* out_ = nullptr;
  control_actor control_;
  std::atomic<bool> connected_ = false;
  std::unordered_map<uid_t, std::string> names_; ///< of the carrier's thread
  std::mutex mutex_;
  std::unordered_map<connection_id, client> clients_; ///< guarded by mutex_
  authenticator authenticator_;                       ///< the last: its thread uses all others
};

} // namespace lockstep
