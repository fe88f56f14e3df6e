#include "actors/node/node_actor.hpp"

#include "actors/wire/limits.hpp"
#include "actors/wire/message_bytes.hpp"

#include <algorithm>
#include <limits>
#include <utility>

// How a node carries its share of a step out: hands the arguments to its workers, joins their
// answers, and settles the step where a worker is gone. The order of things is step_join's.

namespace lockstep {

namespace {

constexpr std::string_view constructor_name = "constructor";

/// Steps of a plan count from 1.
constexpr std::uint64_t number_of_preparation = 0;

/// How many arguments a step for so many solvers has at least.
std::size_t arguments_of(step_kind kind, std::size_t solvers) {
  return kind == step_kind::map ? 0 : kind == step_kind::scatter ? solvers : 1;
}

/// Neighbours in neighbouring slots, from the first slot on.
bool is_slot_by_slot(const std::vector<placed_solver>& solvers) {
  for (std::size_t i = 0; i < solvers.size(); ++i)
    if (solvers[i].slot != i || solvers[i].solver != solvers.front().solver + i)
      return false;
  return true;
}

/// Makes one blob of each `count` that follow one another.
std::vector<blob> join_slices(const std::vector<blob>& slices, std::uint64_t count) {
  std::vector<blob> whole;
  for (auto first = slices.begin(); first != slices.end();
       first += static_cast<std::ptrdiff_t>(count))
    whole.push_back(blob::joined({first, first + static_cast<std::ptrdiff_t>(count)}));
  return whole;
}

} // namespace

caf::result<node_answer> node_actor_state::prepare(const prepare_run& asked) {
  if (stopping_)
    return caf::make_error(errc::shutting_down);
  if (asked.solvers.size() > slots_.size() || !is_slot_by_slot(asked.solvers))
    return caf::make_error(errc::no_solvers);
  close(run_.asked.run);
  run_ = {};
  run_.asked = asked;
  run_.first = asked.solvers.empty() ? 0 : asked.solvers.front().solver;
  run_.count = asked.solvers.size();
  node_step construction;
  construction.run = asked.run;
  construction.number = number_of_preparation;
  construction.name = constructor_name;
  auto promise = self_->make_response_promise<node_answer>();
  run_.step =
      std::make_shared<step_under_way>(step_under_way{phase::fetching,
                                                      std::move(construction),
                                                      {step_kind::broadcast, run_.count, 0, 0},
                                                      promise,
                                                      {},
                                                      1,
                                                      {},
                                                      {},
                                                      {}});
  if (link_ && !asked.model.path.empty())
    find_library();
  else
    wait_for_workers();
  return promise;
}

void node_actor_state::wait_for_workers() {
  run_.step->now = phase::waiting;
  exchange_outdated();
  start_missing();
  alarm_.set(due::workers, limits::worker_start);
  construct_if_all_joined();
  fail_if_hopeless();
}

void node_actor_state::construct_if_all_joined() {
  if (!run_.step || run_.step->now != phase::waiting)
    return;
  const auto count = static_cast<std::ptrdiff_t>(run_.count);
  if (left_ != leftovers::none ||
      !std::all_of(slots_.begin(), slots_.begin() + count,
                   [](const slot& x) { return static_cast<bool>(x.front); }))
    return;
  alarm_.remove(due::workers);
  run_.step->now = phase::constructing;
  last_model_ = run_.asked.model;
  hand_out_first(run_.step);
}

void node_actor_state::close(run_id run) {
  if (run.value == 0 || run_.asked.run != run)
    return;
  for (std::size_t i = 0; i < run_.count; ++i)
    if (slots_[i].served == run)
      let_go(i);
  if (link_) {
    link_->in.drop(run);
    link_->out->drop(run);
  }
  // With no worker left to part with, nobody else tells that something may be left.
  if (run_.lost_worker && parting_.empty() && !workers_->workers_stay())
    end_leftovers();
  run_ = {};
  for (const auto what : {due::workers, due::step, due::grace, due::fresh})
    alarm_.remove(what);
  if (!parting_.empty()) {
    alarm_.set(due::farewell, limits::farewell);
    alarm_.set(due::fresh, limits::fresh_workers_after);
  }
  alarm_.rest();
}

caf::result<node_answer> node_actor_state::begin_step(node_step& asked) {
  if (asked.run.value == 0 || run_.asked.run != asked.run || run_.step)
    return caf::make_error(errc::wrong_state);
  if (link_)
    link_->in.claim(asked.run, asked.arguments);
  if (run_.broken) {
    node_answer answer;
    answer.failed = run_.broken;
    answer.failed->step = asked.name;
    answer.broken = true;
    return answer;
  }
  if (asked.number <= run_.stopped)
    return node_answer{};
  if (asked.arguments.size() < arguments_of(asked.kind, run_.count))
    return caf::make_error(errc::wrong_state, "the step came without all its arguments");
  run_.sent.clear();
  auto promise = self_->make_response_promise<node_answer>();
  if (asked.time_limit_ms > 0)
    alarm_.set(due::step, std::chrono::milliseconds{asked.time_limit_ms});
  step_join join{asked.kind, run_.count, asked.arguments.size(), asked.chunk};
  run_.step = std::make_shared<step_under_way>(step_under_way{
      phase::computing, std::move(asked), std::move(join), promise, {}, 1, {}, {}, {}});
  hand_out_first(run_.step);
  return promise;
}

void node_actor_state::hand_out_first(const step_pointer& step) {
  for (const auto& work : step->join.begin())
    hand_over(step, work);
  end_if_at_barrier(step); // a map of no items
}

void node_actor_state::hand_over(const step_pointer& step, const hand_out& work) {
  const auto& asked = step->asked;
  switch (step->now) {
  case phase::fetching:
  case phase::waiting:
    return;
  case phase::constructing: {
    const auto& run = run_.asked;
    const auto index = run_.first + work.member;
    // Weyl's sequence: seeds that differ in many bits for neighbouring indices.
    const auto seed = run.seed + (index + 1) * 0x9E3779B97F4A7C15U;
    request_from(step, work.member,
                 prepare_solver{run.run, run.model, index, run.total, seed, run.parameters,
                                run.payload_limit});
    return;
  }
  case phase::computing: {
    solver_task task{asked.run, asked.number, asked.key, asked.name, {}};
    if (asked.kind == step_kind::broadcast || asked.kind == step_kind::reduce)
      task.arguments.push_back(asked.arguments.at(0));
    else
      for (std::size_t i = 0; i < work.count; ++i)
        task.arguments.push_back(asked.arguments[work.first + i]);
    request_from(step, work.member, std::move(task));
    return;
  }
  case phase::combining: {
    const auto piece = step->pieces[work.first / step->slices];
    const auto first =
        step->uncombined.begin() + static_cast<std::ptrdiff_t>(piece.first - run_.first);
    request_from(step, work.member,
                 combine_task{asked.run,
                              asked.operation,
                              {first, first + static_cast<std::ptrdiff_t>(piece.count)},
                              {work.first % step->slices, step->slices}});
    return;
  }
  }
}

template <class Task>
void node_actor_state::request_from(const step_pointer& step, std::size_t index, Task task) {
  auto& place = slots_[index];
  ++place.computing;
  place.served = run_.asked.run;
  // Weak: a worker that died never answers, and what waits for it must not keep the payloads.
  const auto settle = [this, waiting = std::weak_ptr{step}, index,
                       pid = place.pid](solver_answer& answer) {
    if (slots_[index].pid == pid && slots_[index].computing != 0)
      --slots_[index].computing;
    if (const auto asked_of = waiting.lock())
      answered(asked_of, index, answer);
  };
  // No time limit of CAF's: it would cost a timer for each request. The step's own limit is one
  // tick for all, and a worker that is gone is told by its exit.
  caf_compat::request(self_, place.front, caf::infinite, std::move(task))
      .then(settle, [settle](const caf::error& why) {
        solver_answer none;
        none.thrown = true;
        none.type = "worker_error";
        none.text = caf::to_string(why);
        settle(none);
      });
}

void node_actor_state::answered(const step_pointer& step, std::size_t index,
                                solver_answer& answer) {
  if (run_.step != step)
    return;
  if (step->now == phase::computing && step->asked.watched && number_)
    caf_compat::send(self_, controller_, *number_,
                     solver_reached_barrier{step->asked.run, step->asked.number, run_.first + index,
                                            answer.seconds});
  if (answer.thrown) {
    const bool first = !step->join.has_failed();
    auto failed = failure_of(index);
    failed.type = std::move(answer.type);
    failed.text = std::move(answer.text);
    if (step->now == phase::constructing) {
      break_run(index, std::move(failed)); // there is nothing to wait for
      return;
    }
    step->join.threw(index, std::move(failed));
    if (first)
      ask_to_stop(step->asked.number);
  } else if (auto next = step->join.answered(index, std::move(answer.answers), answer.seconds)) {
    hand_over(step, *next);
  }
  end_if_at_barrier(step);
}

void node_actor_state::ask_to_stop(std::uint64_t up_to_number) {
  for (std::size_t i = 0; i < run_.count; ++i)
    if (slots_[i].front)
      caf_compat::send(self_, slots_[i].front, caf::update_atom_v, run_.asked.run, up_to_number);
}

void node_actor_state::stop_steps(run_id run, std::uint64_t up_to_number) {
  if (run.value == 0 || run_.asked.run != run)
    return;
  run_.stopped = std::max(run_.stopped, up_to_number);
  ask_to_stop(up_to_number);
  if (!run_.step || run_.step->asked.number > up_to_number || run_.step->now < phase::computing)
    return;
  const auto step = run_.step;
  step->join.stop();
  end_if_at_barrier(step);
}

void node_actor_state::end_if_at_barrier(const step_pointer& step) {
  if (run_.step != step || step->now < phase::constructing || !step->join.at_barrier())
    return;
  if (step->now == phase::computing && step->asked.kind == step_kind::reduce &&
      !step->join.has_failed() && !step->join.was_stopped()) {
    combine(step);
    return;
  }
  if (step->now == phase::constructing) {
    deliver(*step, {});
    if (!workers_->workers_stay())
      alarm_.set(due::fresh, limits::fresh_workers_after);
    return;
  }
  auto answers = step->join.take_answers();
  deliver(*step, step->slices == 1 ? std::move(answers) : join_slices(answers, step->slices));
}

void node_actor_state::combine(const step_pointer& step) {
  step->uncombined = step->join.take_answers();
  step->solver_seconds = step->join.take_seconds();
  step->pieces = subtrees_within({run_.first, run_.count}, run_.asked.total);
  if (std::ranges::all_of(step->pieces, [](const subtree& x) { return x.count == 1; })) {
    deliver(*step, std::move(step->uncombined));
    return;
  }
  step->now = phase::combining;
  step->combining_since = std::chrono::steady_clock::now();
  step->slices = slices_of(step->uncombined, step->pieces.size(), run_.count);
  step->join = step_join{step_kind::map, run_.count, step->pieces.size() * step->slices, 1};
  hand_out_first(step);
}

void node_actor_state::deliver(step_under_way& step, std::vector<blob> answers) {
  node_answer answer;
  answer.failed = step.join.take_failure();
  answer.broken = run_.broken.has_value();
  if (step.join.was_stopped())
    answers.clear();
  if (!answer.failed && bytes_in_message(answers) > limits::message_bytes) {
    answer.failed = failure_of(0);
    answer.failed->solver.reset();
    answer.failed->type = "payload_too_large";
    answer.failed->text =
        "the answers of this node's solvers have " + std::to_string(bytes_in_message(answers)) +
        " bytes together, over the limit of " + std::to_string(limits::message_bytes) + " bytes";
  }
  if (!answer.failed)
    answer.answers = std::move(answers);
  answer.solver_seconds =
      step.solver_seconds.empty() ? step.join.take_seconds() : std::move(step.solver_seconds);
  if (step.now == phase::combining)
    answer.reduce_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - step.combining_since)
            .count();
  // The next step may be asked for before this function returns.
  auto promise = std::move(step.promise);
  const auto name_of_step = step.asked.name;
  run_.sent = answer.answers;
  run_.step.reset();
  alarm_.remove(due::step);
  if (link_)
    send_home(std::move(promise), std::move(answer), name_of_step);
  else
    promise.deliver(std::move(answer));
}

