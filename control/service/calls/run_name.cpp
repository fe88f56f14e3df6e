// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/run_name.hpp"

#include <charconv>

namespace lockstep {

std::optional<run_id> parse_run(const std::string& text) {
  run_id id;
  if (text.size() < 2 || text.front() != 'r')
    return std::nullopt;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + 1, end, id.value);
  if (error != std::errc{} || stopped != end)
    return std::nullopt;
  return id;
}

rpc_error not_a_run() {
  return make_rpc_error(rpc_code::no_such_run, "There is no such run.",
                        "A run is named as in \"r17\"; runs.list lists them.");
}

} // namespace lockstep
