// SPDX-License-Identifier: BSD-3-Clause

#include "control/answers/timeline_text.hpp"

#include "actors/controller/history_view.hpp"
#include "actors/rules/history/timeline.hpp"

#include <lockstep/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

/// What the steps of a view cover.
struct known_time {
  double from = 0;
  double to = 0;
};

/// Before the first step of a run there is its plan, which began at 0.
known_time time_of(const step_history& view) {
  known_time known;
  bool is_first = true;
  view.steps.each([&](std::uint64_t, const step_record& step) {
    if (std::exchange(is_first, false))
      known.from = step.number == 1 ? 0 : step.began;
    known.to = step.began + step.seconds;
    return true;
  });
  return known;
}

/// What is asked for, as far as it is known. The view has the steps of the wish only.
known_time range_of(const run_timeline& found) {
  auto range = time_of(*found.view);
  const auto& wish = found.wish;
  if (wish.from_seconds)
    range.from = std::max(range.from, *wish.from_seconds);
  if (wish.to_seconds)
    range.to = std::min(range.to, *wish.to_seconds);
  range.to = std::max(range.from, range.to);
  return range;
}

/// The steps that the range has something of, and from which on each solver's time is known.
struct told_steps {
  std::uint64_t first = 0; ///< 0 for none, here and below
  std::uint64_t last = 0;
  std::uint64_t exact_from = 0;
};

told_steps add_steps(timeline& to, const known_time& range, const step_history& view) {
  told_steps told;
  view.steps.each([&](std::uint64_t entry, const step_record& step) {
    if (step.began >= range.to)
      return false;
    if (step.began + step.seconds <= range.from)
      return true;
    const auto* each = view.solver_seconds.find(entry);
    timed_step timed{step.began, step.seconds, step.mean, step.slowest, step.reduce_seconds, {}};
    if (each != nullptr)
      timed.solver_seconds = *each;
    to.add(timed);
    told.last = step.number;
    if (told.first == 0)
      told.first = step.number;
    if (told.exact_from == 0 && each != nullptr)
      told.exact_from = step.number;
    return true;
  });
  return told;
}

/// Rounded down to four digits, so that what adds up to at most 1 still does.
void add_share(std::string& text, double share) {
  constexpr unsigned whole = 10'000;
  constexpr double rounding = 1e-5; // of sums, in these units
  const auto units = std::min(static_cast<unsigned>(share * whole + rounding), whole);
  if (units == 0 || units == whole) {
    text += units == 0 ? '0' : '1';
    return;
  }
  text += "0.";
  for (unsigned place = whole / 10, rest = units; rest != 0; place /= 10) {
    text += static_cast<char>('0' + rest / place);
    rest %= place;
  }
}

void add_shares(std::string& text, std::string_view name, const std::vector<double>& shares) {
  text += ",\"";
  text += name;
  text += "\":[";
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (i > 0)
      text += ',';
    add_share(text, shares[i]);
  }
  text += ']';
}

/// The names of the nodes that have solvers of it.
json nodes_of(const share& row, const std::vector<node_solvers>& placed) {
  json names = json::array();
  auto its = std::ranges::upper_bound(placed, row.first, {},
                                      [](const node_solvers& one) { return one.solvers.first; });
  if (its != placed.begin())
    --its;
  for (; its != placed.end() && its->solvers.first < row.first + row.count; ++its)
    names.push_back(to_string(its->node));
  return names;
}

std::vector<share> rows_of(const std::vector<node_solvers>& placed, bool is_by_node) {
  std::vector<share> nodes;
  std::size_t solvers = 0;
  for (const auto& its : placed) {
    nodes.push_back(its.solvers);
    solvers += its.solvers.count;
  }
  return is_by_node ? rows_of_nodes(nodes, timeline_rows_max)
                    : rows_of_solvers(solvers, timeline_rows_max);
}

json number_or_null(std::uint64_t number) {
  return number == 0 ? json() : json(number);
}

} // namespace

std::string to_text(const run_timeline& found, std::size_t) {
  const std::vector<node_solvers> nowhere;
  const auto& placed = found.view->placed ? *found.view->placed : nowhere;
  const auto range = range_of(found);
  const auto rows = rows_of(placed, found.wish.is_by_node);
  timeline all{range.from, range.to, found.wish.columns, rows};
  const auto told = add_steps(all, range, *found.view);
  const auto shares = std::move(all).take();
  const auto columns = shares.between.size();
  const json head{
      {"run", to_string(found.wish.run)},
      {"from_seconds", range.from},
      {"to_seconds", range.to},
      {"columns", columns},
      {"column_seconds", columns == 0 ? 0 : (range.to - range.from) / static_cast<double>(columns)},
      {"first_step", number_or_null(told.first)},
      {"last_step", number_or_null(told.last)},
      {"rows_from_step", number_or_null(told.exact_from)}};
  auto text = head.dump();
  text.pop_back();
  add_shares(text, "between", shares.between);
  add_shares(text, "transfer", shares.transfer);
  add_shares(text, "reduce", shares.reduce);
  text += R"(,"rows":[)";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += i == 0 ? "" : ",";
    text += R"({"first":)" + std::to_string(rows[i].first) + R"(,"solvers":)" +
            std::to_string(rows[i].count) + R"(,"nodes":)" + nodes_of(rows[i], placed).dump();
    add_shares(text, "computed", shares.rows[i].computed);
    add_shares(text, "waited", shares.rows[i].waited);
    text += '}';
  }
  return text + "]}";
}

} // namespace lockstep
