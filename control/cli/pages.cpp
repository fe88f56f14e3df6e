// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/pages.hpp"

#include <charconv>
#include <cstdint>
#include <iterator>
#include <string>

namespace lockstep {

namespace {

/// 17 of "r17"; 0 of what is no run.
std::uint64_t number_of_run(const json& run) {
  const auto id = run.value("run", "");
  std::uint64_t number = 0;
  if (id.size() > 1)
    std::from_chars(id.data() + 1, id.data() + id.size(), number);
  return number;
}

} // namespace

json all_runs(connection& link) {
  auto all = link.call("runs.list");
  while (!all.empty()) {
    const auto last = number_of_run(all.back());
    auto page = link.call("runs.list", {{"from", last + 1}});
    if (page.empty() || number_of_run(page.front()) <= last)
      break;
    std::move(page.begin(), page.end(), std::back_inserter(all));
  }
  return all;
}

void each_step(connection& link, const std::string& run, std::uint64_t last,
               const std::function<void(const json&)>& use) {
  std::uint64_t number = 0;
  while (number < last) {
    const auto before = number;
    for (const auto& step : link.call("runs.steps", {{"run", run}, {"from", before}})) {
      const auto its = step.at("number").get<std::uint64_t>();
      if (its <= number || its > last)
        return;
      number = its;
      use(step);
    }
    if (number == before)
      return;
  }
}

} // namespace lockstep
