#pragma once

#include "actors/wire/ids.hpp"

#include <cstdint>

namespace lockstep {

/// What somebody wants to read of the runs that a controller keeps.
struct history_query {
  enum class part : std::uint8_t { run, runs, steps, reports, result };
  part what = part::runs;
  run_id run;              ///< whose; of no meaning for runs
  std::uint64_t from = 0;  ///< of lists, the number of the first member: a run's is that in its id
  std::uint64_t count = 0; ///< of lists, the most members
};

template <class Inspector>
bool inspect(Inspector& f, history_query& x) {
  auto what = static_cast<std::uint8_t>(x.what);
  const bool ok = f.object(x).fields(f.field("what", what), f.field("run", x.run),
                                     f.field("from", x.from), f.field("count", x.count));
  x.what = static_cast<history_query::part>(what);
  return ok && what <= static_cast<std::uint8_t>(history_query::part::result);
}

} // namespace lockstep
