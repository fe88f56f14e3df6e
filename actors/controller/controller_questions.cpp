// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/controller_questions.hpp"

#include "actors/wire/limits.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

/// A node answers this at once; across a bad network it may take a while.
constexpr std::chrono::milliseconds heartbeat_limit{1'500};

using clock = std::chrono::steady_clock;

double milliseconds_since(clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(clock::now() - begun).count();
}

/// The offset of its clock is what it said less our time in the middle between question and answer,
/// so it is right to half of what the two ways differ by.
node_health health_of(const node_heartbeat& heartbeat, double round_trip_ms) {
  const auto now_ns =
      std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
  return {heartbeat, round_trip_ms,
          1e-6 * static_cast<double>(heartbeat.clock_ns - now_ns) + round_trip_ms / 2};
}

/// A list that nodes have parts of, and whom it is for once all have come.
template <class Entry>
struct answer_in_parts {
  explicit answer_in_parts(controller_actor::pointer self)
      : promise(self->make_response_promise<std::vector<Entry>>()) {}

  /// A part is there, or will not come.
  void came() {
    --missing;
    settle();
  }
  void settle() {
    if (missing != 0)
      return;
    std::vector<Entry> all;
    for (auto& part : parts)
      for (auto& one : part)
        all.push_back(std::move(one));
    promise.deliver(std::move(all));
  }

  caf::typed_response_promise<std::vector<Entry>> promise;
  std::vector<std::vector<Entry>> parts;
  std::size_t missing = 0;
};

} // namespace

node_info controller_questions::describe(const known_node& node) const {
  const auto* place = engine_.places().find(node.number);
  std::map<run_id, std::vector<std::uint64_t>> by_run;
  for (const auto& held : place->slots)
    if (held.run.value != 0)
      by_run[held.run].push_back(held.solver);
  node_info info{node.number, node.description, {}, place->state, static_cast<bool>(node.handle),
                 {}};
  for (auto& [run, solvers] : by_run)
    info.runs.push_back({run, std::move(solvers)});
  return info;
}

system_info controller_questions::count(std::size_t finished_runs) const {
  std::size_t slots = 0;
  const auto up = nodes_.all_up();
  for (const auto* node : up)
    slots += node->description.slot_cores.size();
  return {up.size(), slots, engine_.queue().size(), engine_.courses().size(), finished_runs};
}

std::optional<queue_place> controller_questions::place_in_queue(run_id run) const {
  const auto place = engine_.queue().place_of(run);
  if (!place)
    return std::nullopt;
  const auto& under_way = engine_.courses();
  return queue_place{*place, under_way.empty() ? run_id{} : under_way.begin()->first};
}

caf::result<std::vector<node_info>> controller_questions::nodes() {
  const auto all = std::make_shared<answer_in_parts<node_info>>(self_);
  for (const auto& [number, node] : nodes_.nodes) {
    const auto here = all->parts.size();
    all->parts.push_back({describe(node)});
    if (!node.handle)
      continue;
    ++all->missing;
    caf_compat::request(self_, node.handle, heartbeat_limit, get_heartbeat{})
        .then(
            [all, here, begun = clock::now()](const node_heartbeat& heartbeat) {
              all->parts[here].front().health = health_of(heartbeat, milliseconds_since(begun));
              all->came();
            },
            [all](const caf::error&) { all->came(); });
  }
  all->settle();
  return all->promise;
}

caf::result<std::vector<solver_info>>
controller_questions::solvers(std::chrono::milliseconds wait) {
  const auto all = std::make_shared<answer_in_parts<solver_info>>(self_);
  const auto up = nodes_.all_up();
  all->parts.resize(up.size());
  all->missing = up.size();
  // The node waits for its workers first, so give it a little longer.
  const auto limit = 2 * wait + std::chrono::milliseconds{100};
  for (std::size_t i = 0; i < up.size(); ++i)
    caf_compat::request(self_, up[i]->handle, limit, list_statuses{wait})
        .then(
            [all, i, begun = clock::now(), node = up[i]->number,
             position = nodes_.first_position_of(up[i]->number)](
                std::vector<solver_status>& answers) mutable {
              const auto took_us = 1e3 * milliseconds_since(begun);
              for (auto& answer : answers) {
                answer.answered_us = took_us;
                all->parts[i].push_back({position++, node, std::move(answer)});
              }
              all->came();
            },
            [all](const caf::error&) { all->came(); });
  all->settle();
  return all->promise;
}

caf::result<solver_output> controller_questions::log(const read_solver_output& wanted) {
  std::uint64_t first = 0;
  for (const auto* node : nodes_.all_up()) {
    const auto slots = node->description.slot_cores.size();
    if (wanted.solver < first + slots) {
      auto promise = self_->make_response_promise<solver_output>();
      const slot_number place{static_cast<std::uint32_t>(wanted.solver - first)};
      caf_compat::request(self_, node->handle, limits::status_answer,
                          read_worker_output{place, wanted.bytes})
          .then(
              [promise, solver = wanted.solver](output_tail& tail) mutable {
                promise.deliver(solver_output{solver, std::move(tail.text), tail.dropped_bytes});
              },
              [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
      return promise;
    }
    first += slots;
  }
  return caf::make_error(errc::no_such_solver,
                         "there are " + std::to_string(first) + " solvers, counted from 0");
}

} // namespace lockstep
