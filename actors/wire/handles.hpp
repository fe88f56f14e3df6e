// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/caf_compat.hpp"
#include "actors/wire/control/event_messages.hpp"
#include "actors/wire/control/head_messages.hpp"
#include "actors/wire/control/run_messages.hpp"
#include "actors/wire/control/system_messages.hpp"
#include "actors/wire/control/timeline_messages.hpp"
#include "actors/wire/control/waiting_messages.hpp"
#include "actors/wire/error.hpp"
#include "actors/wire/library_messages.hpp"
#include "actors/wire/node_messages.hpp"
#include "actors/wire/payload_messages.hpp"
#include "actors/wire/plan_messages.hpp"
#include "actors/wire/solver_messages.hpp"
#include "actors/wire/status_messages.hpp"
#include "actors/wire/step_messages.hpp"
#include "actors/wire/worker_messages.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Every actor's interface, and the only type-id block of Lockstep.

namespace lockstep {

// The comment above a message says who sends it, what for, what is answered and which errors may
// come. Besides those each request may end with one of CAF's: sec::request_receiver_down and the
// like where the other actor or its process is gone.

/// Computes: owns the solver of one worker. Its only client is the proxy of the same process. It
/// works off one message after another; while it computes only the proxy answers.
using solver_actor = caf::typed_actor<
    // Proxy: construct a solver in place of the one before. Answers when it stands. What user code
    // throws is an answer, not an error, here and below; its type is "model_refused" where the
    // model cannot be loaded.
    caf::result<solver_answer>(prepare_solver),
    // Proxy: run a step. Answers of type "no_solver" where none stands.
    caf::result<solver_answer>(solver_task),
    // Proxy: combine answers of a reduce.
    caf::result<solver_answer>(combine_task),
    // Proxy: the run is over, destroy the solver. Answers when that is done.
    caf::result<void>(destroy_solver),
    // Proxy: load this library ahead. That it cannot be loaded is told when it is asked for.
    caf::result<void>(preload_library)>;

/// Answers at once for a worker, and hands work to its solver actor.
using worker_proxy = caf::typed_actor<
    // Node: see solver_actor.
    caf::result<solver_answer>(prepare_solver), caf::result<solver_answer>(solver_task),
    caf::result<solver_answer>(combine_task),
    // Node: how far it is. Never waits for the solver.
    caf::result<solver_status>(get_status),
    // Node: let `cancelled()` be true in all steps of the run up to this number. Of another run
    // than the one that it has a solver of, nothing happens.
    caf::result<void>(stop_solver),
    // Node: the run is over. Answers when its solver is destroyed.
    caf::result<void>(destroy_solver),
    // Node: the next run may want this library.
    caf::result<void>(preload_library),
    // Itself: look whether there is progress to tell.
    caf::result<void>(check_progress)>;

/// Finds, reads and keeps libraries of models, on a thread that may wait for a disk. Its only
/// client is the node or the controller of the same process.
using library_actor = caf::typed_actor<
    // Node: where a build is, and one that came. Answer with a path.
    caf::result<std::string>(locate_library), caf::result<std::string>(cache_library),
    // Controller: a build's bytes.
    caf::result<blob>(read_library)>;

/// From a worker to its node: here I am. Answered with the node's process number, or 0 where it is
/// not taken.
struct join_as_worker {
  slot_number slot;
  std::int64_t pid = 0; ///< of its process
  worker_proxy proxy;
};

template <class Inspector>
bool inspect(Inspector& f, join_as_worker& x) {
  return f.object(x).fields(f.field("slot", x.slot), f.field("pid", x.pid),
                            f.field("proxy", x.proxy));
}

/// Speaks for a machine: starts its workers, fans steps out to them and joins their answers.
using node_actor = caf::typed_actor<
    // Its owner, once: workers can be started; introduce yourself to the controller.
    caf::result<void>(start_node),
    // Worker: here I am, slot and process number. Answers the node's process number; 0 where the
    // node has no such slot or is stopping, and takes no notice of the worker.
    caf::result<std::int64_t>(join_as_worker),
    // Worker's proxy: progress of its solver.
    caf::result<void>(solver_progress),
    // Whoever starts the workers: a worker's process ended.
    caf::result<void>(worker_exit),
    // Whoever starts the workers: a worker printed something.
    caf::result<void>(worker_output),
    // Whoever starts the workers: nothing is left of those of the last run.
    caf::result<void>(leftovers_ended),
    // Controller, from another machine: a piece of what a later message names. The answer is the
    // credit for more. Error transfer_refused with a sentence.
    caf::result<void>(payload_piece),
    // Controller, from another machine: keep this library of a model, which has come in pieces, in
    // the cache. Error model_missing with a sentence.
    caf::result<void>(push_library),
    // Controller: construct solvers. Answers when all stand. A solver's failure is an answer, not
    // an error, here and below. Errors no_solvers with a sentence where a slot is not free or is
    // none of this node's, shutting_down, model_missing with a sentence where a node on another
    // machine has not the library, and wrong_state where the run is closed meanwhile.
    caf::result<node_answer>(prepare_run),
    // Controller: do a step. Answers at this node's barrier. Errors shutting_down, and wrong_state
    // where the run is not this node's, is closed meanwhile, is not ready for a step, or where
    // arguments are missing.
    caf::result<node_answer>(node_step),
    // Controller: ask the run's solvers to stop; kill, after the grace, those that did not.
    caf::result<void>(cancel_solvers),
    // Controller: ask the run's solvers to stop in all steps up to this number, which have failed
    // elsewhere.
    caf::result<void>(stop_solvers),
    // Controller: the run is over, let its solvers go. Other workers take their places.
    caf::result<void>(close_run),
    // Controller: status of every slot; waits for at most so long for each.
    caf::result<std::vector<solver_status>>(list_statuses),
    // Controller: the newest bytes that a slot printed, at most so many. Error no_such_solver.
    caf::result<output_tail>(read_worker_output),
    // Controller: how its machine is doing.
    caf::result<node_heartbeat>(get_heartbeat),
    // Controller, or its owner: stop all workers, then the node itself. Answers when the workers
    // have ended.
    caf::result<void>(stop_node)>;

/// From a node to the controller: here I am. Answered with its number. Errors shutting_down, and
/// limit_exceeded with a sentence.
struct join_as_node {
  node_description description;
  node_actor node;
};

template <class Inspector>
bool inspect(Inspector& f, join_as_node& x) {
  return f.object(x).fields(f.field("description", x.description), f.field("node", x.node));
}

/// Receives events, so that people can watch.
using observer_actor = caf::typed_actor<
    // Controller: something happened.
    caf::result<void>(event)>;

/// To the controller, from control or a program that embeds it: send events to this observer from
/// now on, until its end. Once more for the same observer, the newest wish counts. Answered with
/// nothing, no errors.
struct watch_events {
  observer_actor observer;
  bool with_steps = false; ///< those of single steps too, which come thousands of times a second
};

template <class Inspector>
bool inspect(Inspector& f, watch_events& x) {
  return f.object(x).fields(f.field("observer", x.observer), f.field("with_steps", x.with_steps));
}

/// To the controller: send this observer no more events; of one that is not known, nothing happens.
/// Answered with nothing, no errors.
struct unwatch_events {
  observer_actor observer;
};

template <class Inspector>
bool inspect(Inspector& f, unwatch_events& x) {
  return f.object(x).fields(f.field("observer", x.observer));
}

/// Carries a plan's steps out; keeps the queue of runs.
using controller_actor = caf::typed_actor<
    // Node: here I am. Answers its number. Errors limit_exceeded with a sentence (4096 nodes), and
    // shutting_down. Versions were compared before: in the hello, see rules/link/hello.hpp.
    caf::result<node_number>(join_as_node),
    // Node: forwarded from its solvers, for observers.
    caf::result<void>(node_number, solver_progress),
    caf::result<void>(node_number, solver_reached_barrier),
    caf::result<void>(node_number, worker_change), caf::result<void>(node_number, worker_output),
    // Node on another machine: see node_actor.
    caf::result<void>(payload_piece),
    // Plan: do a step, answered at its barrier. What goes wrong is in the answer.
    caf::result<plan_answer>(plan_call),
    // Plan: a report for whoever watches. Dropped where the run is over.
    caf::result<void>(run_id, json_text),
    // Plan, or whoever started its process: the plan is over.
    caf::result<void>(plan_ended),
    // Control, or a program that embeds it, to the end of shut_down: see the requests themselves.
    // A run that is to be.
    caf::result<run_info>(start_run),
    // What is to become of a run. Answers as it is then.
    caf::result<run_info>(pause_run), caf::result<run_info>(resume_run),
    caf::result<run_info>(cancel_run),
    // A run, and all of them.
    caf::result<run_info>(get_run), caf::result<run_list>(list_runs),
    // Why it does not get on.
    caf::result<run_waiting>(get_waiting),
    // What came of a run, as a value; and only that it is over.
    caf::result<run_result>(get_result), caf::result<void>(await_run),
    // What happened in a run, as views.
    caf::result<step_list>(list_steps), caf::result<report_list>(list_reports),
    // Nodes and solvers as they are.
    caf::result<std::vector<node_info>>(list_nodes), caf::result<node_info>(drain_node),
    caf::result<std::vector<solver_info>>(list_solvers),
    caf::result<solver_output>(read_solver_output), caf::result<system_info>(get_system),
    // Who watches.
    caf::result<void>(watch_events), caf::result<void>(unwatch_events),
    // The end of it all.
    caf::result<void>(shut_down),
    // Head: the node of this machine cannot be started, for this reason, a sentence; it goes on
    // trying. Until it joins, runs that no other node can take fail.
    caf::result<void>(local_node_failed),
    // Head: stop at once, but let nodes of other machines go, which then dial again. Answers as
    // shut_down.
    caf::result<void>(stop_controller)>;

} // namespace lockstep

