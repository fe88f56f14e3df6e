// SPDX-License-Identifier: BSD-3-Clause

#include "control/plans/plan_processes.hpp"

#include "control/plans/plan_main.hpp"

#include "platform/output/log_writer.hpp"
#include "platform/process/neighbour_program.hpp"

#include <csignal>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

/// The last lines that a person sees beside the failure of a run.
constexpr std::size_t last_lines_bytes = 2'000;

child_program template_of_plans() {
  child_program program;
  program.path = own_program();
  program.arguments = {"lockstep-plan", plan_command, "--run", plan_template_run};
  return program;
}

std::string name_of(run_id run) {
  return 'r' + std::to_string(run.value);
}

void keep_last(std::string& kept, std::string_view text) {
  kept += text;
  if (kept.size() > last_lines_bytes)
    kept.erase(0, kept.size() - last_lines_bytes);
}

} // namespace

plan_processes::plan_processes(caf::actor_system& system, child_watcher& children, printer print)
    : system_(system), children_(children), print_(std::move(print)), template_(template_of_plans) {
  // So that the first plan does not wait for it.
  children_.later({}, [this] {
    try {
      template_.prepare();
    } catch (const std::system_error&) { // the first plan will say so
    }
  });
}

void plan_processes::begin(plan_start start, const controller_actor& controller) {
  auto ends = make_stream_socket_pair();
  const auto run = start.run;
  const auto key = children_.new_key();
  const auto link = spawn_plan_link(system_, std::move(ends.first), std::move(start), controller);
  plans_.emplace(run, plan{key, link});
  // Shared, since functions are copied.
  const auto wanted =
      std::make_shared<process_copy>(process_copy{name_of(run), std::move(ends.second), {}});
  const auto last_output = std::make_shared<std::string>();
  child_callbacks callbacks;
  callbacks.started = [](pid_t) {};
  callbacks.output = [this, run, last_output](std::string_view text) {
    keep_last(*last_output, text);
    print_(run, text);
  };
  callbacks.ended = [this, link, last_output](const child_exit& how) {
    tell_end(link, how, std::move(*last_output));
  };
  callbacks.not_started = [link, wanted](const std::string& why) {
    wanted->link.reset();
    caf_compat::anon_send(link, plan_process_exit{"cannot be started: " + why, false});
  };
  children_.start_by(
      key, [this, wanted] { return template_.copy(std::move(*wanted)); }, std::move(callbacks));
}

/// On the watcher's thread.
void plan_processes::tell_end(const plan_link& link, const child_exit& how,
                              std::string last_output) {
  plan_process_exit told{to_string(how), true, how.signal, how.exit_code, std::move(last_output)};
  children_.end_orphans([link, told](const std::vector<pid_t>& left) {
    for (const auto pid : left)
      write_error_line("control: process " + std::to_string(pid) +
                       ", which a plan started, does not end");
    caf_compat::anon_send(link, told);
  });
}

void plan_processes::order(run_id run, plan_order what) {
  const auto found = plans_.find(run);
  if (found == plans_.end())
    return;
  if (what == plan_order::given_up)
    children_.signal(found->second.key, SIGKILL);
  else
    caf_compat::anon_send(found->second.link, what);
}

void plan_processes::ended(run_id run) {
  plans_.erase(run);
}

} // namespace lockstep
