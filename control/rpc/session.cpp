// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/session.hpp"

#include "control/rpc/open_rpc.hpp"
#include "control/rpc/params.hpp"

#include <utility>

namespace lockstep {

namespace {

void hide_quotation(envelope_entry& entry) {
  if (!entry && entry.error().code == rpc_code::parse_error)
    entry.error().message = "This line is not valid JSON.";
}

rpc_error unauthenticated() {
  return make_rpc_error(rpc_code::unauthenticated,
                        "This connection has shown no token, so it may call nothing but "
                        "session.authenticate.",
                        "Call session.authenticate with a token; `control` takes one from "
                        "LOCKSTEP_TOKEN or --token-file.");
}

} // namespace

session::session(rpc_limits limits, std::string version, access_role role, bool is_own_user)
    : limits_(limits), version_(std::move(version)), caller_{role, is_own_user} {}

session_output session::on_line(std::string_view line) {
  session_output output;
  if (now_ == order::open)
    read(line, output);
  else
    hold(line, output);
  return output;
}

std::optional<session_output> session::next() {
  if (now_ != order::catching_up)
    return std::nullopt;
  session_output output;
  if (auto rest = std::exchange(rest_, std::nullopt)) {
    take(std::move(*rest), output);
  } else if (!held_.empty()) {
    const auto line = std::move(held_.front());
    held_.pop_front();
    held_bytes_ -= line.size();
    read(line, output);
  } else {
    now_ = order::open;
    return std::nullopt;
  }
  return output;
}

void session::hold(std::string_view line, session_output& output) {
  if (held_.size() < held_lines_max && line.size() <= limits_.line_bytes - held_bytes_) {
    held_.emplace_back(line);
    held_bytes_ += line.size();
    return;
  }
  output.lines.push_back(error_text(
      nullptr, make_rpc_error(rpc_code::limit_exceeded,
                              "Too much came before the token was checked. This connection is "
                              "closed.",
                              "Wait for the answer to session.authenticate.")));
  output.close = true;
}

void session::read(std::string_view line, session_output& output) {
  auto parsed = parse_envelope(line, limits_);
  // The parser quotes what it read last, and that may be a token.
  if (caller_.role == access_role::none || line.find("authenticate") != std::string_view::npos)
    for (auto& entry : parsed.entries)
      hide_quotation(entry);
  take({std::move(parsed.entries), parsed.batch ? std::make_shared<batch>() : nullptr}, output);
}

void session::take(unread from, session_output& output) {
  const auto joined = from.joined;
  while (from.next < from.entries.size() && now_ != order::checking)
    take(from.entries[from.next++], joined, output);
  if (from.next < from.entries.size()) {
    rest_ = std::move(from);
    return;
  }
  if (!joined)
    return;
  joined->read_whole = true;
  if (joined->missing == 0 && !joined->answers.empty())
    output.lines.push_back(batch_text(joined->answers));
}

void session::take(envelope_entry& entry, const std::shared_ptr<batch>& joined,
                   session_output& output) {
  if (entry)
    take(*entry, joined, output);
  else
    reply(joined, error_text(nullptr, std::move(entry.error())), output);
}

void session::take(rpc_request& request, const std::shared_ptr<batch>& joined,
                   session_output& output) {
  const auto refuse = [&](rpc_error error) {
    if (request.id)
      reply(joined, error_text(std::move(*request.id), std::move(error)), output);
  };
  const auto* method = find_method(request.method);
  const auto needed = method == nullptr ? access_role::read : method->role;
  if (caller_.role < needed) {
    // Who is nobody learns not even which methods there are.
    if (caller_.role == access_role::none) {
      output.refused.push_back({method == nullptr ? "" : method->name, rpc_code::unauthenticated});
      return refuse(unauthenticated());
    }
    auto error = *refusal_of_method(*method, caller_);
    output.refused.push_back(
        {method->name, error.code, params_that_name_files(*method, request.params)});
    return refuse(std::move(error));
  }
  if (method == nullptr)
    return refuse(unknown_method(request.method));
  // Before they are checked: who may not name a file is refused for it, whatever else is wrong.
  if (auto error = refusal_of_params(*method, request.params, caller_)) {
    output.refused.push_back(
        {method->name, error->code, params_that_name_files(*method, request.params)});
    return refuse(*std::move(error));
  }
  auto checked = check_params(*method, std::move(request.params));
  if (!checked)
    return refuse(std::move(checked.error()));
  if (method->id == method_id::rpc_discover) {
    if (request.id)
      reply(joined, result_text(*request.id, open_rpc_document(version_)), output);
    return;
  }
  if (waiting_.size() >= limits_.in_flight)
    return refuse(make_rpc_error(rpc_code::limit_exceeded,
                                 "Limit exceeded: a connection may wait for at most this many "
                                 "answers at once: " +
                                     std::to_string(limits_.in_flight) + ".",
                                 "Wait for answers before sending more requests."));
  enter(method->id, *std::move(checked), request, joined, output);
}

void session::reply(const std::shared_ptr<batch>& joined, std::string text,
                    session_output& output) {
  (joined ? joined->answers : output.lines).push_back(std::move(text));
}

void session::enter(method_id method, json params, rpc_request& request,
                    const std::shared_ptr<batch>& joined, session_output& output) {
  destination to;
  const bool notification = !request.id;
  if (!notification) {
    to.id = std::move(request.id);
    to.joined = joined;
    if (joined) {
      to.place = joined->answers.size();
      joined->answers.emplace_back();
      ++joined->missing;
    }
  }
  waiting_.emplace(++last_token_, std::move(to));
  output.calls.push_back({last_token_, method, std::move(params), notification});
  if (method == method_id::session_authenticate) {
    now_ = order::checking;
    checked_ = last_token_;
  }
}

std::optional<session::destination> session::settle(std::uint64_t token) {
  auto found = waiting_.extract(token);
  if (found.empty())
    return std::nullopt;
  if (now_ == order::checking && token == checked_)
    now_ = order::catching_up;
  return std::move(found.mapped());
}

std::vector<std::string> session::deliver(const destination& to, std::string text) {
  if (!to.joined)
    return {std::move(text)};
  to.joined->answers[to.place] = std::move(text);
  if (--to.joined->missing > 0 || !to.joined->read_whole)
    return {};
  return {batch_text(to.joined->answers)};
}

std::vector<std::string> session::answer(std::uint64_t token, const json& result) {
  return answer_text(token, to_text(result));
}

std::vector<std::string> session::answer_text(std::uint64_t token, std::string_view result) {
  auto to = settle(token);
  if (!to || !to->id)
    return {};
  return deliver(*to, lockstep::answer_text(*to->id, result));
}

std::vector<std::string> session::fail(std::uint64_t token, rpc_error error) {
  auto to = settle(token);
  if (!to || !to->id)
    return {};
  auto text = error_text(std::move(*to->id), std::move(error));
  return deliver(*to, std::move(text));
}

} // namespace lockstep
