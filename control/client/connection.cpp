// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/connection.hpp"

#include "control/carriers/peer_user.hpp"
#include "control/rpc/error.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace lockstep {

namespace {

/// An answer longer than this is not for a terminal.
constexpr std::size_t answer_bytes_max = std::size_t{256} << 20U;

/// Nor is one from whom it is not known yet that he is a head.
constexpr std::size_t hello_bytes_max = std::size_t{1} << 20U;

/// An interrupt is noticed at least so soon, wherever it arrives.
constexpr std::chrono::milliseconds glance{100};

volatile std::sig_atomic_t interrupts = 0;

/// What is said at the first.
const char* volatile answer_to_interrupt = "";

void on_interrupt(int number) {
  interrupts = interrupts + 1;
  if (interrupts > 1) {
    ::signal(number, SIG_DFL);
    ::raise(number);
    return;
  }
  const int before = errno;
  const char* const answer = answer_to_interrupt;
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, answer, std::strlen(answer));
  errno = before;
}

std::chrono::milliseconds
patience_until(const std::optional<std::chrono::steady_clock::time_point>& deadline) {
  auto patience = glance;
  if (deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
    patience = std::clamp(left, std::chrono::milliseconds{0}, glance);
  }
  return patience;
}

} // namespace

void notice_interrupts(first_interrupt what) {
  if (what == first_interrupt::takes_time) // on a terminal behind the row that stands there
    answer_to_interrupt = ::isatty(STDERR_FILENO) != 0
                              ? "\ncontrol: interrupted; again to stop now\n"
                              : "control: interrupted; again to stop now\n";
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool was_interrupted() {
  return interrupts != 0;
}

connection::connection(const address& where)
    : where_(where), stream_({where, nullptr, ""}), line_bytes_max_(answer_bytes_max) {}

connection::connection(const head_access& to)
    : where_(to.where), stream_(to), line_bytes_max_(hello_bytes_max),
      is_encrypted_(to.tls != nullptr) {
  if (!is_encrypted_)
    say_hello(to);
  line_bytes_max_ = answer_bytes_max;
  if (wants_token(to))
    call("session.authenticate", {{"token", to.token}});
}

void connection::say_hello(const head_access& to) {
  try {
    described_ = call("system.describe", json::object(), to.patience);
  } catch (const head_full&) {
    // It has closed its end, so that it may not be known any more whose it is.
    if (user_of_peer(stream_.descriptor()))
      check_owner(to.is_chosen);
    throw;
  } catch (const call_failed&) {
    // Whatever the answer is, from now on it is certain whose the other end is.
  } catch (const connection_lost& lost) {
    throw cannot_connect(to_string(where_) + ": " + lost.what());
  }
  if (!described_.is_object())
    described_ = json::object();
  check_owner(to.is_chosen);
}

/// As the head checks its clients. Before anything is said that is not for everybody.
void connection::check_owner(bool is_chosen) const {
  constexpr uid_t root = 0;
  const auto owner = user_of_peer(stream_.descriptor());
  if (owner && (*owner == ::geteuid() || (is_chosen && *owner == root)))
    return;
  throw foreign_head(to_string(where_) + ": the head there belongs to " +
                         (owner ? user_text(*owner) : "nobody that can be told") + ", not to you",
                     is_chosen ? "Ask its owner for TLS and a token, and name the cluster's ca.pem "
                                 "with --ca."
                               : "`control run` starts one of your own, and so does `control serve "
                                 "--listen 127.0.0.1:0`; --at names another.");
}

/// Whoever runs the head has all rights on it from this machine, and needs none.
bool connection::wants_token(const head_access& to) const {
  if (to.token.empty() || to.tls)
    return !to.token.empty();
  return to.is_chosen && !is_of_own_user();
}

bool connection::is_of_own_user() const {
  const auto owner = user_of_peer(stream_.descriptor());
  return owner && *owner == ::geteuid();
}

json connection::call(const std::string& method, json params,
                      std::optional<std::chrono::milliseconds> limit) {
  const auto begin = std::chrono::steady_clock::now();
  const auto deadline = limit ? std::optional{begin + *limit} : std::nullopt;
  const auto id = ++last_id_;
  stream_.send(
      json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}.dump(
          -1, ' ', false, json::error_handler_t::replace) +
      '\n');
  for (;;) {
    auto line = next_line(deadline);
    if (line && !take_notification(*line)) {
      throw_error(*line, id);
      if (line->value("id", json()) == id && line->contains("result"))
        return std::move(line->at("result"));
    }
    if (deadline && std::chrono::steady_clock::now() >= *deadline)
      throw no_answer("the head has not answered " + method + " for " +
                      std::to_string(limit->count() / 1'000) + " s");
  }
}

void connection::throw_error(const json& line, const json& id) const {
  if (!line.contains("error"))
    return;
  const bool ours = line.value("id", json()) == id;
  const bool of_the_line = line.at("id").is_null();
  if (!ours && !of_the_line)
    return;
  const auto& error = line.at("error");
  const auto data = error.value("data", json::object());
  const std::string message = error.at("message");
  const std::string hint = data.is_object() ? data.value("hint", "") : "";
  // Not the call is refused, but the connection.
  if (of_the_line && error.at("code") == rpc_code::unauthenticated)
    throw turned_away(to_string(where_) + ": " + message, hint);
  if (of_the_line && error.at("code") == rpc_code::limit_exceeded)
    throw head_full(error.at("code"), to_string(where_) + ": " + message, hint);
  throw call_failed(error.at("code"), message, hint);
}

std::optional<json> connection::next_event(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (events_.empty()) {
    auto line = next_line(deadline);
    if (!line)
      return std::nullopt;
    take_notification(*line);
  }
  auto first = std::move(events_.front());
  events_.pop_front();
  return first;
}

bool connection::take_notification(json& line) {
  const auto method = line.value("method", "");
  if (method == "dropped")
    throw connection_lost("the head dropped this client: " +
                          line.at("params").value("why", "it read too slowly"));
  if (method != "event")
    return false;
  events_.push_back(std::move(line.at("params")));
  return true;
}

std::optional<json>
connection::next_line(std::optional<std::chrono::steady_clock::time_point> deadline) {
  for (bool is_late = false;;) {
    if (const auto end = received_.find('\n', searched_); end != std::string::npos) {
      auto line = json::parse(received_.begin(),
                              received_.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
      received_.erase(0, end + 1);
      searched_ = 0;
      if (line.is_discarded() || !line.is_object())
        throw connection_lost("whoever answers there does not speak JSON-RPC");
      return line;
    }
    searched_ = received_.size();
    if (is_late)
      return std::nullopt;
    if (searched_ > line_bytes_max_)
      throw connection_lost("the head sent a line without end");
    if (stream_.wait(patience_until(deadline))) {
      if (!stream_.receive(received_))
        throw connection_lost("the head closed the connection");
    } else if (deadline && was_interrupted()) {
      return std::nullopt;
    }
    is_late = deadline && std::chrono::steady_clock::now() >= *deadline;
  }
}

} // namespace lockstep
