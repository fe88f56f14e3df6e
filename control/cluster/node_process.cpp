// SPDX-License-Identifier: BSD-3-Clause

#include "control/cluster/node_process.hpp"

#include "platform/output/log_writer.hpp"
#include "platform/process/neighbour_program.hpp"

#include <algorithm>
#include <csignal>
#include <memory>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

/// A node that lives shorter than this has never been of use: it gives up looking for its head
/// earlier.
constexpr std::chrono::seconds short_life{30};

/// Before a start that could not even begin is tried again.
constexpr std::chrono::milliseconds shortest_pause{1'000};

constexpr std::size_t last_output_bytes = 2'000;

/// The last line that is not empty.
std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of(" \n");
  if (end == std::string::npos)
    return {};
  const auto before = text.rfind('\n', end);
  const auto begin = before == std::string::npos ? 0 : before + 1;
  return text.substr(begin, end + 1 - begin);
}

} // namespace

std::string node_program() {
  return neighbour_program("control", "node");
}

node_process::node_process(child_watcher& children, link_acceptor& acceptor,
                           std::vector<std::string> arguments, bool quiet,
                           std::function<void(std::string)> on_trouble)
    : children_(children), acceptor_(acceptor), arguments_(std::move(arguments)), quiet_(quiet),
      on_trouble_(std::move(on_trouble)) {
  start({});
}

void node_process::end(std::chrono::milliseconds limit) {
  std::unique_lock guard{mutex_};
  ending_ = true;
  changed_.wait_for(guard, limit, [this] { return !lives_; });
}

void node_process::lives(bool is_alive) {
  const std::lock_guard guard{mutex_};
  lives_ = is_alive;
  changed_.notify_all();
}

bool node_process::is_ending() const {
  const std::lock_guard guard{mutex_};
  return ending_;
}

void node_process::start(std::chrono::milliseconds delay) {
  auto link = make_stream_socket_pair();
  child_program program;
  program.path = node_program();
  program.arguments = {"lockstep-node"};
  program.arguments.insert(program.arguments.end(), arguments_.begin(), arguments_.end());
  program.link = std::move(link.second);
  program.drop_output = quiet_; // its errors come through all the same
  program.capture_errors = true;
  // A node that is killed cannot end what its solvers started. Where it is killed all the same, its
  // head does so; where both are, nobody.
  program.death_signal = SIGTERM;
  child_callbacks callbacks;
  // The link is let in once somebody is at its other end.
  callbacks.started = [this,
                       link = std::make_shared<unique_descriptor>(std::move(link.first))](pid_t) {
    started_ = std::chrono::steady_clock::now();
    last_output_.clear();
    lives(true);
    acceptor_.admit(link->release());
  };
  callbacks.output = [this](std::string_view text) { printed(text); };
  callbacks.ended = [this](const child_exit& how) { ended(how); };
  callbacks.not_started = [this](const std::string& why) {
    start_again("cannot be started: " + why);
  };
  children_.start(children_.new_key(), std::move(program), std::move(callbacks), delay);
}

void node_process::printed(std::string_view text) {
  last_output_ += text;
  if (last_output_.size() > last_output_bytes)
    last_output_.erase(0, last_output_.size() - last_output_bytes);
  partial_ += text;
  for (auto end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n')) {
    write_error_line(partial_.substr(0, end));
    partial_.erase(0, end + 1);
  }
}

void node_process::ended(const child_exit& how) {
  if (!partial_.empty())
    write_error_line(std::exchange(partial_, {}));
  lives(false);
  // What its solvers started has become this process's child.
  children_.end_orphans([](const std::vector<pid_t>&) {});
  // It ends with 0 where the head told it to, and only there.
  if (how.exit_code == 0 || is_ending())
    return;
  if (std::chrono::steady_clock::now() - started_ >= short_life)
    attempts_.succeeded();
  const auto last = last_line(last_output_);
  start_again(to_string(how) + (last.empty() ? "" : ": " + last));
}

void node_process::start_again(const std::string& why) {
  const auto sentence = "the node of this machine " + why;
  const auto delay = attempts_.failed(why);
  write_error_line("control: " + sentence + "; starting it again");
  if (attempts_.is_hopeless())
    on_trouble_(sentence);
  try {
    start(delay);
  } catch (const std::system_error& refused) { // there is no descriptor for its link
    children_.later(std::max(delay, shortest_pause), [this, reason = std::string{refused.what()}] {
      start_again("cannot be started: " + reason);
    });
  }
}

} // namespace lockstep
