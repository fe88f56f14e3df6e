// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/node_run.hpp"

#include "actors/wire/limits.hpp"
#include "actors/wire/message_bytes.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace lockstep {

namespace {

/// How many arguments a step for so many solvers has at least.
std::size_t arguments_of(step_kind kind, std::size_t solvers) {
  return kind == step_kind::map ? 0 : kind == step_kind::scatter ? solvers : 1;
}

const std::shared_ptr<const step_text>& text_of_construction() {
  static const auto text =
      std::make_shared<const step_text>(step_text{{}, step_share::name_of_construction, {}});
  return text;
}

} // namespace

node_run::node_run(node_events::run_asked asked, worker_slots& slots, worker_starts& starts,
                   node_orders& orders)
    : part_(std::move(asked.part)), slots_(slots), starts_(starts), orders_(orders),
      request_(asked.request) {
  slots_.take(part_);
}

void node_run::find_library(std::uint64_t search) {
  now_ = phase::fetching;
  search_ = search;
  orders_.add(node_commands::find_library{part_.run, search, part_.model});
}

void node_run::on(const node_events::library_searched& found) {
  if (now_ != phase::fetching || found.search != search_) // the grace of a cancel is over
    return;
  if (!found.path.empty()) {
    part_.model.path = found.path;
    return wait_for_workers();
  }
  now_ = phase::without_library;
  orders_.add(node_commands::refuse{std::exchange(request_, 0), errc::model_missing, found.why});
}

void node_run::wait_for_workers() {
  now_ = phase::waiting;
  slots_.exchange_outdated(part_);
  slots_.start_missing(part_);
  orders_.set({node_deadline::kind::workers, part_.run.value}, limits::worker_start);
  construct_if_ready();
  fail_if_hopeless();
}

void node_run::construct_if_ready() {
  if (now_ != phase::waiting || starts_.is_stopping() ||
      !std::ranges::all_of(part_.solvers, [this](auto& its) { return slots_.is_ready(its.slot); }))
    return;
  orders_.remove({node_deadline::kind::workers, part_.run.value});
  slots_.newest_model(part_);
  now_ = phase::constructing;
  node_events::step_asked construction;
  construction.request = request_;
  construction.run = part_.run;
  construction.text = text_of_construction();
  begin(step_share::phase::constructing, std::move(construction));
}

void node_run::begin(step_share::phase first, node_events::step_asked asked) {
  request_ = asked.request;
  share_.emplace(first, part_, std::move(asked), slots_, orders_);
  share_->begin();
  settle(); // a map of no items
}

void node_run::step_asked(node_events::step_asked asked) {
  if (now_ != phase::standing && now_ != phase::broken) {
    orders_.add(node_commands::refuse{asked.request, errc::wrong_state, {}});
    return;
  }
  node_commands::answer whole{asked.request, part_.run, {}, {}, 0, why_broken_, !!why_broken_};
  if (whole.failed)
    whole.failed->step = asked.text->name;
  if (whole.failed || asked.number <= stopped_) {
    orders_.add(std::move(whole));
    return;
  }
  if (asked.arguments.size() < arguments_of(asked.kind, part_.solvers.size())) {
    orders_.add(node_commands::refuse{asked.request, errc::wrong_state,
                                      "the step came without all its arguments"});
    return;
  }
  if (asked.time_limit_ms > 0)
    orders_.set({node_deadline::kind::step, part_.run.value},
                std::chrono::milliseconds{asked.time_limit_ms});
  now_ = phase::computing;
  begin(step_share::phase::computing, std::move(asked));
}

bool node_run::answered(node_events::task_answered& answer) {
  const auto& task = answer.task;
  const auto found =
      std::ranges::lower_bound(part_.solvers, task.solver, {}, &placed_solver::solver);
  if (found == part_.solvers.end() || found->solver != task.solver)
    return false;
  slots_.answered(found->slot, task.attempt);
  const auto member = static_cast<std::size_t>(found - part_.solvers.begin());
  if (!share_ || !share_->waits_for(member, task))
    return false;
  if (share_->now() == step_share::phase::computing && share_->asked().watched)
    orders_.tell(node_commands::tell_barrier{part_.run, task.step, task.solver, answer.seconds});
  if (answer.thrown) {
    take_failure(member, answer);
  } else {
    share_->answered(member, std::move(answer.answers), answer.seconds);
    settle();
  }
  return true;
}

void node_run::take_failure(std::size_t member, node_events::task_answered& answer) {
  auto failed = failure_of(member);
  failed.type = std::move(answer.type);
  failed.text = std::move(answer.text);
  if (now_ == phase::constructing) // there is nothing to wait for
    return break_run(member, std::move(failed));
  const bool first = !share_->has_failed();
  share_->threw(member, std::move(failed));
  if (first)
    slots_.ask_to_stop(part_, share_->asked().number);
  settle();
}

void node_run::on(const node_events::stop_asked& asked) {
  stopped_ = std::max(stopped_, asked.up_to_number);
  slots_.ask_to_stop(part_, asked.up_to_number);
  if (now_ != phase::computing || share_->asked().number > asked.up_to_number)
    return;
  share_->stop();
  settle();
}

void node_run::settle() {
  if (share_ && share_->is_over())
    deliver(share_->take_answer());
}

void node_run::deliver(node_commands::answer whole) {
  if (const auto bytes = bytes_in_message(whole.answers); bytes > limits::message_bytes) {
    whole.answers.clear();
    whole.failed = failure_of({});
    whole.failed->type = "payload_too_large";
    whole.failed->text = "the answers of this node's solvers have " + std::to_string(bytes) +
                         " bytes together, over the limit of " +
                         std::to_string(limits::message_bytes) + " bytes";
  }
  whole.broken = why_broken_.has_value();
  if (now_ < phase::standing)
    slots_.prepare_fresh_later(part_.run);
  now_ = whole.broken ? phase::broken : phase::standing;
  request_ = 0;
  share_.reset();
  orders_.remove({node_deadline::kind::step, part_.run.value});
  orders_.add(std::move(whole));
}

void node_run::close() {
  using kind = node_deadline::kind;
  for (const auto what : {kind::workers, kind::step, kind::grace})
    orders_.remove({what, part_.run.value});
  if (request_ != 0)
    orders_.add(node_commands::refuse{request_, errc::wrong_state, "the run is over"});
  slots_.close(part_, lost_worker_);
  orders_.rest();
}

} // namespace lockstep
