// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/waiting_questions.hpp"

#include <chrono>
#include <utility>

namespace lockstep {

caf::result<run_waiting> waiting_questions::ask(const get_waiting& wanted) {
  if (history_.find(wanted.run) == nullptr)
    return caf::make_error(errc::no_such_run);
  const auto all = std::make_shared<asking>();
  all->run = wanted.run;
  all->promise = self_->make_response_promise<run_waiting>();
  if (const auto turn = turn_of(wanted.run); turn && turn->turn == run_turn::whose::step) {
    all->step = turn->number;
    for (const auto& its : turn->parts)
      if (const auto* node = nodes_.up(its.node); node != nullptr && its.is_waited_for)
        ask(*node, wanted, all);
  }
  auto promise = all->promise;
  if (all->missing == 0)
    settle(*all);
  return promise;
}

void waiting_questions::ask(const known_node& node, const get_waiting& wanted,
                            const std::shared_ptr<asking>& all) {
  ++all->missing;
  const auto came = [this, all] {
    if (--all->missing == 0)
      settle(*all);
  };
  // The node waits for its workers first, so give it a little longer.
  const auto limit = 2 * wanted.wait + std::chrono::milliseconds{100};
  caf_compat::request(self_, node.handle, limit, list_statuses{wanted.wait})
      .then(
          [all, came, number = node.number](std::vector<solver_status>& told) {
            all->told[number] = std::move(told);
            came();
          },
          [came](const caf::error&) { came(); });
}

/// The run as it is by now: it may have gone on meanwhile.
void waiting_questions::settle(asking& all) {
  const auto* run = history_.find(all.run);
  if (run == nullptr)
    return all.promise.deliver(caf::make_error(errc::no_such_run));
  auto facts = look(*run);
  facts.were_asked = facts.turn && all.step != 0 && facts.turn->number == all.step;
  if (facts.were_asked)
    for (std::size_t i = 0; i < facts.nodes.size(); ++i)
      if (const auto told = all.told.find(facts.turn->parts[i].node); told != all.told.end())
        facts.nodes[i].told = std::move(told->second);
  all.promise.deliver(waiting_of(facts));
}

std::optional<run_turn> waiting_questions::turn_of(run_id run) const {
  const auto found = engine_.courses().find(run);
  return found == engine_.courses().end() ? std::nullopt : found->second.turn();
}

waiting_facts waiting_questions::look(const run_record& run) const {
  waiting_facts facts{.run = run.id, .state = run.state, .turn = turn_of(run.id)};
  if (const auto queue = questions_.place_in_queue(run.id)) {
    facts.place = queue->place;
    facts.behind = queue->waits_for;
  }
  if (!facts.turn)
    return facts;
  facts.seconds = std::chrono::duration<double>(self_->clock().now() - facts.turn->since).count();
  std::map<node_number, std::uint64_t> positions; // of the first slots, in one walk
  std::uint64_t next = 0;
  for (const auto* up : nodes_.all_up()) {
    positions[up->number] = next;
    next += up->description.slot_cores.size();
  }
  for (const auto& its : facts.turn->parts) {
    auto& node = facts.nodes.emplace_back();
    const auto* known = nodes_.up(its.node);
    if (known == nullptr)
      continue;
    node.name = known->description.name;
    node.first_position = positions.at(its.node);
    node.cores = known->description.slot_cores;
  }
  return facts;
}

} // namespace lockstep
