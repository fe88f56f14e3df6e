// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/rpc_server.hpp"

#include "control/carriers/peer_user.hpp"
#include "control/rpc/envelope.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

/// So soon a token that was revoked ends its connections.
constexpr std::chrono::seconds look_interval{5};

constexpr std::size_t names_max = 1'000;

} // namespace

rpc_server::rpc_server(rpc_limits limits, std::string version, token_source tokens,
                       audit_log& audit)
    : limits_(limits), version_(std::move(version)), audit_(audit),
      authenticator_(std::move(tokens)) {
  authenticator_.watch(
      look_interval, [this] { return has_token_clients(); },
      [this](const auto& valid) { end_those_without(valid); });
}

void rpc_server::connect(carrier& out, control_actor control) {
  out_ = &out;
  control_ = std::move(control);
  connected_ = true;
  connected_.notify_all();
}

// What the carrier brings.

void rpc_server::opened(connection_id connection, connection_peer peer) {
  connected_.wait(false);
  const bool own = peer.user && (*peer.user == ::geteuid() || *peer.user == 0);
  const bool known = own && !peer.encrypted;
  const auto role = known ? access_role::admin : access_role::none;
  client made;
  made.calls = session{limits_, version_, role, own};
  made.who = !peer.encrypted && peer.user ? name_of(*peer.user) : std::string{};
  made.peer = std::move(peer);
  {
    const std::lock_guard guard{mutex_};
    clients_.try_emplace(connection, std::move(made));
  }
  if (known)
    out_->trust(connection);
}

void rpc_server::line(connection_id connection, std::string text) {
  work todo;
  {
    const std::lock_guard guard{mutex_};
    const auto found = clients_.find(connection);
    if (found == clients_.end())
      return;
    take(found->second, found->second.calls.on_line(text), todo);
  }
  carry_out(connection, std::move(todo));
}

void rpc_server::ended(connection_id connection) {
  settle(connection, [](client& one) {
    one.calls.on_end();
    return std::vector<std::string>{};
  });
}

void rpc_server::closed(connection_id connection) {
  {
    const std::lock_guard guard{mutex_};
    clients_.erase(connection);
  }
  caf_compat::anon_send(control_, connection_closed{connection.value});
}

void rpc_server::refused(const connection_peer& peer, const std::string& why) {
  audit_.write_refusal("connection.refused", peer.user ? name_of(*peer.user) : "", peer.address,
                       {{"why", why}});
}

/// With the mutex held.
void rpc_server::take(client& from, session_output output, work& todo) {
  audit_refused_calls(from, output.refused);
  todo.lines = std::move(output.lines);
  todo.close = output.close;
  for (auto& call : output.calls)
    if (call.method == method_id::session_authenticate)
      todo.token = std::move(call);
    else
      todo.calls.push_back(std::move(call));
  todo.who = from.who;
  todo.from = from.peer.address;
  if (todo.token)
    todo.source =
        from.peer.user ? "uid " + std::to_string(*from.peer.user) : source_of(from.peer.address);
}

/// Takes what waited for a token, now that it is checked. Until the last of it is on its way the
/// session keeps back what comes meanwhile.
void rpc_server::take_held(connection_id connection) {
  for (;;) {
    work todo;
    {
      const std::lock_guard guard{mutex_};
      const auto found = clients_.find(connection);
      if (found == clients_.end())
        return;
      auto output = found->second.calls.next();
      if (!output)
        break;
      take(found->second, std::move(*output), todo);
    }
    const bool is_another_checked = todo.token.has_value(); // and whoever answers it goes on
    carry_out(connection, std::move(todo));
    if (is_another_checked)
      return;
  }
  settle(connection, [](client&) { return std::vector<std::string>{}; });
}

void rpc_server::carry_out(connection_id connection, work todo) {
  send(connection, std::move(todo.lines));
  if (todo.close)
    return out_->close(connection);
  for (auto& call : todo.calls)
    caf_compat::anon_send(control_, connection.value, call.token,
                          static_cast<std::uint8_t>(call.method), std::move(call.params), todo.who,
                          todo.from);
  if (todo.token)
    authenticate(connection, std::move(*todo.token), todo.source);
}

/// For each refused call where somebody is known; once for a connection where nobody is.
void rpc_server::audit_refused_calls(client& by, const std::vector<refused_call>& calls) {
  for (const auto& call : calls) {
    const bool nobody = call.code == rpc_code::unauthenticated;
    if (nobody && std::exchange(by.refusal_is_told, true))
      continue;
    json details{{"method", call.method}};
    if (!call.files.is_null())
      details.update(call.files);
    audit_.write_refusal(nobody ? "call.unauthenticated" : "call.forbidden", by.who,
                         by.peer.address, std::move(details));
  }
}

const std::string& rpc_server::name_of(uid_t user) {
  const auto found = names_.find(user);
  if (found != names_.end())
    return found->second;
  if (names_.size() >= names_max)
    names_.clear();
  return names_[user] = user_text(user);
}

