// SPDX-License-Identifier: BSD-3-Clause

#include "control/plans/plan_processes.hpp"

#include "control/plans/plan_main.hpp"

#include "actors/plan/plan_frames.hpp"
#include "platform/output/log_writer.hpp"
#include "platform/process/neighbour_program.hpp"

#include <sys/socket.h>

#include <csignal>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

child_program template_of_plans() {
  child_program program;
  program.path = own_program();
  program.arguments = {"lockstep-plan", plan_command, "--run", plan_template_run};
  return program;
}

} // namespace

plan_processes::plan_processes(caf::actor_system& system, child_watcher& children, printer print)
    : system_(system), children_(children), print_(std::move(print)), template_(template_of_plans) {
  // So that the first plan does not wait for it.
  children_.later({}, [this] {
    try {
      template_->prepare();
    } catch (const std::system_error&) { // the first plan will say so
    }
  });
}

std::shared_ptr<plan_processes::member> plan_processes::start_process() {
  auto ends = make_stream_socket_pair();
  auto one = std::make_shared<member>();
  one->key = children_.new_key();
  one->socket = std::move(ends.first);
  // Shared, since functions are copied.
  const auto wanted =
      std::make_shared<process_copy>(process_copy{waiting_for_run, std::move(ends.second), {}});
  child_callbacks callbacks;
  callbacks.started = [](pid_t) {};
  callbacks.output = [this, one](std::string_view text) {
    one->last_output.append(text);
    run_id run;
    {
      const std::lock_guard guard{one->mutex};
      run = one->run;
    }
    print_(run, text);
  };
  callbacks.ended = [this, one](const child_exit& how) { process_ended(one, how); };
  callbacks.not_started = [one, wanted](const std::string& why) {
    wanted->link.reset();
    tell(*one, plan_process_exit{"cannot be started: " + why, false});
  };
  children_.start_by(
      one->key, [this, wanted] { return template_->copy(std::move(*wanted)); },
      std::move(callbacks));
  return one;
}

void plan_processes::begin(plan_start start, const controller_actor& controller) {
  auto one = std::exchange(next_, nullptr);
  const auto has_ended = [](member& its) {
    const std::lock_guard guard{its.mutex};
    return its.end.has_value();
  };
  if (!one || has_ended(*one))
    one = start_process();
  const auto run = start.run;
  one->model = start.model;
  {
    const std::lock_guard guard{one->mutex};
    one->run = run;
    one->link = spawn_plan_link(system_, std::move(one->socket), std::move(start), controller);
    if (one->end) // just now
      caf_compat::anon_send(*one->link, *one->end);
  }
  plans_.emplace(run, std::move(one));
}

/// A plan more often than not is of the model of the one before.
void plan_processes::prepare_next(const model_reference& model) {
  try {
    auto one = start_process();
    caf::byte_buffer frame;
    auto wanted = model;
    if (append_frame(frame, plan_frame::load, wanted) &&
        ::send(one->socket.get(), frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
            static_cast<ssize_t>(frame.size()))
      next_ = std::move(one);
    else
      children_.signal(one->key, SIGKILL);
  } catch (const std::system_error&) { // the next plan will say so
  }
}

void plan_processes::tell(member& of, plan_process_exit how) {
  const std::lock_guard guard{of.mutex};
  if (of.link)
    caf_compat::anon_send(*of.link, std::move(how));
  else
    of.end = std::move(how);
}

/// On the watcher's thread.
void plan_processes::process_ended(const std::shared_ptr<member>& which, const child_exit& how) {
  plan_process_exit told{to_string(how), true, how.signal, how.exit_code,
                         which->last_output.tail(last_lines_bytes).first};
  children_.end_orphans([which, told](const std::vector<pid_t>& left) {
    for (const auto pid : left)
      write_error_line("control: process " + std::to_string(pid) +
                       ", which a plan started, does not end");
    tell(*which, told);
  });
}

void plan_processes::order(run_id run, plan_order what) {
  const auto found = plans_.find(run);
  if (found == plans_.end())
    return;
  if (what == plan_order::given_up)
    children_.signal(found->second->key, SIGKILL);
  else
    caf_compat::anon_send(*found->second->link, what); // set since it was begun
}

void plan_processes::ended(run_id run) {
  // Not while a plan runs: to load a library costs what a short run does.
  if (const auto its = plans_.extract(run); !its.empty() && plans_.empty() && !next_)
    prepare_next(its.mapped()->model);
}

} // namespace lockstep