step_failure node_actor_state::failure_of(std::size_t index) const {
  step_failure failed;
  failed.solver = run_.first + index;
  if (number_)
    failed.node = to_string(*number_);
  if (run_.step)
    failed.step = run_.step->asked.name;
  return failed;
}

void node_actor_state::lose_solver(const worker_exit& ended) {
  const bool has_solvers = run_.step == nullptr || run_.step->now >= phase::constructing;
  if (run_.asked.run.value == 0 || ended.slot >= run_.count || !has_solvers)
    return;
  auto failed = failure_of(ended.slot);
  failed.type = "worker_died";
  failed.text = "the solver's process " + ended.text;
  failed.signal = ended.signal;
  failed.exit_code = ended.exit_code;
  failed.log = ended.log;
  break_run(ended.slot, std::move(failed));
}

void node_actor_state::break_run(std::size_t index, step_failure why) {
  if (!run_.broken)
    run_.broken = why;
  if (!run_.step)
    return;
  const auto step = run_.step;
  step->join.lost(index, std::move(why));
  step->join.give_up();
  ask_to_stop(std::numeric_limits<std::uint64_t>::max());
  end_if_at_barrier(step);
}

void node_actor_state::wait_no_longer(step_under_way& step) {
  if (step.now < phase::constructing)
    step.now = phase::constructing;
}

} // namespace lockstep