CAF_BEGIN_TYPE_ID_BLOCK(lockstep, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(lockstep, (lockstep::run_id))
CAF_ADD_TYPE_ID(lockstep, (lockstep::node_number))
CAF_ADD_TYPE_ID(lockstep, (lockstep::slot_number))
CAF_ADD_TYPE_ID(lockstep, (lockstep::errc))
CAF_ADD_TYPE_ID(lockstep, (lockstep::json))
CAF_ADD_TYPE_ID(lockstep, (lockstep::json_text))
CAF_ADD_TYPE_ID(lockstep, (lockstep::packed_json))
CAF_ADD_TYPE_ID(lockstep, (lockstep::blob))
CAF_ADD_TYPE_ID(lockstep, (std::vector<lockstep::blob>))
CAF_ADD_TYPE_ID(lockstep, (lockstep::model_reference))
CAF_ADD_TYPE_ID(lockstep, (lockstep::prepare_solver))
CAF_ADD_TYPE_ID(lockstep, (lockstep::solver_task))
CAF_ADD_TYPE_ID(lockstep, (lockstep::solver_answer))
CAF_ADD_TYPE_ID(lockstep, (lockstep::combine_task))
CAF_ADD_TYPE_ID(lockstep, (lockstep::stop_solver))
CAF_ADD_TYPE_ID(lockstep, (lockstep::destroy_solver))
CAF_ADD_TYPE_ID(lockstep, (lockstep::preload_library))
CAF_ADD_TYPE_ID(lockstep, (lockstep::locate_library))
CAF_ADD_TYPE_ID(lockstep, (lockstep::cache_library))
CAF_ADD_TYPE_ID(lockstep, (lockstep::read_library))
CAF_ADD_TYPE_ID(lockstep, (lockstep::get_status))
CAF_ADD_TYPE_ID(lockstep, (lockstep::list_statuses))
CAF_ADD_TYPE_ID(lockstep, (lockstep::check_progress))
CAF_ADD_TYPE_ID(lockstep, (lockstep::solver_status))
CAF_ADD_TYPE_ID(lockstep, (std::vector<lockstep::solver_status>))
CAF_ADD_TYPE_ID(lockstep, (lockstep::solver_progress))
CAF_ADD_TYPE_ID(lockstep, (lockstep::solver_reached_barrier))
CAF_ADD_TYPE_ID(lockstep, (lockstep::worker_change))
CAF_ADD_TYPE_ID(lockstep, (lockstep::worker_exit))
CAF_ADD_TYPE_ID(lockstep, (lockstep::worker_output))
CAF_ADD_TYPE_ID(lockstep, (lockstep::leftovers_ended))
CAF_ADD_TYPE_ID(lockstep, (lockstep::read_worker_output))
CAF_ADD_TYPE_ID(lockstep, (lockstep::output_tail))
CAF_ADD_TYPE_ID(lockstep, (lockstep::transfer_kind))
CAF_ADD_TYPE_ID(lockstep, (lockstep::payload_piece))
CAF_ADD_TYPE_ID(lockstep, (lockstep::node_description))
CAF_ADD_TYPE_ID(lockstep, (lockstep::start_node))
CAF_ADD_TYPE_ID(lockstep, (lockstep::get_heartbeat))
CAF_ADD_TYPE_ID(lockstep, (lockstep::node_heartbeat))
CAF_ADD_TYPE_ID(lockstep, (lockstep::prepare_run))
CAF_ADD_TYPE_ID(lockstep, (lockstep::push_library))
CAF_ADD_TYPE_ID(lockstep, (lockstep::node_step))
CAF_ADD_TYPE_ID(lockstep, (lockstep::node_answer))
CAF_ADD_TYPE_ID(lockstep, (lockstep::stop_solvers))
CAF_ADD_TYPE_ID(lockstep, (lockstep::cancel_solvers))
CAF_ADD_TYPE_ID(lockstep, (lockstep::close_run))
CAF_ADD_TYPE_ID(lockstep, (lockstep::stop_node))
CAF_ADD_TYPE_ID(lockstep, (lockstep::plan_call))
CAF_ADD_TYPE_ID(lockstep, (lockstep::plan_answer))
CAF_ADD_TYPE_ID(lockstep, (lockstep::plan_ended))
CAF_ADD_TYPE_ID(lockstep, (lockstep::start_run))
CAF_ADD_TYPE_ID(lockstep, (lockstep::pause_run))
CAF_ADD_TYPE_ID(lockstep, (lockstep::resume_run))
CAF_ADD_TYPE_ID(lockstep, (lockstep::cancel_run))
CAF_ADD_TYPE_ID(lockstep, (lockstep::get_run))
CAF_ADD_TYPE_ID(lockstep, (lockstep::list_runs))
CAF_ADD_TYPE_ID(lockstep, (lockstep::get_result))
CAF_ADD_TYPE_ID(lockstep, (lockstep::await_run))
CAF_ADD_TYPE_ID(lockstep, (lockstep::list_steps))
CAF_ADD_TYPE_ID(lockstep, (lockstep::list_reports))
CAF_ADD_TYPE_ID(lockstep, (lockstep::run_info))
CAF_ADD_TYPE_ID(lockstep, (lockstep::run_list))
CAF_ADD_TYPE_ID(lockstep, (lockstep::run_result))
CAF_ADD_TYPE_ID(lockstep, (lockstep::step_list))
CAF_ADD_TYPE_ID(lockstep, (lockstep::report_list))
CAF_ADD_TYPE_ID(lockstep, (lockstep::list_nodes))
CAF_ADD_TYPE_ID(lockstep, (lockstep::drain_node))
CAF_ADD_TYPE_ID(lockstep, (lockstep::list_solvers))
CAF_ADD_TYPE_ID(lockstep, (lockstep::read_solver_output))
CAF_ADD_TYPE_ID(lockstep, (lockstep::get_system))
CAF_ADD_TYPE_ID(lockstep, (lockstep::shut_down))
CAF_ADD_TYPE_ID(lockstep, (lockstep::local_node_failed))
CAF_ADD_TYPE_ID(lockstep, (lockstep::stop_controller))
CAF_ADD_TYPE_ID(lockstep, (lockstep::node_info))
CAF_ADD_TYPE_ID(lockstep, (std::vector<lockstep::node_info>))
CAF_ADD_TYPE_ID(lockstep, (lockstep::solver_info))
CAF_ADD_TYPE_ID(lockstep, (std::vector<lockstep::solver_info>))
CAF_ADD_TYPE_ID(lockstep, (lockstep::solver_output))
CAF_ADD_TYPE_ID(lockstep, (lockstep::system_info))
CAF_ADD_TYPE_ID(lockstep, (lockstep::plan_order))
CAF_ADD_TYPE_ID(lockstep, (lockstep::plan_process_exit))
CAF_ADD_TYPE_ID(lockstep, (lockstep::event))
CAF_ADD_TYPE_ID(lockstep, (lockstep::watch_events))
CAF_ADD_TYPE_ID(lockstep, (lockstep::unwatch_events))
CAF_ADD_TYPE_ID(lockstep, (lockstep::connection_closed))
CAF_ADD_TYPE_ID(lockstep, (lockstep::starter_left))
CAF_ADD_TYPE_ID(lockstep, (lockstep::wanted_runs))
CAF_ADD_TYPE_ID(lockstep, (lockstep::check_purpose))
CAF_ADD_TYPE_ID(lockstep, (lockstep::join_as_worker))
CAF_ADD_TYPE_ID(lockstep, (lockstep::join_as_node))
CAF_ADD_TYPE_ID(lockstep, (lockstep::solver_actor))
CAF_ADD_TYPE_ID(lockstep, (lockstep::worker_proxy))
CAF_ADD_TYPE_ID(lockstep, (lockstep::node_actor))
CAF_ADD_TYPE_ID(lockstep, (lockstep::observer_actor))
CAF_ADD_TYPE_ID(lockstep, (lockstep::controller_actor))
CAF_ADD_TYPE_ID(lockstep, (lockstep::run_timeline))
CAF_ADD_TYPE_ID(lockstep, (lockstep::get_waiting))
CAF_ADD_TYPE_ID(lockstep, (lockstep::run_waiting))

CAF_END_TYPE_ID_BLOCK(lockstep)

CAF_ERROR_CODE_ENUM(lockstep::errc)
