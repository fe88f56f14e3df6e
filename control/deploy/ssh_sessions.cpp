// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/ssh_sessions.hpp"

#include <poll.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

constexpr int turn_ms = 100;

/// Longer than a script needs to end a node that does not want to end.
constexpr std::chrono::seconds ending_limit{25};

} // namespace

ssh_sessions::ssh_sessions(session_settings settings, std::vector<session_job> jobs)
    : settings_(std::move(settings)) {
  for (auto& job : jobs)
    members_.emplace_back().job = std::move(job);
}

std::uint64_t ssh_sessions::bytes_sent(std::size_t job) const {
  return members_[job].sent;
}

bool ssh_sessions::turn() {
  begin_some();
  wait();
  for (std::size_t job = 0; job < members_.size(); ++job)
    if (members_[job].session)
      serve(job);
  return !std::ranges::all_of(members_, [](const member& one) { return one.over; });
}

void ssh_sessions::begin_some() {
  auto under_way = static_cast<std::size_t>(
      std::ranges::count_if(members_, [](const member& one) { return one.session.has_value(); }));
  for (auto& one : members_)
    if (!one.begun && under_way < settings_.parallel) {
      begin(one);
      ++under_way;
    }
}

void ssh_sessions::begin(member& one) {
  one.begun = true;
  one.heard = clock::now();
  try {
    one.session.emplace(settings_.ssh, one.job.target, one.job.script);
  } catch (const std::system_error& refused) {
    one.job.talk->give_up(refused.what());
    one.over = true;
  }
}

void ssh_sessions::wait() {
  std::vector<pollfd> waits;
  for (const auto& one : members_)
    if (one.session)
      waits.insert(waits.end(), {pollfd{one.session->output(), POLLIN, 0},
                                 pollfd{one.session->exited(), POLLIN, 0},
                                 pollfd{one.session->input(), POLLOUT, 0}});
  // A signal ends the wait early, which does no harm.
  ::poll(waits.data(), waits.size(), turn_ms);
}

void ssh_sessions::serve(std::size_t job) {
  auto& one = members_[job];
  one.session->write();
  watch_sending(one);
  // Asked first: what it printed before its end is there to be read.
  const auto how = one.session->ended();
  for (const auto& line : one.session->read()) {
    one.heard = clock::now();
    carry_out(job, one.job.talk->on_line(line));
  }
  if (how) {
    one.job.talk->on_end(to_string(*how));
    one.session.reset();
    one.over = true;
    return;
  }
  watch_time(job);
}

void ssh_sessions::watch_sending(member& one) {
  const auto sent = one.session->file_bytes_sent();
  if (sent == one.sent)
    return;
  one.sent = sent;
  one.heard = clock::now();
  if (sent == settings_.program_bytes)
    one.job.talk->on_sent();
}

void ssh_sessions::watch_time(std::size_t job) {
  auto& one = members_[job];
  const auto now = clock::now();
  if (one.closed && now - *one.closed > ending_limit)
    one.session->kill();
  else if (!one.closed && now - one.heard > settings_.silence_limit)
    carry_out(job, one.job.talk->give_up("nothing happened for " +
                                         std::to_string(settings_.silence_limit.count() / 1'000) +
                                         " s"));
}

void ssh_sessions::carry_out(std::size_t job, const host_command& command) {
  auto& one = members_[job];
  if (!one.session)
    return;
  if (!command.text.empty())
    one.session->send(command.text);
  if (command.send_program)
    one.session->send_file(settings_.program, settings_.program_bytes);
  if (command.close_input && !one.closed) {
    one.session->close_input();
    one.closed = clock::now();
  }
  one.session->write();
}

void ssh_sessions::give_up(const std::string& why) {
  for (std::size_t job = 0; job < members_.size(); ++job) {
    auto& one = members_[job];
    if (one.over)
      continue;
    carry_out(job, one.job.talk->give_up(why));
    if (!one.begun)
      one.begun = one.over = true;
  }
}

} // namespace lockstep
