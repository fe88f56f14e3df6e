#include "actors/controller/controller_actor.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

/// How long nodes and a plan may take to stop.
constexpr std::chrono::seconds stop_limit{3};

} // namespace

controller_actor_state::controller_actor_state(self_pointer self, plan_launcher launch_plan,
                                               controller_options options)
    : self_(self), launch_plan_(std::move(launch_plan)), options_(options),
      history_(options.history_bytes) {}

controller_actor_state::~controller_actor_state() {
  // A plan that computes on its own cannot be ended; whoever owns the process ends it.
  if (active_ && active_->plan.joinable())
    active_->plan.detach();
  for (auto& [run, plan] : given_up_)
    plan.detach();
}

controller_actor::behavior_type controller_actor_state::make_behavior() {
  return {
      [this](caf::join_atom, node_description& description, const node_actor& node) {
        return node_joined(description, node);
      },
      [this](node_number, const solver_progress& x) {
        if (is_watched())
          emit("progress", x.run,
               {{"number", x.number},
                {"solver", x.solver},
                {"fraction", x.fraction},
                {"note", x.note}});
      },
      [this](node_number, const solver_reached_barrier& x) {
        emit("solver_answered", x.run,
             {{"number", x.number}, {"solver", x.solver}, {"seconds", x.seconds}});
      },
      [this](node_number node, const worker_change& x) {
        json members{{"node", to_string(node)}, {"slot", x.slot}, {"pid", x.pid}};
        if (!x.up)
          members["reason"] = x.reason;
        emit(x.up ? "worker_up" : "worker_down", {}, std::move(members));
      },
      [this](node_number node, const worker_output& x) {
        if (is_watched())
          emit("log", active_ ? active_->id : run_id{},
               {{"solver", first_position_of(node) + x.slot}, {"text", x.text}});
      },
      [this](const payload_piece& piece) { return take(piece); },
      [this](plan_call& call) { return plan_asks(call); },
      [this](run_id id, json_text& report) { take_report(id, report); },
      [this](plan_ended& ended) { plan_is_over(ended); },
      [this](run_request& request) { return queue_run(request); },
      [this](caf::update_atom, run_id id, const std::string& word) { return control(id, word); },
      [this](caf::update_atom, run_id id, std::int64_t grace_ms, const std::string& why) {
        return cancel(id, grace_ms, why);
      },
      [this](caf::get_atom, run_id id, std::int64_t wait_ms) { return result_of(id, wait_ms); },
      [this](const history_query& wanted) { return look(wanted); },
      [this](caf::monitor_atom, run_id id) { return end_of(id); },
      [this](caf::leave_atom, const std::string& node) { return drain(node); },
      [this](caf::get_atom, const std::string& what) { return list(what); },
      [this](caf::get_atom, std::int64_t wait_ms) { return solvers_live(wait_ms); },
      [this](caf::get_atom, slot_number position, std::uint64_t bytes) {
        return solver_log(position, bytes);
      },
      [this](caf::subscribe_atom, const observer_actor& observer, bool with_steps) {
        subscribe(observer, with_steps);
      },
      [this](caf::unsubscribe_atom, const observer_actor& observer) { unsubscribe(observer); },
      [this](caf::delete_atom, bool when_idle) { return stop(when_idle); },
      [this](caf::put_atom, std::string& why) {
        if (std::exchange(own_node_joined_, false))
          return; // it has been of use since the last time, and is started again
        trouble_ = std::move(why);
        take_next();
      },
      [this](caf::close_atom) { return stop_and_let_go(); },
      [this](caf::tick_atom, std::uint64_t wait) {
        if (auto found = waits_.extract(wait); !found.empty())
          found.mapped().promise.deliver(caf::make_error(errc::not_finished));
      },
      [this](caf::tick_atom) { end(); },
  };
}

void controller_actor_state::subscribe(const observer_actor& observer, bool with_steps) {
  const auto wanted = with_steps ? wish::steps : wish::events;
  const auto known =
      std::ranges::find(observers_, observer, &decltype(observers_)::value_type::first);
  if (known != observers_.end()) {
    known->second = wanted;
    return;
  }
  observers_.emplace_back(observer, wanted);
  watch_.watch(self_, observer, [this, observer] {
    std::erase_if(observers_, [&](const auto& entry) { return entry.first == observer; });
  });
}

/// It stays known: CAF would keep one more watch for each time that it comes back.
void controller_actor_state::unsubscribe(const observer_actor& observer) {
  for (auto& [known, wanted] : observers_)
    if (known == observer)
      wanted = wish::nothing;
}

bool controller_actor_state::is_watched() const {
  return std::ranges::any_of(observers_,
                             [](const auto& entry) { return entry.second != wish::nothing; });
}

bool controller_actor_state::are_steps_watched() const {
  return std::ranges::any_of(observers_,
                             [](const auto& entry) { return entry.second == wish::steps; });
}

void controller_actor_state::emit(std::string kind, run_id run, json members) {
  if (is_watched())
    tell({std::move(kind), run, std::move(members)});
}

void controller_actor_state::tell(const event& happened) {
  for (const auto& [observer, wanted] : observers_)
    if (wanted != wish::nothing)
      caf_compat::send(self_, observer, happened);
}

caf::result<document> controller_actor_state::list(const std::string& what) {
  if (what == "nodes")
    return list_nodes();
  return count_everything();
}

json controller_actor_state::count_everything() const {
  std::size_t solvers = 0;
  for (const auto* node : nodes_up())
    solvers += node->description.slot_cores.size();
  return {{"nodes", nodes_up().size()},
          {"solvers", solvers},
          {"runs",
           {{"queued", queue_.size()},
            {"running", active_ ? 1 : 0},
            {"finished", history_.finished()}}}};
}

caf::result<void> controller_actor_state::stop(bool when_idle) {
  auto promise = self_->make_response_promise<void>();
  stop_promises_.push_back(promise);
  if (life_ == life::serving)
    life_ = life::until_idle;
  if (!when_idle || (!active_ && queue_.empty()))
    stop_now();
  return promise;
}

caf::result<void> controller_actor_state::stop_and_let_go() {
  // What the process's end would do to them a moment later: they see the link closed.
  for (auto& [number, node] : nodes_)
    if (node.handle && !node.description.name.empty())
      node_lost(node.number);
  return stop(false);
}

void controller_actor_state::stop_now() {
  if (life_ == life::stopping)
    return;
  life_ = life::stopping;
  const std::string why = "the head ends";
  while (!queue_.empty())
    cancel(*find(queue_.front()), 0, why);
  if (active_)
    cancel(*find(active_->id), 0, why);
  for (const auto* node : nodes_up())
    caf_compat::send(self_, node->handle, caf::delete_atom_v);
  caf_compat::delayed_send(self_, controller_actor{self_}, stop_limit, caf::tick_atom_v);
  end_if_stopped();
}

void controller_actor_state::end_if_stopped() {
  if (life_ == life::stopping && nodes_up().empty() && !active_)
    end();
}

void controller_actor_state::end() {
  for (auto& promise : stop_promises_)
    promise.deliver();
  stop_promises_.clear();
  self_->quit();
}

} // namespace lockstep
