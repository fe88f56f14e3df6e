#pragma once

#include "actors/wire/history_query.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/json_text.hpp"
#include "actors/wire/model_reference.hpp"
#include "actors/wire/packed_json.hpp"
#include "actors/wire/step_messages.hpp"

#include <lockstep/json.hpp>

#include <cstdint>
#include <memory>
#include <string>

/// Control to controller: runs that people want, what happened, what was.

namespace lockstep {

/// What a person or program wants to be run; parameters are checked already.
struct run_request {
  model_reference model;
  packed_json parameters;    ///< packed before, where that may take its time
  std::uint64_t solvers = 0; ///< 0 for all
  std::uint64_t seed = 0;
  std::int64_t cancel_grace_ms = 0;   ///< 0 for the default
  std::uint64_t solvers_per_node = 0; ///< at most so many on each; 0 for all its places
  bool push_models = false;           ///< send the model's library to machines that lack it
  bool wait_for_nodes = false;        ///< until there are places for all its solvers
};

template <class Inspector>
bool inspect(Inspector& f, run_request& x) {
  return f.object(x).fields(
      f.field("model", x.model), f.field("parameters", x.parameters), f.field("solvers", x.solvers),
      f.field("seed", x.seed), f.field("cancel_grace_ms", x.cancel_grace_ms),
      f.field("solvers_per_node", x.solvers_per_node), f.field("push_models", x.push_models),
      f.field("wait_for_nodes", x.wait_for_nodes));
}

/// Something that happened, for whoever watches: the kinds and their members stand in
/// docs/json-api.md.
struct event {
  std::string kind;
  run_id run; ///< 0 where it belongs to no run
  json members;
  json_text report{}; ///< of that kind one more member, which may be large
};

template <class Inspector>
bool inspect(Inspector& f, event& x) {
  return f.object(x).fields(f.field("kind", x.kind), f.field("run", x.run),
                            f.field("members", x.members), f.field("report", x.report));
}

struct history_view;

/// What a question about the history found; it never leaves the process. See history_view.hpp.
struct history_found {
  std::shared_ptr<const history_view> view;
};

template <class Inspector>
bool inspect(Inspector& f, history_found&) {
  auto get = [] { return std::string{"a view of the history"}; };
  auto set = [](const std::string&) { return false; };
  return f.apply(get, set);
}

} // namespace lockstep
