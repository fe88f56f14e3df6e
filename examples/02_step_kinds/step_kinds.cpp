// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

// The four ways to give work to solvers, and what comes back. The plan knows what each answer must
// be: it checks them, fails the run where one is wrong, and returns them all.

namespace step_kinds {

struct solver {
  explicit solver(const lockstep::seat& seat) : index(seat.index) {}

  // A step is any member function. It may take several arguments and return anything that cereal
  // can archive.
  std::uint64_t scaled(std::uint64_t factor, std::uint64_t offset) const {
    return index * factor + offset;
  }
  std::uint64_t square(std::uint64_t x) const { return x * x; }
  std::vector<double> part(std::size_t count) const {
    return std::vector<double>(count, static_cast<double>(index) + 0.1);
  }
  std::string name() const { return "s" + std::to_string(index); }

  // A step without a result; its call returns at the barrier all the same.
  void remember(std::uint64_t x) { remembered = x; }
  std::uint64_t recall() const { return remembered; }

  std::size_t index;
  std::uint64_t remembered = 0;
};

using team = lockstep::team<solver>;

// A plan fails its run by throwing; the text is what people see.
void check(bool right, const std::string& what) {
  if (!right)
    throw std::runtime_error("a wrong answer to " + what);
}

// broadcast: the same arguments to all, answers by solver index.
std::vector<std::uint64_t> show_broadcast(team& solvers) {
  auto answers = solvers.broadcast<&solver::scaled>(10U, 1U);
  check(answers.size() == solvers.size(), "broadcast");
  for (std::size_t i = 0; i < answers.size(); ++i)
    check(answers[i] == 10 * i + 1, "broadcast");
  return answers;
}

// scatter: one argument each, exactly as many as there are solvers. Several parameters make a
// tuple.
std::vector<std::uint64_t> show_scatter(team& solvers) {
  std::vector<std::tuple<std::uint64_t, std::uint64_t>> shares;
  for (std::size_t i = 0; i < solvers.size(); ++i)
    shares.emplace_back(100, i);
  auto answers = solvers.scatter<&solver::scaled>(shares);
  check(answers.size() == solvers.size(), "scatter");
  for (std::size_t i = 0; i < answers.size(); ++i)
    check(answers[i] == 101 * i, "scatter");
  return answers;
}

// map: any number of items, here more than solvers; whoever is free takes the next, answers in the
// order of items. Small items are cheaper in chunks.
std::vector<std::uint64_t> show_map(team& solvers) {
  std::vector<std::uint64_t> items(std::max<std::size_t>(20, 3 * solvers.size()));
  std::iota(items.begin(), items.end(), 1U);
  auto answers = solvers.map<&solver::square>(items, lockstep::chunk{4});
  check(answers.size() == items.size(), "map");
  for (std::size_t i = 0; i < answers.size(); ++i)
    check(answers[i] == items[i] * items[i], "map");
  return answers;
}

// reduce: as broadcast, with the answers combined on the way home, those of vectors element by
// element. The order depends on nothing but the number of solvers, so a sum of doubles has the same
// bits every time.
std::vector<double> show_sum(team& solvers) {
  auto sums = solvers.reduce<&solver::part>(lockstep::sum, std::size_t{3});
  const auto count = static_cast<double>(solvers.size());
  const double expected = count * (count - 1) / 2 + 0.1 * count;
  check(sums.size() == 3, "reduce with sum");
  for (const double sum : sums)
    check(std::abs(sum - expected) < 1e-9 * expected, "reduce with sum");
  return sums;
}

std::vector<std::uint64_t> show_extremes(team& solvers) {
  const auto least = solvers.reduce<&solver::scaled>(lockstep::min, 5U, 7U);
  const auto most = solvers.reduce<&solver::scaled>(lockstep::max, 5U, 7U);
  check(least == 7, "reduce with min");
  check(most == 5 * (solvers.size() - 1) + 7, "reduce with max");
  return {least, most};
}

// concatenate: the elements of all answers, solver 0 first.
std::vector<double> show_concatenation(team& solvers) {
  auto all = solvers.reduce<&solver::part>(lockstep::concatenate, std::size_t{1});
  check(all.size() == solvers.size(), "reduce with concatenate");
  for (std::size_t i = 0; i < all.size(); ++i)
    check(all[i] == static_cast<double>(i) + 0.1, "reduce with concatenate");
  return all;
}

// A combining function of one's own: associative, and without state, because it runs in other
// processes. It need not be commutative: left is always the solvers before right.
struct join_with_dash {
  std::string operator()(const std::string& left, const std::string& right) const {
    return left + "-" + right;
  }
};

std::string show_own_reduction(team& solvers) {
  auto joined = solvers.reduce<&solver::name>(join_with_dash{});
  std::string expected = "s0";
  for (std::size_t i = 1; i < solvers.size(); ++i)
    expected += "-s" + std::to_string(i);
  check(joined == expected, "reduce with a function of one's own");
  return joined;
}

// A solver keeps its members from step to step.
std::vector<std::uint64_t> show_memory(team& solvers) {
  solvers.broadcast<&solver::remember>(42U);
  auto recalled = solvers.broadcast<&solver::recall>();
  check(recalled == std::vector<std::uint64_t>(solvers.size(), 42), "recall");
  return recalled;
}

// within: a call with a time limit. Whoever has not answered by then is given up, and the step
// fails.
std::vector<std::string> show_limit(team& solvers) {
  auto names = solvers.within(std::chrono::seconds{10}).broadcast<&solver::name>();
  check(names.size() == solvers.size() && names.front() == "s0", "a call with a limit");
  return names;
}

lockstep::json plan(team& solvers) {
  lockstep::json shown;
  shown["broadcast"] = show_broadcast(solvers);
  shown["scatter"] = show_scatter(solvers);
  shown["map"] = show_map(solvers);
  shown["reduce_sum"] = show_sum(solvers);
  const auto extremes = show_extremes(solvers);
  shown["reduce_min"] = extremes.front();
  shown["reduce_max"] = extremes.back();
  shown["reduce_concatenate"] = show_concatenation(solvers);
  shown["reduce_own"] = show_own_reduction(solvers);
  shown["kept"] = show_memory(solvers);
  shown["within"] = show_limit(solvers);
  return shown;
}

} // namespace step_kinds

LOCKSTEP_MODEL("02_step_kinds", step_kinds::solver, step_kinds::plan,
               "broadcast, scatter, map and reduce")
