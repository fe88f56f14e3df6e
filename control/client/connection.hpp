// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/connection_error.hpp"
#include "control/client/head_access.hpp"
#include "control/client/head_stream.hpp"

#include "platform/network/address.hpp"

#include <lockstep/json.hpp>

#include <chrono>
#include <deque>
#include <optional>
#include <string>

namespace lockstep {

/// A head answers at once; one that takes longer is hung, or is no head.
inline constexpr std::chrono::milliseconds answer_limit{10'000};

/// Whether there is something to be done when the first one has come, before the program ends.
enum class first_interrupt : unsigned char { ends_soon, takes_time };

/// Lets SIGINT be noticed between two waits instead of ending the program; a second one ends it,
/// which is said at once where the first one takes time.
void notice_interrupts(first_interrupt what = first_interrupt::ends_soon);
bool was_interrupted();

/// A JSON-RPC connection to a head. Blocking; for one thread.
class connection {
public:
  /// Connects, and shows the token if there is one. A plain connection begins with a hello, by
  /// which the user at the other end is known: it must be our own, or root where the head was
  /// chosen. Throws cannot_connect, no_answer, head_full, and call_failed where the token is
  /// refused.
  explicit connection(const head_access& to);

  /// As above: plain, to one's own head.
  explicit connection(const address& where);

  /// Calls a method and waits for its answer, however long it takes where there
  /// is no limit. Events that come meanwhile are kept. Throws call_failed,
  /// connection_lost and no_answer.
  json call(const std::string& method, json params = json::object(),
            std::optional<std::chrono::milliseconds> limit = answer_limit);

  /// The next event's params; none after `limit`, or as soon as there is an
  /// interrupt. Throws connection_lost.
  std::optional<json> next_event(std::chrono::milliseconds limit);

  /// Whether the head belongs to the user of this process, on this machine. Before the head has
  /// answered anything it may not be known to, and this is false.
  [[nodiscard]] bool is_of_own_user() const;
  /// What the head said of itself in the hello (system.describe); an empty object where there
  /// was none.
  [[nodiscard]] const json& described() const { return described_; }
  [[nodiscard]] bool is_encrypted() const { return is_encrypted_; }

private:
  void say_hello(const head_access& to);
  void check_owner(bool is_chosen) const;

  /// Keeps an event; throws connection_lost where the head says that it drops
  /// this client.
  bool take_notification(json& line);
  std::optional<json> next_line(std::optional<std::chrono::steady_clock::time_point> deadline);
  [[nodiscard]] bool wants_token(const head_access& to) const;
  void throw_error(const json& line, const json& id) const;

  address where_;
  head_stream stream_;
  std::string received_;
  std::size_t searched_ = 0;
  std::deque<json> events_;
  std::uint64_t last_id_ = 0;
  std::size_t line_bytes_max_;
  bool is_encrypted_ = false;
  json described_ = json::object();
};

} // namespace lockstep
