#include "actors/controller_actor.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

/// Nodes that are gone are shown until there are so many.
constexpr std::size_t kept_nodes_max = 100;

/// How long nodes and a plan may take to stop.
constexpr std::chrono::seconds stop_limit{3};

std::string to_word(solver_state state) {
  switch (state) {
  case solver_state::starting:
    return "starting";
  case solver_state::idle:
    return "idle";
  case solver_state::busy:
    return "busy";
  case solver_state::dead:
    break;
  }
  return "dead";
}

json to_json(const solver_status& seen, const std::string& node, std::uint64_t position) {
  return {{"solver", position},
          {"node", node},
          {"slot", seen.slot},
          {"pid", seen.pid},
          {"core", seen.core < 0 ? json() : json(seen.core)},
          {"state", to_word(seen.state)},
          {"restarts", seen.restarts},
          {"run", seen.run == 0 ? json() : json(to_string(run_id{seen.run}))},
          {"index", seen.solver ? json(*seen.solver) : json()},
          {"step", seen.step.empty() ? json() : json(seen.step)},
          {"number", seen.number},
          {"fraction", seen.fraction},
          {"note", seen.note},
          {"seconds", seen.seconds}};
}

} // namespace

controller_actor_state::controller_actor_state(self_pointer self, plan_launcher launch_plan,
                                               controller_options options)
    : self_(self), launch_plan_(std::move(launch_plan)), options_(options) {}

controller_actor_state::~controller_actor_state() {
  // A plan that computes on its own cannot be ended; whoever owns the process ends it.
  if (active_ && active_->plan.joinable())
    active_->plan.detach();
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
        json members{{"node", node_name(node)}, {"slot", x.slot}, {"pid", x.pid}};
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
      [this](run_id id, json& report) {
        if (auto* run = find(id)) {
          if (is_watched())
            emit("report", id, {{"number", run->reports.total()}, {"report", report}});
          run->reports.push(std::move(report));
        }
      },
      [this](plan_ended& ended) { plan_is_over(ended); },
      [this](run_request& request) { return queue_run(request); },
      [this](caf::get_atom, run_id id) -> caf::result<document> {
        const auto* run = find(id);
        return run ? caf::result<document>{lockstep::to_json(*run)}
                   : caf::result<document>{caf::make_error(errc::no_such_run)};
      },
      [this](caf::update_atom, run_id id, const std::string& word, std::int64_t grace_ms) {
        return control(id, word, grace_ms);
      },
      [this](caf::get_atom, run_id id, std::int64_t wait_ms) { return result_of(id, wait_ms); },
      [this](caf::get_atom, run_id id, const std::string& what, std::uint64_t from,
             std::uint64_t count) -> caf::result<document> {
        const auto* run = find(id);
        if (!run)
          return caf::make_error(errc::no_such_run);
        return what == "steps" ? steps_to_json(*run, from, count)
                               : reports_to_json(*run, from, count);
      },
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
      [this](caf::tick_atom, std::uint64_t wait) {
        if (auto found = waits_.extract(wait); !found.empty())
          found.mapped().promise.deliver(caf::make_error(errc::not_finished));
      },
      [this](caf::tick_atom) { end(); },
  };
}

caf::result<node_number> controller_actor_state::node_joined(node_description& description,
                                                             const node_actor& node) {
  if (life_ >= life::stopping)
    return caf::make_error(errc::shutting_down);
  while (nodes_.size() >= kept_nodes_max) {
    const auto gone = std::ranges::find_if(nodes_, [](const auto& x) { return !x.second.handle; });
    if (gone == nodes_.end())
      return caf::make_error(errc::limit_exceeded);
    nodes_.erase(gone);
  }
  const node_number number{++last_node_};
  emit("node_up", {},
       {{"node", to_string(number)},
        {"host", description.host},
        {"solvers", description.slot_cores.size()}});
  auto link = description.remote ? link_payloads(self_, node) : nullptr;
  nodes_[number.value] = {number, std::move(description), node, std::move(link)};
  watch_.watch(self_, node, [this, number] { node_lost(number); });
  // A node must know its number before it gets work.
  auto promise = self_->make_response_promise<node_number>();
  promise.deliver(number);
  take_next();
  return promise;
}

void controller_actor_state::node_lost(node_number number) {
  const auto found = nodes_.find(number.value);
  if (found == nodes_.end() || !found->second.handle)
    return;
  found->second.handle = nullptr;
  found->second.link = nullptr;
  emit("node_down", {}, {{"node", to_string(number)}});
  if (active_ &&
      std::ranges::any_of(active_->parts, [&](const part& x) { return x.node == number; })) {
    step_failure failed;
    failed.node = to_string(number);
    failed.type = "node_lost";
    failed.text = "node " + to_string(number) + " on " + found->second.description.host +
                  " is gone with its solvers";
    break_active(std::move(failed));
  }
  end_if_stopped();
}

std::vector<const controller_actor_state::node_entry*> controller_actor_state::nodes_up() const {
  std::vector<const node_entry*> up;
  for (const auto& [number, node] : nodes_)
    if (node.handle)
      up.push_back(&node);
  return up;
}

