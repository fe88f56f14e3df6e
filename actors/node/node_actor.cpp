#include "actors/node/node_actor.hpp"

#include "actors/wire/limits.hpp"
#include "platform/process/machine_load.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

node_actor_state::node_actor_state(self_pointer self, controller_actor controller,
                                   node_description description,
                                   std::shared_ptr<worker_source> workers)
    : self_(self), controller_(std::move(controller)), description_(std::move(description)),
      workers_(std::move(workers)), slots_(description_.slot_cores.size()) {
  if (description_.remote)
    link_ = link_payloads(self_, controller_);
}

node_actor::behavior_type node_actor_state::make_behavior() {
  return {
      [this](caf::open_atom) { open(); },
      [this](caf::join_atom, slot_number place, std::int64_t pid, const front_actor& front) {
        return joined(place, pid, front);
      },
      [this](solver_progress& progress) {
        if (number_)
          caf_compat::send(self_, controller_, *number_, std::move(progress));
      },
      [this](const worker_exit& ended) { exited(ended); },
      [this](worker_output& output) {
        if (number_)
          caf_compat::send(self_, controller_, *number_, std::move(output));
      },
      [this](caf::ok_atom) { nothing_is_left(); },
      [this](const payload_piece& piece) { return take(piece); },
      [this](caf::put_atom, run_id run, const model_reference& model, const blob& library) {
        return keep_library(run, model, library);
      },
      [this](const prepare_run& asked) { return prepare(asked); },
      [this](node_step& asked) { return begin_step(asked); },
      [this](caf::update_atom, run_id run, std::int64_t grace_ms) { cancel(run, grace_ms); },
      [this](caf::update_atom, run_id run, std::uint64_t number) { stop_steps(run, number); },
      [this](caf::close_atom, run_id run) { close(run); },
      [this](caf::get_atom, std::int64_t wait_ms) { return status(wait_ms); },
      [this](caf::get_atom, slot_number place, std::uint64_t bytes) -> caf::result<output_tail> {
        if (place.value >= slots_.size())
          return caf::make_error(errc::no_such_solver);
        return workers_->output(place, bytes);
      },
      [](caf::get_atom) { return pulse(); },
      [this](caf::delete_atom) { return stop(); },
      [this](caf::tick_atom, slot_number place) {
        if (!stopping_)
          start_worker(place.value);
      },
  };
}

void node_actor_state::open() {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    start_worker(i);
  // Without a controller this node is of no use to anybody.
  watch_.watch(self_, controller_,
               [this] { self_->quit(caf::exit_reason::remote_link_unreachable); });
  caf_compat::request(self_, controller_, limits::worker_start, caf::join_atom_v, description_,
                      node_actor{self_})
      .then(
          [this](node_number number) {
            number_ = number;
            for (std::size_t i = 0; i < slots_.size(); ++i)
              if (slots_[i].front)
                tell_change({static_cast<std::uint32_t>(i), slots_[i].pid, true, std::string{}});
          },
          [this](caf::error& why) { self_->quit(std::move(why)); });
}

solver_status node_actor_state::seen_from_here(std::size_t index) const {
  solver_status seen;
  seen.slot = static_cast<std::uint32_t>(index);
  seen.pid = slots_[index].pid;
  seen.state = slots_[index].front ? solver_state::dead : solver_state::starting;
  fill_in(seen);
  return seen;
}

void node_actor_state::fill_in(solver_status& answer) const {
  answer.restarts = slots_[answer.slot].restarts;
  answer.core = description_.slot_cores[answer.slot];
}

caf::result<std::vector<solver_status>> node_actor_state::status(std::int64_t wait_ms) {
  struct collection {
    std::vector<solver_status> answers;
    std::size_t missing = 0;
    caf::typed_response_promise<std::vector<solver_status>> promise;
    void settle() {
      if (missing == 0)
        promise.deliver(std::move(answers));
    }
  };
  auto all = std::make_shared<collection>();
  all->promise = self_->make_response_promise<std::vector<solver_status>>();
  for (std::size_t i = 0; i < slots_.size(); ++i)
    all->answers.push_back(seen_from_here(i));
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].front)
      continue;
    ++all->missing;
    caf_compat::request(self_, slots_[i].front, std::chrono::milliseconds{wait_ms}, caf::get_atom_v)
        .then(
            [this, all, i](solver_status& answer) {
              fill_in(answer);
              all->answers[i] = std::move(answer);
              --all->missing;
              all->settle();
            },
            [all](const caf::error&) {
              --all->missing;
              all->settle();
            });
  }
  auto promise = all->promise;
  all->settle();
  return promise;
}

node_pulse node_actor_state::pulse() {
  const auto now = load_of_this_machine();
  return {now.load, now.memory_bytes, now.memory_available_bytes, now.processors,
          std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds{1}};
}

caf::result<void> node_actor_state::stop() {
  stopped_ = self_->make_response_promise<void>();
  auto promise = stopped_;
  stopping_ = true;
  // Solvers of a run that has just ended may still be writing their last words.
  if (parting_.empty())
    workers_->stop_all();
  end_if_stopped();
  return promise;
}

void node_actor_state::end_if_stopped() {
  if (!parting_.empty() ||
      std::ranges::any_of(slots_, [](const slot& x) { return x.pid != 0 || x.next.pid != 0; }))
    return;
  stopped_.deliver();
  self_->quit();
}

} // namespace lockstep
