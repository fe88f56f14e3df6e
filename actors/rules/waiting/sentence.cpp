// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/waiting/sentence.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace lockstep {

namespace {

std::string seconds_text(double seconds) {
  std::array<char, 400> text{}; // the largest number has 309 digits
  std::snprintf(text.data(), text.size(), seconds < 0.1 ? "%.3f s" : "%.1f s", seconds);
  return text.data();
}

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

/// "1 of 8 has", "7 of 8 have"
std::string share_has(std::uint64_t part, std::uint64_t all) {
  return number(part) + " of " + number(all) + (part == 1 ? " has" : " have");
}

std::string count_has(std::uint64_t count, const std::string& one, const std::string& more) {
  return number(count) + (count == 1 ? one : more);
}

std::string name_of(node_number node, const std::string& name) {
  return name.empty() ? to_string(node) : name;
}

/// "solver 3 on node alpha, core 2"
std::string title_of(const awaited_solver& one) {
  return "solver " + number(one.solver) + " on node " + name_of(one.node, one.node_name) +
         (one.core < 0 ? "" : ", core " + std::to_string(one.core));
}

/// "12.4 s, at 63 %, 'moving origins'". One that tells no progress stays at 0, which is no news.
std::string course_of(const awaited_solver& one) {
  auto text = seconds_text(one.seconds);
  if (one.fraction > 0)
    text += ", at " + std::to_string(std::lround(100 * one.fraction)) + " %";
  if (!one.note.empty())
    text += ", '" + one.note + '\'';
  return text;
}

/// Of the solvers that are waited for, who does not compute.
std::string others(const run_waiting& found) {
  if (found.missing == 1 && found.unknown == 1)
    return ", which does not answer, so what it does is not known";
  std::string text;
  if (found.not_begun != 0)
    text += "; " + (found.step->kind == "map"
                        ? count_has(found.not_begun, " has", " have") + " begun none of its items"
                        : count_has(found.not_begun, " has", " have") + " not begun it");
  if (found.unknown != 0)
    text += "; " + count_has(found.unknown, " does not answer, so what it does is not known",
                             " do not answer, so what they do is not known");
  return text;
}

/// "solver 3 on …: 12.4 s", "3 solvers, longest for solver 3 on …: 12.4 s", "4 solvers"
std::string whom(const run_waiting& found) {
  if (found.longest.empty())
    return "no solver";
  const auto& first = found.longest.front();
  const auto course = first.what == lateness::computes ? ": " + course_of(first) : std::string{};
  if (found.missing == 1)
    return title_of(first) + course;
  return number(found.missing) + " solvers, " +
         (first.what == lateness::computes ? "longest for " : "the first of them ") +
         title_of(first) + course;
}

/// Without a point, and small at its beginning.
std::string about_step(const waiting_facts& facts, const run_waiting& found) {
  const auto name = "step " + number(found.step->number) + " '" + found.step->name + '\'';
  if (!facts.were_asked && found.unknown != 0)
    return name + " began " + seconds_text(*found.seconds) +
           " ago, and what its solvers do is not known yet";
  auto text = name + " waits for " + whom(found) + others(found);
  const bool is_map = found.step->kind == "map";
  if (found.solvers > 1 || found.missing == 0)
    text += "; " + share_has(found.reached, found.solvers) +
            (is_map ? " worked off what was given to it" : " reached the barrier");
  if (found.missing == 0)
    text += is_map || found.step->kind == "broadcast" || found.step->kind == "scatter"
                ? ", and the answers are on their way"
                : ", and the answers are being combined or on their way";
  return text;
}

/// "node alpha", "nodes alpha, n2 and 3 more"
std::string nodes_text(const std::vector<std::string>& names) {
  constexpr std::size_t named_max = 3;
  std::string text = names.size() == 1 ? "node " : "nodes ";
  const auto named = std::min(names.size(), named_max);
  for (std::size_t i = 0; i < named; ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return names.size() > named ? text + " and " + number(names.size() - named) + " more" : text;
}

std::string about_construction(const waiting_facts& facts) {
  std::vector<std::string> names;
  std::uint64_t all = 0;
  std::uint64_t missing = 0;
  for (std::size_t i = 0; i < facts.turn->parts.size(); ++i) {
    const auto& its = facts.turn->parts[i];
    all += its.places.size();
    if (!its.is_waited_for)
      continue;
    missing += its.places.size();
    names.push_back(name_of(its.node, facts.nodes[i].name));
  }
  return "it waits for " + nodes_text(names) + " to construct " + number(missing) + " of its " +
         number(all) + (all == 1 ? " solver, " : " solvers, ") + "for " +
         seconds_text(facts.seconds) + " so far";
}

std::string about_plan(const waiting_facts& facts, const run_waiting& found) {
  const auto last = found.state == run_state::cancelling ? std::string{}
                    : facts.turn->number == 0            ? "; there was none before"
                                              : "; the last was step " + number(facts.turn->number);
  return (found.state == run_state::cancelling
              ? "it waits for its plan, which has not returned; the plan's turn has lasted "
              : "it waits for its plan, which has asked for no step in ") +
         seconds_text(*found.seconds) + last;
}

std::string queued(const waiting_facts& facts) {
  const auto run = "Run " + to_string(facts.run) + " is queued";
  if (facts.place == 0)
    return run + '.';
  return run + " at place " + number(facts.place) + ": it waits for " +
         (facts.behind.value == 0 ? "a node."
                                  : "its places behind " + to_string(facts.behind) + '.');
}

/// What stands before a colon where the state is not just that the run is running.
std::string beginning(const run_waiting& found) {
  const auto run = "Run " + to_string(found.run);
  switch (found.state) {
  case run_state::starting:
    return run + " is starting: ";
  case run_state::cancelling:
    return run + " is being cancelled: ";
  case run_state::paused:
    return run + " is paused" +
           (found.waits_for == awaited::solvers ? ", but a step is still under way: " : ": ");
  default:
    break;
  }
  return found.waits_for == awaited::solvers ? "" : run + " is running: ";
}

std::string middle(const waiting_facts& facts, const run_waiting& found) {
  switch (found.waits_for) {
  case awaited::construction:
    return about_construction(facts);
  case awaited::solvers:
    return about_step(facts, found);
  case awaited::plan:
    return about_plan(facts, found);
  case awaited::resume:
    return "its next step '" + facts.turn->name + "' has been held back for " +
           seconds_text(*found.seconds) + ", until the run is resumed";
  default:
    break;
  }
  return "what it waits for is not known";
}

} // namespace

std::string sentence_of(const waiting_facts& facts, const run_waiting& found) {
  if (found.state == run_state::queued)
    return queued(facts);
  if (is_over(found.state))
    return "Run " + to_string(found.run) +
           (found.state == run_state::failed      ? " is over: it has failed."
            : found.state == run_state::cancelled ? " is over: it was cancelled."
                                                  : " is over: it is done.");
  auto text = beginning(found) + middle(facts, found) + '.';
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

} // namespace lockstep
