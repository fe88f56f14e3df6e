// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>

// A model that tells what JSON has no number for, and more than a head keeps.

namespace telling {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

struct solver {
  explicit solver(const lockstep::seat& seat) : limit(seat.params().at("limit")) {}

  /// Long enough for its progress to be told.
  lockstep::json work(const lockstep::json& asked, lockstep::step_context& step) const {
    for (int i = 0; i < 30; ++i) {
      step.progress(i % 3 == 0 ? nan : infinity, "0 of 0");
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return {{"limit", limit}, {"asked", asked.at("asked")}};
  }

  double limit;
};

lockstep::json plan(lockstep::team<solver>& team) {
  const std::string what = team.params().at("what");
  const std::size_t bytes = team.params().at("bytes");
  const std::int64_t reports = team.params().at("reports");
  for (std::int64_t i = 0; i < reports; ++i)
    team.report({{"number", i}, {"text", std::string(bytes, 'x')}});
  if (what == "large_result")
    return std::string(bytes, 'y');
  if (what != "numbers")
    return reports;
  team.report({{"progress", nan}, {"gap", -infinity}});
  const auto answers = team.broadcast<&solver::work>(lockstep::json{{"asked", nan}});
  const double limit = answers.front().at("limit");
  const double asked = answers.front().at("asked");
  return {{"exact", std::isinf(limit) && std::isnan(asked) &&
                        std::isinf(team.params().at("limit").get<double>())},
          {"gap", nan},
          {"list", {1.5, infinity}}};
}

} // namespace telling

LOCKSTEP_MODEL("telling", telling::solver, telling::plan, "Tells too much",
               lockstep::text("what", "reports", "what to tell"),
               lockstep::number("limit", telling::infinity, "none").at_least(-telling::infinity),
               lockstep::integer("bytes", 1, "of a report or the result").at_least(0),
               lockstep::integer("reports", 0, "how many").at_least(0))
