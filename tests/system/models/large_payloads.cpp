// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <cstdint>
#include <stdexcept>
#include <vector>

// Large vectors there and back, step after step.

namespace large_payloads {

using bytes = std::vector<std::uint8_t>;

struct solver {
  explicit solver(const lockstep::seat&) {}

  bytes echo(bytes payload) { return payload; }
};

lockstep::json plan(lockstep::team<solver>& team) {
  const std::int64_t steps = team.params().at("steps");
  bytes payload(team.params().at("bytes").get<std::size_t>());
  for (std::int64_t i = 0; i < steps; ++i) {
    if (!payload.empty()) // something to find again on each 32-bit border
      for (std::size_t at = payload.size() - 1;; at -= std::size_t{1} << 31U) {
        payload[at] = static_cast<std::uint8_t>(i + 1);
        if (at < std::size_t{1} << 31U)
          break;
      }
    for (const auto& answer : team.broadcast<&solver::echo>(payload))
      if (answer != payload)
        throw std::runtime_error("an echo is not what was sent");
    if (team.reduce<&solver::echo>(lockstep::max, payload) != payload)
      throw std::runtime_error("the largest of equal payloads is another");
  }
  return {{"steps", steps}, {"bytes", payload.size()}};
}

} // namespace large_payloads

LOCKSTEP_MODEL("large_payloads", large_payloads::solver, large_payloads::plan,
               "Large vectors there and back",
               lockstep::integer("bytes", 1 << 20, "of each vector").between(0, 1e10),
               lockstep::integer("steps", 1, "how many times both kinds of step").at_least(0))
