#include <lockstep/model.hpp>

#include <chrono>
#include <cstdint>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

// The four ways to give work to solvers, and what comes back.

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

// A combining function of one's own: associative, and without state, because it runs in other
// processes.
struct join_with_dash {
  std::string operator()(const std::string& left, const std::string& right) const {
    return left + "-" + right;
  }
};

lockstep::json plan(lockstep::team<solver>& team) {
  lockstep::json shown;

  // broadcast: the same arguments to all, answers by solver index.
  shown["broadcast"] = team.broadcast<&solver::scaled>(10U, 1U);

  // scatter: one argument each, exactly as many as there are solvers. Several parameters make a
  // tuple.
  std::vector<std::tuple<std::uint64_t, std::uint64_t>> shares;
  for (std::size_t i = 0; i < team.size(); ++i)
    shares.emplace_back(100, i);
  shown["scatter"] = team.scatter<&solver::scaled>(shares);

  // map: any number of items; whoever is free takes the next, answers in the order of items. Small
  // items are cheaper in chunks.
  std::vector<std::uint64_t> items(20);
  std::iota(items.begin(), items.end(), 1U);
  const auto squares = team.map<&solver::square>(items, lockstep::chunk{4});
  shown["map"] = squares;

  // reduce: as broadcast, with the answers combined on the way home. The order depends on nothing
  // but the number of solvers, so a sum of doubles has the same bits every time.
  shown["reduce_sum"] = team.reduce<&solver::part>(lockstep::sum, std::size_t{3});
  shown["reduce_min"] = team.reduce<&solver::scaled>(lockstep::min, 5U, 7U);
  shown["reduce_max"] = team.reduce<&solver::scaled>(lockstep::max, 5U, 7U);
  shown["reduce_concatenate"] = team.reduce<&solver::part>(lockstep::concatenate, std::size_t{1});
  shown["reduce_own"] = team.reduce<&solver::name>(join_with_dash{});

  // A solver keeps its members from step to step.
  team.broadcast<&solver::remember>(42U);
  shown["kept"] = team.broadcast<&solver::recall>();

  // A call with a time limit: whoever has not answered by then is given up, and the step fails.
  shown["within"] = team.within(std::chrono::seconds{10}).broadcast<&solver::name>();
  return shown;
}

} // namespace step_kinds

LOCKSTEP_MODEL("02_step_kinds", step_kinds::solver, step_kinds::plan,
               "broadcast, scatter, map and reduce")
