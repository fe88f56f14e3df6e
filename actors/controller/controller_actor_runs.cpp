#include "actors/controller/controller_actor.hpp"

#include "actors/rules/run/placement.hpp"

#include <algorithm>
#include <sstream>
#include <system_error>
#include <utility>

// The runs of a controller: their queue, and the one that is active.

namespace lockstep {

namespace {

place_demand demand_of(const run_request& request) {
  return {{request.solvers, request.solvers_per_node}, request.wait_for_nodes};
}

std::string given_up_text(std::chrono::milliseconds grace) {
  std::ostringstream text;
  text << "the plan did not return within " << std::chrono::duration<double>(grace).count()
       << " s after it was told to stop, so it was given up; its thread goes on until the head "
          "ends, and nothing counts that it does";
  return text.str();
}

} // namespace

run_record* controller_actor_state::find(run_id id) {
  return history_.find(id);
}

caf::result<run_id> controller_actor_state::queue_run(run_request& request) {
  if (life_ != life::serving)
    return caf::make_error(errc::shutting_down);
  if (queue_.size() >= limits::queued_runs)
    return caf::make_error(errc::limit_exceeded,
                           std::to_string(queue_.size()) + " runs are waiting already");
  const auto places = places_for_runs();
  if (const auto verdict =
          at_the_door({places, options_.nodes_can_join, trouble_}, demand_of(request));
      verdict.what == admission::refused)
    return caf::make_error(errc::no_solvers, verdict.why);
  auto added = history_.add(std::move(request));
  if (auto* why = std::get_if<std::string>(&added))
    return caf::make_error(errc::limit_exceeded, std::move(*why));
  auto& run = *std::get<run_record*>(added);
  queue_.push_back(run.id);
  emit("run_queued", run.id, {{"model", run.request.model.name}});
  const auto id = run.id;
  take_next(); // it may be over then, and too old to be kept
  return id;
}

void controller_actor_state::enter(run_record& run, run_event what) {
  const auto next = next_state(run.state, what);
  if (!next)
    return;
  run.state = *next;
  if (!is_over(run.state)) {
    emit("run_state", run.id, {{"state", to_string(run.state)}});
    return;
  }
  run.finished_at = std::chrono::system_clock::now();
  run.under_way.reset();
  json members{{"state", to_string(run.state)}};
  if (run.failed)
    members["error"] = lockstep::to_json(*run.failed);
  history_.finish(run);
  emit("run_finished", run.id, std::move(members));
  settle_waits(run);
}

void controller_actor_state::take_next() {
  history_.forget_old_runs();
  while (!active_ && !queue_.empty() && life_ < life::stopping) {
    auto& run = *find(queue_.front());
    const auto places = places_for_runs();
    auto verdict = at_its_turn({places, options_.nodes_can_join, trouble_}, demand_of(run.request));
    if (verdict.what == admission::waits)
      return;
    queue_.pop_front();
    if (verdict.what == admission::refused) {
      refuse_next(run, std::move(verdict.why));
      continue;
    }
    enter(run, run_event::taken);
    construct_solvers(run);
  }
}

void controller_actor_state::refuse_next(run_record& run, std::string why) {
  run.failed.emplace();
  run.failed->type = "no_solvers";
  run.failed->text = std::move(why);
  enter(run, run_event::fell);
  if (life_ == life::until_idle && queue_.empty())
    stop_now();
}

void controller_actor_state::construct_solvers(run_record& run) {
  const auto up = nodes_for_runs();
  const auto placed = place_solvers(places_for_runs(), demand_of(run.request).wish);
  run.started_at = std::chrono::system_clock::now();
  active_ = active_run{};
  active_->id = run.id;
  const auto& shares = std::get<std::vector<share>>(placed);
  for (const auto& its : shares)
    run.solvers += its.count;
  auto step = std::make_shared<fan_out>();
  active_->under_way = step;
  for (std::size_t i = 0; i < up.size(); ++i)
    if (shares[i].count != 0)
      active_->parts.push_back({up[i]->number, up[i]->handle, shares[i], up[i]->link});
  step->missing = active_->parts.size();
  step->answers.resize(active_->parts.size());
  for (std::size_t i = 0; i < active_->parts.size(); ++i)
    prepare_node(step, i, false);
}

void controller_actor_state::begin_plan(run_record& run) {
  enter(run, run_event::prepared);
  if (is_over(run.state)) { // cancelled meanwhile
    end_active_run();
    return;
  }
  emit("run_started", run.id, {{"solvers", run.solvers}});
  try {
    launch(run);
  } catch (const std::system_error& none) {
    run.failed.emplace();
    run.failed->type = "no_thread";
    run.failed->text = std::string{"there is no thread for the plan: "} + none.what();
    enter(run, run_event::fell);
    end_active_run();
  }
}

/// Throws where there is no thread to be had.
void controller_actor_state::launch(run_record& run) {
  plan_start start{run.id,
                   run.request.model,
                   run.request.parameters,
                   run.request.seed,
                   run.solvers,
                   options_.payload_limit,
                   {},
                   active_->order};
  for (const auto& its : active_->parts)
    start.groups.push_back({its.solvers.first, its.solvers.count});
  active_->plan_since = std::chrono::steady_clock::now();
  active_->patience.plans_turn(alarm_.now());
  active_->plan = launch_plan_(std::move(start), controller_actor{self_});
}

void controller_actor_state::watch_plan() {
  if (const auto end = active_->patience.ends())
    alarm_.set(due::plan, *end);
}

void controller_actor_state::give_plan_up() {
  if (!active_ || !active_->patience.ends())
    return;
  active_->order->store(plan_order::given_up);
  auto& run = *find(active_->id);
  run.failed.emplace();
  run.failed->type = "plan_given_up";
  run.failed->text = given_up_text(active_->patience.grace());
  if (active_->plan.joinable())
    given_up_[run.id] = std::move(active_->plan);
  enter(run, run_event::abandoned);
  end_active_run();
}

namespace {

/// A result that is too large to be kept and to be fetched ends its run as a failure.
void refuse_result(run_record& run, plan_ended& ended, std::uint64_t bytes_max) {
  if (run.result.bytes() <= bytes_max)
    return;
  if (ended.how == plan_ended::ending::returned) {
    ended.how = plan_ended::ending::failed;
    ended.failed = {};
    ended.failed.type = "result_too_large";
    ended.failed.text = "the result has " + std::to_string(run.result.bytes()) +
                        " bytes, over the limit of " + std::to_string(bytes_max) +
                        " bytes: write large results to a file, or raise --history-bytes of "
                        "`control serve`";
  }
  run.result = {};
}

} // namespace

void controller_actor_state::plan_is_over(plan_ended& ended) {
  // The plan's thread sends this as the last thing it does.
  if (auto late = given_up_.extract(ended.run); !late.empty())
    late.mapped().join();
  if (!active_ || active_->id != ended.run)
    return;
  if (active_->plan.joinable())
    active_->plan.join();
  end_plans_turn(ended.before);
  auto& run = *find(ended.run);
  run.result = std::move(ended.result);
  refuse_result(run, ended, history_.result_bytes_max());
  switch (ended.how) {
  case plan_ended::ending::returned:
    enter(run, run_event::returned);
    break;
  case plan_ended::ending::cancelled:
    enter(run, run_event::abandoned);
    break;
  case plan_ended::ending::failed:
    run.failed = std::move(ended.failed);
    enter(run, run_event::fell);
    break;
  }
  end_active_run();
}

void controller_actor_state::end_active_run() {
  for (const auto& its : active_->parts)
    if (its.link) {
      its.link->in.drop(active_->id);
      its.link->out->drop(active_->id);
    }
  for (const auto& its : active_->parts)
    caf_compat::send(self_, its.handle, caf::close_atom_v, active_->id);
  active_.reset();
  alarm_.remove(due::plan);
  alarm_.rest();
  barrier_of_draining();
  if (life_ == life::until_idle && queue_.empty())
    stop_now();
  else
    take_next();
  end_if_stopped();
}

caf::error controller_actor_state::no_way(const run_record& run, run_event what) const {
  return caf::make_error(errc::wrong_state, "run " + to_string(run.id) + " is " +
                                                to_string(run.state) + ", so it cannot be " +
                                                (what == run_event::pause    ? "paused"
                                                 : what == run_event::resume ? "resumed"
                                                                             : "cancelled"));
}

caf::result<void> controller_actor_state::control(run_id id, const std::string& word) {
  auto* run = find(id);
  if (!run)
    return caf::make_error(errc::no_such_run);
  const auto what = word == "pause" ? run_event::pause : run_event::resume;
  if (!next_state(run->state, what))
    return no_way(*run, what);
  enter(*run, what);
  if (what == run_event::resume && active_->held)
    begin_step(*std::exchange(active_->held, {}));
  return caf::unit;
}

caf::result<void> controller_actor_state::cancel(run_id id, std::int64_t grace_ms,
                                                 const std::string& why) {
  auto* run = find(id);
  if (!run)
    return caf::make_error(errc::no_such_run);
  if (!next_state(run->state, run_event::cancel))
    return no_way(*run, run_event::cancel);
  cancel(*run, grace_ms, why);
  return caf::unit;
}

void controller_actor_state::cancel(run_record& run, std::int64_t grace_ms,
                                    const std::string& why) {
  if (run.why_cancelled.empty())
    run.why_cancelled = why; // of several the first, which they all wait for
  std::erase(queue_, run.id);
  const bool is_active = active_ && active_->id == run.id;
  enter(run, run_event::cancel);
  if (!is_active) {
    take_next(); // it may have kept those behind it waiting
    return;
  }
  active_->order->store(plan_order::stop);
  plan_answer none;
  none.cancelled = true;
  answer_held(std::move(none));
  if (grace_ms < 0)
    grace_ms = run.request.cancel_grace_ms > 0 ? run.request.cancel_grace_ms
                                               : limits::cancel_grace.count();
  active_->patience.told_to_stop(alarm_.now(), std::chrono::milliseconds{grace_ms});
  watch_plan();
  for (const auto& its : active_->parts)
    caf_compat::send(self_, its.handle, caf::update_atom_v, run.id, grace_ms);
  abandon_payloads("the run was cancelled"); // the last, because it may end the run
}

void controller_actor_state::settle_waits(const run_record& run) {
  for (auto i = waits_.begin(); i != waits_.end();) {
    if (i->second.run != run.id) {
      ++i;
      continue;
    }
    i->second.promise.deliver(document{result_to_json(run)});
    i = waits_.erase(i);
  }
  const auto [first, last] = end_waits_.equal_range(run.id);
  for (auto i = first; i != last; ++i)
    i->second.deliver();
  end_waits_.erase(first, last);
}

caf::result<void> controller_actor_state::end_of(run_id id) {
  const auto* run = find(id);
  if (!run)
    return caf::make_error(errc::no_such_run);
  auto promise = self_->make_response_promise<void>();
  if (is_over(run->state))
    promise.deliver();
  else
    end_waits_.emplace(id, promise);
  return promise;
}

caf::result<history_found> controller_actor_state::look(const history_query& wanted) {
  auto found = history_.look(wanted);
  if (auto* view = std::get_if<history_view>(&found)) {
    if (wanted.what == history_query::part::run)
      view->queue = place_in_queue(wanted.run);
    return history_found{std::make_shared<const history_view>(std::move(*view))};
  }
  const auto why = std::get<errc>(found);
  return why == errc::not_finished ? caf::make_error(why, "run " + to_string(wanted.run) + " is " +
                                                              to_string(find(wanted.run)->state))
                                   : caf::make_error(why);
}

void controller_actor_state::take_report(run_id id, json_text& report) {
  auto* run = find(id);
  if (!run || is_over(run->state))
    return;
  const auto number = run->reports.total();
  tell({"report", id, {{"number", number}}, history_.add_report(*run, std::move(report))});
}

/// What a queued run waits for, and at which place, counted from 1; null for others.
json controller_actor_state::place_in_queue(run_id id) {
  const auto found = std::ranges::find(queue_, id);
  if (found == queue_.end())
    return nullptr;
  return {{"place", found - queue_.begin() + 1},
          {"waits_for", active_ ? to_string(active_->id) : "a node"}};
}

caf::result<document> controller_actor_state::result_of(run_id id, std::int64_t wait_ms) {
  const auto* run = find(id);
  if (!run)
    return caf::make_error(errc::no_such_run);
  if (is_over(run->state))
    return result_to_json(*run);
  if (wait_ms <= 0)
    return caf::make_error(errc::not_finished,
                           "run " + to_string(id) + " is " + to_string(run->state));
  auto promise = self_->make_response_promise<document>();
  const auto number = ++last_wait_;
  waits_[number] = {id, promise};
  caf_compat::delayed_send(self_, controller_actor{self_}, std::chrono::milliseconds{wait_ms},
                           caf::tick_atom_v, number);
  return promise;
}

} // namespace lockstep