// Tokens.

void rpc_server::authenticate(connection_id connection, rpc_call call, const std::string& source) {
  const bool taken = authenticator_.submit(
      call.params.at("token").get<std::string>(), source,
      [this, connection, token = call.token](const token_answer& answer, std::uint64_t failures) {
        authenticated(connection, token, answer, failures);
      });
  if (!taken)
    authenticated(connection, call.token,
                  tl::unexpected(token_refused{
                      "Too many tokens are being checked. Try again later.", "too many wait", ""}),
                  0);
}

void rpc_server::authenticated(connection_id connection, std::uint64_t token,
                               const token_answer& answer, std::uint64_t failures) {
  work todo;
  bool let = false;
  {
    const std::lock_guard guard{mutex_};
    const auto found = clients_.find(connection);
    if (found == clients_.end())
      return;
    auto& who = found->second;
    if (answer) {
      let_in(who, token, *answer, todo);
      let = true;
    } else {
      keep_out(who, token, answer.error(), failures, todo);
    }
  }
  if (let)
    out_->trust(connection);
  const bool goes_on = !todo.close;
  carry_out(connection, std::move(todo));
  if (goes_on)
    take_held(connection);
}

void rpc_server::let_in(client& who, std::uint64_t token, const token_identity& identity,
                        work& todo) {
  const std::string role{to_string(identity.role)};
  who.calls.set_role(identity.role);
  who.token_id = identity.id;
  who.who = "token " + identity.id + " (" + role + ")";
  audit_.write("session.authenticated", who.who, who.peer.address);
  todo.lines = who.calls.answer(token, {{"role", role}, {"id", identity.id}});
}

void rpc_server::keep_out(client& who, std::uint64_t token, const token_refused& why,
                          std::uint64_t failures, work& todo) {
  ++who.failures;
  json details{{"why", why.why}, {"failures", failures}};
  if (!why.id.empty())
    details["token"] = why.id;
  audit_.write_refusal("session.refused", who.who, who.peer.address, std::move(details));
  todo.lines = who.calls.fail(
      token, make_rpc_error(rpc_code::unauthenticated, why.message,
                            "`control token create --role read` makes one on the head's machine."));
  todo.close = who.failures >= failures_max;
}

bool rpc_server::has_token_clients() {
  const std::lock_guard guard{mutex_};
  return std::ranges::any_of(clients_,
                             [](const auto& entry) { return !entry.second.token_id.empty(); });
}

void rpc_server::end_those_without(const std::set<std::string>& valid) {
  std::vector<connection_id> over;
  {
    const std::lock_guard guard{mutex_};
    for (auto& [connection, one] : clients_)
      if (!one.token_id.empty() && !valid.contains(one.token_id)) {
        one.calls.set_role(access_role::none);
        audit_.write("session.ended", one.who, one.peer.address,
                     {{"why", "the token was revoked or has expired"}});
        one.token_id.clear();
        over.push_back(connection);
      }
  }
  for (const auto connection : over) {
    send(connection, {error_text(nullptr, make_rpc_error(rpc_code::unauthenticated,
                                                         "The token was revoked or has expired. "
                                                         "This connection is closed."))});
    out_->close(connection);
  }
}

// What the control actor answers.

void rpc_server::answer(std::uint64_t connection, std::uint64_t token, std::string_view result) {
  settle(connection_id{connection},
         [&](client& one) { return one.calls.answer_text(token, result); });
}

void rpc_server::fail(std::uint64_t connection, std::uint64_t token, rpc_error error) {
  settle(connection_id{connection},
         [&](client& one) { return one.calls.fail(token, std::move(error)); });
}

void rpc_server::notify(std::uint64_t connection, std::string line) {
  out_->send(connection_id{connection}, std::make_shared<const std::string>(std::move(line)));
}

bool rpc_server::is_open(std::uint64_t connection) {
  const std::lock_guard guard{mutex_};
  return clients_.contains(connection_id{connection});
}

template <class Settle>
void rpc_server::settle(connection_id connection, Settle settle) {
  std::vector<std::string> lines;
  {
    const std::lock_guard guard{mutex_};
    const auto found = clients_.find(connection);
    if (found == clients_.end())
      return;
    lines = settle(found->second);
    ++found->second.sending;
  }
  send(connection, std::move(lines));
  bool nothing_is_owed = false;
  {
    const std::lock_guard guard{mutex_};
    const auto found = clients_.find(connection);
    if (found == clients_.end())
      return;
    const bool is_last = --found->second.sending == 0;
    nothing_is_owed = is_last && found->second.calls.finished();
  }
  if (nothing_is_owed)
    out_->close(connection);
}

void rpc_server::send(connection_id connection, std::vector<std::string> lines) {
  for (auto& line : lines)
    out_->send(connection, std::make_shared<const std::string>(std::move(line)));
}

} // namespace lockstep
