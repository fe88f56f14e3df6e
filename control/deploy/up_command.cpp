// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/up_command.hpp"

#include "control/client/head_search.hpp"
#include "control/client/usage_error.hpp"
#include "control/deploy/host_start.hpp"
#include "control/deploy/hosts_file.hpp"
#include "control/deploy/join_token.hpp"
#include "control/deploy/remote_script.hpp"
#include "control/deploy/ssh_sessions.hpp"
#include "control/deploy/up_view.hpp"
#include "control/terminal/output.hpp"
#include "platform/openssl/sha256.hpp"

#include "actors/loaders/library.hpp"
#include "platform/process/neighbour_program.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <utility>
#include <variant>

namespace lockstep {

namespace {

using clock = std::chrono::steady_clock;

/// What `uname -sm` says here.
std::string own_machine() {
  utsname names{};
  ::uname(&names);
  return std::string{names.sysname} + ' ' + names.machine;
}

std::string megabytes(std::uint64_t bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", static_cast<double>(bytes) / 1e6);
  return text.data();
}

std::string counted(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

/// The node program that is sent, held open.
struct node_file {
  node_file() : path(neighbour_program("control", "node")) {
    descriptor = unique_descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat facts {};
    if (!descriptor || ::fstat(descriptor.get(), &facts) != 0)
      throw std::runtime_error("cannot read the node program " + path);
    bytes = static_cast<std::uint64_t>(facts.st_size);
    sha256 = sha256_of_file(path);
  }
  std::string path;
  unique_descriptor descriptor;
  std::uint64_t bytes = 0;
  std::string sha256;
};

/// Where nodes dial: what --head says, else what the head says of itself.
std::string dialled_address(const up_options& up, connection& head) {
  auto text = up.head;
  if (text.empty())
    text = head.call("system.describe").value("cluster", "");
  if (text.empty())
    throw usage_error("the head listens for no nodes; start it with `control serve --cluster "
                      "HOST:PORT`, or say where nodes reach it with --head HOST:PORT");
  const auto found = parse_address(text);
  if (!found)
    throw usage_error("--head '" + text + "': " + found.error());
  if (const auto& host = found->host; host == "0.0.0.0" || host == "::")
    throw usage_error("the head listens for nodes at every address of its machine (" + text +
                      "): say by which of them they reach it, with --head HOST:PORT");
  if (found->port == 0)
    throw usage_error("--head '" + text + "': nodes cannot dial port 0");
  return text;
}

/// All machines on their way up.
class bringing_up {
public:
  bringing_up(const up_options& up, std::vector<host_line> hosts, connection& head)
      : hosts_(std::move(hosts)), head_(head), view_(targets_of(hosts_)),
        sessions_(settings(up), jobs(up, dialled_address(up, head))) {}

  void run() {
    while (sessions_.turn()) {
      if (was_interrupted())
        sessions_.give_up("interrupted");
      look_at_nodes();
      show();
    }
    show();
  }

  [[nodiscard]] std::size_t count_up() const {
    std::size_t number = 0;
    for (const auto& start : starts_)
      number += start.state() == host_state::up ? 1U : 0U;
    return number;
  }

  [[nodiscard]] json told() const {
    json all = json::array();
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      const auto& start = starts_[i];
      json one{{"target", hosts_[i].target}, {"up", start.state() == host_state::up}};
      if (start.state() == host_state::up)
        one.update({{"host", start.host()}, {"pid", start.pid()}, {"solvers", start.solvers()}});
      else
        one["error"] = start.why();
      all.push_back(std::move(one));
    }
    return all;
  }

private:
  session_settings settings(const up_options& up) const {
    auto settings = session_settings_of(up);
    settings.program = program_.descriptor.get();
    settings.program_bytes = program_.bytes;
    return settings;
  }

  std::vector<session_job> jobs(const up_options& up, const std::string& head) {
    std::vector<session_job> all;
    for (const auto& host : hosts_) {
      auto& start = starts_.emplace_back(
          own_machine(), [folder = up.pki_folder] { return make_join_token(folder); });
      all.push_back({host.target,
                     start_script({program_.sha256, program_.bytes, head, host.node_options}),
                     &start});
    }
    return all;
  }

  void look_at_nodes() {
    constexpr std::chrono::milliseconds interval{200};
    const auto now = clock::now();
    const bool wanted = std::ranges::any_of(
        starts_, [](const host_start& one) { return one.state() == host_state::joining; });
    if (!wanted || now - looked_ < interval)
      return;
    looked_ = now;
    try {
      for (const auto& node : head_.call("nodes.list"))
        take_node(node);
    } catch (const std::exception& lost) {
      sessions_.give_up(lost.what());
    }
  }

  void take_node(const json& node) {
    if (!node.value("up", false))
      return;
    for (std::size_t i = 0; i < starts_.size(); ++i)
      if (auto& start = starts_[i]; start.state() == host_state::joining &&
                                    start.host() == node.value("host", "") &&
                                    start.pid() == node.value("pid", std::int64_t{0}))
        sessions_.carry_out(i, start.on_joined(node.value("solvers", std::uint64_t{0})));
  }

  void show() {
    for (std::size_t i = 0; i < starts_.size(); ++i)
      if (sessions_.has_begun(i))
        show(i, starts_[i]);
  }

  void show(std::size_t i, const host_start& start) {
    switch (start.state()) {
    case host_state::connecting:
      return view_.say(i, "connecting");
    case host_state::sending:
      view_.say(i, "sending the node program, " + megabytes(program_.bytes) + " MB");
      return view_.count(i, "sent " + megabytes(sessions_.bytes_sent(i)) + " of " +
                                megabytes(program_.bytes) + " MB");
    case host_state::starting:
      return view_.say(i, "starting");
    case host_state::joining:
      return view_.say(i, "process " + std::to_string(start.pid()) + " dials the head");
    case host_state::up:
      return view_.say(i, (start.was_running() ? "was up with " : "up with ") +
                              counted(start.solvers(), "solver"));
    case host_state::failed:
      // Its log may still be coming.
      return sessions_.is_over(i) ? view_.say(i, "failed: " + start.why()) : void();
    }
  }

  std::vector<host_line> hosts_;
  connection& head_;
  up_view view_;
  node_file program_;
  std::deque<host_start> starts_; // the sessions hold pointers to them
  ssh_sessions sessions_;
  clock::time_point looked_;
};

} // namespace

int bring_up(const client_options& options, const up_options& up) {
  auto hosts = read_hosts_file(up.hosts_file);
  auto head = connect_to_head(options);
  notice_interrupts(first_interrupt::takes_time);
  bringing_up all{up, std::move(hosts), head};
  all.run();
  const auto told = all.told();
  const auto count = all.count_up();
  if (options.json)
    print(one_line({{"hosts", told}}));
  else
    print(std::to_string(count) + " of " + counted(told.size(), "machine") + " up");
  return exit_code_of_sessions(count == told.size());
}

} // namespace lockstep
