// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/host_start.hpp"

#include "control/deploy/remote_script.hpp"

#include <exception>
#include <sstream>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t lines_kept = 8;

void keep_line(std::vector<std::string>& lines, const std::string& line) {
  if (line.empty())
    return;
  if (lines.size() == lines_kept)
    lines.erase(lines.begin());
  lines.push_back(line);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines)
    text += (text.empty() ? "" : " / ") + line;
  return text;
}

} // namespace

host_start::host_start(std::string machine, std::function<std::string()> make_token)
    : machine_(std::move(machine)), make_token_(std::move(make_token)) {}

host_command host_start::on_line(const std::string& line) {
  if (!line.starts_with(remote_prefix)) {
    keep_line(others_, line);
    return {};
  }
  const auto said = line.substr(remote_prefix.size());
  const auto space = said.find(' ');
  const auto word = said.substr(0, space);
  const auto rest = space == std::string::npos ? std::string{} : said.substr(space + 1);
  if (word == "log") // comes after a failure too
    keep_line(log_, rest);
  if (state_ == host_state::failed || state_ == host_state::up)
    return {};
  if (word == "machine" && rest != machine_)
    return fail("that machine is " + rest + ", and the node program here is for " + machine_ +
                ": build Lockstep there, and start its node there");
  if (word == "have" || word == "need")
    return offer_token(word == "need");
  if (word == "send")
    return {.text = {}, .send_program = true, .close_input = false};
  if (word == "running" || word == "started") {
    was_running_ = word == "running";
    take_process(rest);
  }
  if (word == "failed")
    return fail(rest);
  if (word == "ended")
    return fail("its node ended");
  return {};
}

host_command host_start::offer_token(bool to_be_sent) {
  try {
    auto command = host_command{.text = "token " + make_token_() + '\n'};
    state_ = to_be_sent ? host_state::sending : host_state::starting;
    return command;
  } catch (const std::exception& thrown) {
    return fail(std::string{"cannot make a join token: "} + thrown.what());
  }
}

void host_start::take_process(const std::string& said) {
  std::istringstream split{said};
  if (split >> pid_ >> host_)
    state_ = host_state::joining;
  else
    fail("it said '" + said + "' where a process and a name should be");
}

void host_start::on_sent() {
  if (state_ == host_state::sending)
    state_ = host_state::starting;
}

host_command host_start::on_joined(std::uint64_t solvers) {
  state_ = host_state::up;
  solvers_ = solvers;
  return {.text = "up\n", .send_program = false, .close_input = true};
}

void host_start::on_end(const std::string& how) {
  if (state_ != host_state::up && state_ != host_state::failed)
    fail(others_.empty() ? "ssh " + how : joined(others_));
}

host_command host_start::give_up(const std::string& why) {
  return state_ == host_state::up || state_ == host_state::failed ? host_command{} : fail(why);
}

host_command host_start::fail(std::string why) {
  state_ = host_state::failed;
  why_ = std::move(why);
  return {.text = {}, .send_program = false, .close_input = true};
}

std::string host_start::why() const {
  return log_.empty() ? why_ : why_ + "; the last lines of its log: " + joined(log_);
}

} // namespace lockstep
