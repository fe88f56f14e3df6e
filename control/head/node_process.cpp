#include "control/head/node_process.hpp"

#include "actors/process/log_writer.hpp"
#include "actors/process/neighbour_program.hpp"

#include <utility>

namespace lockstep {

namespace {

/// A node that lives shorter than this did not really start.
constexpr std::chrono::seconds short_process{2};

} // namespace

std::string node_program() {
  return neighbour_program("control", "node");
}

node_process::node_process(link_door& door, std::vector<std::string> arguments, bool quiet)
    : door_(door), arguments_(std::move(arguments)), quiet_(quiet) {
  start({});
}

void node_process::start(std::chrono::milliseconds delay) {
  auto link = make_stream_socket_pair();
  child_program program;
  program.path = node_program();
  program.arguments = {"lockstep-node"};
  program.arguments.insert(program.arguments.end(), arguments_.begin(), arguments_.end());
  program.link = std::move(link.second);
  program.capture_output = quiet_;
  child_callbacks callbacks;
  callbacks.ended = [this](const child_exit& how) { ended(how); };
  callbacks.not_started = [this](const std::string& why) { start_again(why); };
  started_ = std::chrono::steady_clock::now();
  door_.admit(link.first.release());
  watcher_.start(starts_++, std::move(program), std::move(callbacks), delay);
}

void node_process::ended(const child_exit& how) {
  // It ends with 0 where the head told it to, and only there.
  if (how.exit_code != 0)
    start_again(to_string(how));
}

void node_process::start_again(const std::string& why) {
  write_error_line("control: the node of this machine was " + why + "; starting it again");
  const bool failed_at_once = std::chrono::steady_clock::now() - started_ < short_process;
  start(failed_at_once ? std::chrono::milliseconds{1'000} : std::chrono::milliseconds{0});
}

} // namespace lockstep
