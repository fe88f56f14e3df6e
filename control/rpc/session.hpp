// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/envelope.hpp"
#include "control/rpc/limits.hpp"
#include "control/rpc/methods.hpp"
#include "control/rpc/rights.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// One method that a client calls, with its params checked, by name and complete.
struct rpc_call {
  std::uint64_t token = 0; ///< names this call in answer() and fail()
  method_id method{};
  json params;
  bool notification = false; ///< nobody reads the answer, but give it all the same
};

/// A call that the session's role does not allow; it was answered with an error.
struct refused_call {
  std::string_view method; ///< as in the table of methods; empty: one that is not in it
  int code = 0;            ///< forbidden or unauthenticated
  json files = {};         ///< params that named files, where it is refused for them
};

/// What a line leads to.
struct session_output {
  std::vector<std::string> lines; ///< to be sent now, without an end of line
  std::vector<rpc_call> calls;    ///< to be carried out, in this order
  std::vector<refused_call> refused;
  bool close = false; ///< the connection, once the lines are sent: more came than may wait
};

/// One connection's side of JSON-RPC 2.0: lines in, calls and lines out. Pure: no socket, no clock,
/// no thread of its own; not thread-safe.
///
/// Every call must be answered once, by answer() or fail(), in any order: only then does it stop
/// counting as in flight. The answers to a batch go out as one line when the last of them is there.
///
/// A session has a role, which decides what may be called. It begins with none, which may call
/// session.authenticate only; whoever carries that out calls set_role() and answers, and then takes
/// what waited for it from next() until there is nothing.
///
///     open ── session.authenticate ──► checking ── answer() or fail() ──► catching up ──► open
///                                         ▲                                    │
///                                         └─── next() gives another of them ───┘
///
/// What stands behind session.authenticate on the wire, the rest of a batch included, is looked at
/// only once that is answered: a role counts for what comes after it, and nothing overtakes.
class session {
public:
  /// `version` is Lockstep's, for rpc.discover, which the session answers itself.
  explicit session(rpc_limits limits = {}, std::string version = "0",
                   access_role role = access_role::none, bool is_own_user = false);

  void set_role(access_role role) noexcept { caller_.role = role; }
  [[nodiscard]] access_role role() const noexcept { return caller_.role; }

  session_output on_line(std::string_view line);

  /// What waited for an answer to session.authenticate, one line at a time: carry it out before the
  /// next call, and stop where session.authenticate is among its calls. None where nothing waits.
  std::optional<session_output> next();

  /// Lines that may wait; together they may have as many bytes as the longest line.
  static constexpr std::size_t held_lines_max = 64;

  /// The lines to send now: none or one. An unknown token, or one answered before, gives none.
  std::vector<std::string> answer(std::uint64_t token, const json& result);
  /// The same, where the result is JSON text already.
  std::vector<std::string> answer_text(std::uint64_t token, std::string_view result);
  std::vector<std::string> fail(std::uint64_t token, rpc_error error);

  /// The client has sent its last line. It may still read.
  void on_end() noexcept { ended_ = true; }

  /// True once the last line came and every call is answered: close the connection now.
  bool finished() const noexcept { return ended_ && waiting_.empty() && now_ == order::open; }

  /// Calls that are not answered yet.
  std::size_t in_flight() const noexcept { return waiting_.size(); }

private:
  enum class order : std::uint8_t { open, checking, catching_up };

  struct batch {
    std::vector<std::string> answers; ///< in the order of the requests
    std::size_t missing = 0;
    bool read_whole = false;
  };

  /// A line, or what of it is not taken yet.
  struct unread {
    std::vector<envelope_entry> entries;
    std::shared_ptr<batch> joined;
    std::size_t next = 0;
  };

  /// Where an answer goes: a line of its own, or a place in a batch.
  struct destination {
    std::optional<json> id; ///< none: a notification
    std::shared_ptr<batch> joined;
    std::size_t place = 0;
  };

  void read(std::string_view line, session_output& output);
  void hold(std::string_view line, session_output& output);
  void take(unread from, session_output& output);
  void take(envelope_entry& entry, const std::shared_ptr<batch>& joined, session_output& output);
  void take(rpc_request& request, const std::shared_ptr<batch>& joined, session_output& output);
  void reply(const std::shared_ptr<batch>& joined, std::string text, session_output& output);
  void enter(method_id method, json params, rpc_request& request,
             const std::shared_ptr<batch>& joined, session_output& output);
  std::optional<destination> settle(std::uint64_t token);
  static std::vector<std::string> deliver(const destination& to, std::string text);

  rpc_limits limits_;
  std::string version_;
  caller_rights caller_;
  std::map<std::uint64_t, destination> waiting_;
  std::uint64_t last_token_ = 0;
  order now_ = order::open;
  std::uint64_t checked_ = 0;    ///< the call of session.authenticate that is under way
  std::optional<unread> rest_;   ///< of the line that it stood in
  std::deque<std::string> held_; ///< lines that came after that
  std::size_t held_bytes_ = 0;
  bool ended_ = false;
};

} // namespace lockstep