std::uint64_t controller_actor_state::first_position_of(node_number number) const {
  std::uint64_t position = 0;
  for (const auto* node : nodes_up()) {
    if (node->number == number)
      break;
    position += node->description.slot_cores.size();
  }
  return position;
}

void controller_actor_state::subscribe(const observer_actor& observer, bool with_steps) {
  const auto known =
      std::ranges::find(observers_, observer, &decltype(observers_)::value_type::first);
  if (known != observers_.end()) {
    known->second = with_steps;
    return;
  }
  observers_.emplace_back(observer, with_steps);
  watch_.watch(self_, observer, [this, observer] { unsubscribe(observer); });
}

void controller_actor_state::unsubscribe(const observer_actor& observer) {
  std::erase_if(observers_, [&](const auto& entry) { return entry.first == observer; });
}

bool controller_actor_state::are_steps_watched() const {
  return std::ranges::any_of(observers_, [](const auto& entry) { return entry.second; });
}

void controller_actor_state::emit(std::string kind, run_id run, json members) {
  if (observers_.empty())
    return;
  const event happened{std::move(kind), run, std::move(members)};
  for (const auto& [observer, with_steps] : observers_)
    caf_compat::send(self_, observer, happened);
}

caf::result<document> controller_actor_state::list(const std::string& what) const {
  if (what == "runs")
    return list_runs();
  if (what == "nodes")
    return list_nodes();
  return count_everything();
}

json controller_actor_state::list_runs() const {
  json all = json::array();
  for (const auto& [number, run] : runs_)
    all.push_back(lockstep::to_json(run));
  return all;
}

json controller_actor_state::list_nodes() const {
  json all = json::array();
  for (const auto& [number, node] : nodes_)
    all.push_back({{"node", to_string(node.number)},
                   {"host", node.description.host},
                   {"pid", node.description.pid},
                   {"solvers", node.description.slot_cores.size()},
                   {"cores", node.description.slot_cores},
                   {"up", static_cast<bool>(node.handle)}});
  return all;
}

json controller_actor_state::count_everything() const {
  std::size_t solvers = 0;
  for (const auto* node : nodes_up())
    solvers += node->description.slot_cores.size();
  const auto over =
      std::ranges::count_if(runs_, [](const auto& x) { return is_over(x.second.state); });
  return {{"nodes", nodes_up().size()},
          {"solvers", solvers},
          {"runs", {{"queued", queue_.size()}, {"running", active_ ? 1 : 0}, {"finished", over}}}};
}

caf::result<document> controller_actor_state::solvers_live(std::int64_t wait_ms) {
  struct collection {
    std::vector<json> by_node;
    std::size_t missing = 0;
    caf::typed_response_promise<document> promise;
    void settle() {
      if (missing != 0)
        return;
      json all = json::array();
      for (auto& part : by_node)
        for (auto& one : part)
          all.push_back(std::move(one));
      promise.deliver(document{std::move(all)});
    }
  };
  auto all = std::make_shared<collection>();
  all->promise = self_->make_response_promise<document>();
  const auto begun = std::chrono::steady_clock::now();
  const auto up = nodes_up();
  all->by_node.resize(up.size());
  all->missing = up.size();
  // The node waits for its workers first, so give it a little longer.
  const auto limit = std::chrono::milliseconds{2 * wait_ms + 100};
  for (std::size_t i = 0; i < up.size(); ++i)
    caf_compat::request(self_, up[i]->handle, limit, caf::get_atom_v, wait_ms)
        .then(
            [all, i, begun, node = to_string(up[i]->number),
             position = first_position_of(up[i]->number)](
                const std::vector<solver_status>& answers) mutable {
              const std::chrono::duration<double, std::micro> took =
                  std::chrono::steady_clock::now() - begun;
              for (const auto& answer : answers) {
                auto one = to_json(answer, node, position++);
                one["answered_us"] = took.count();
                all->by_node[i].push_back(std::move(one));
              }
              --all->missing;
              all->settle();
            },
            [all](const caf::error&) {
              --all->missing;
              all->settle();
            });
  auto promise = all->promise;
  all->settle();
  return promise;
}

caf::result<document> controller_actor_state::solver_log(slot_number position,
                                                         std::uint64_t bytes) {
  std::uint64_t first = 0;
  for (const auto* node : nodes_up()) {
    const auto slots = node->description.slot_cores.size();
    if (position.value < first + slots) {
      auto promise = self_->make_response_promise<document>();
      const slot_number place{static_cast<std::uint32_t>(position.value - first)};
      caf_compat::request(self_, node->handle, limits::status_answer, caf::get_atom_v, place, bytes)
          .then(
              [promise, position](const output_tail& tail) mutable {
                promise.deliver(document{{{"solver", position.value},
                                          {"text", tail.text},
                                          {"dropped_bytes", tail.dropped_bytes}}});
              },
              [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
      return promise;
    }
    first += slots;
  }
  return caf::make_error(errc::no_such_solver,
                         "there are " + std::to_string(first) + " solvers, counted from 0");
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

void controller_actor_state::stop_now() {
  if (life_ == life::stopping)
    return;
  life_ = life::stopping;
  while (!queue_.empty())
    cancel(*find(queue_.front()), 0);
  if (active_)
    cancel(*find(active_->id), 0);
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
