// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

// Every line with a remark is refused by the compiler: the remark has a part of the sentence, then
// what else is named.

struct particle { // no serialize
  double x = 0;
};

struct sealed {
  explicit sealed(int) {}
  template <class Archive>
  void serialize(Archive&) {}
};

struct base {
  int inherited(int x) const { return x; }
};

struct solver : base {
  explicit solver(const lockstep::seat&) {}

  static int fixed(int x) { return x; }
  int count = 0;
  int whole(int x) { return x + count; }
  float coarse(float x) { return x; }
  std::int16_t small(std::int16_t x) { return x; }
  bool yes(bool x) { return x; }
  int both(std::pair<int, int> x) { return x.first; }
  int all(std::tuple<int, int> x) { return std::get<0>(x); }
  int maybe(std::optional<int> x) { return x.value_or(0); }
  int two(int a, double b) { return a + int(b); }
  int vast(std::vector<double> x) { return int(x.size()); }
  void changes(std::string& x) { x += "!"; }
  int early(lockstep::step_context&, int x) { return x; }
  int by_value(int x, const lockstep::step_context&) { return x; }
  int move(std::vector<particle> all) { return int(all.size()); }
  std::vector<std::tuple<int, const char*>> names() { return {}; }
  sealed closed() { return sealed{1}; }
  void nothing() {}
};

struct other_solver {
  int whole(int x) { return x; }
};

using team = lockstep::team<solver>;

void plan(team& all) {
  const std::vector<int> scalars;
  const auto add = lockstep::sum;
  const auto with_static = all.broadcast<&solver::fixed>(1); // a static member; int(int)
  const auto with_data = all.broadcast<&solver::count>();    // a data member; data_member, int
  all.broadcast<nullptr>();                                  // named by a member function; nullptr
  all.broadcast<&other_solver::whole>(1);                    // another class; other_solver
  all.broadcast<&solver::inherited>(1);                      // not by a base class; base
  all.broadcast<&solver::whole>(2.7);                        // (narrowing); conversion<double, int>
  all.broadcast<&solver::whole>(7L);               // (narrowing); conversion<long int, int>
  all.broadcast<&solver::whole>(7U);               // (narrowing); conversion<unsigned int, int>
  all.broadcast<&solver::small>(7);                // (narrowing); conversion<int, short int>
  all.broadcast<&solver::coarse>(0.1);             // (narrowing); conversion<double, float>
  all.broadcast<&solver::yes>("no");               // (narrowing); conversion<char*, bool>
  all.broadcast<&solver::both>(std::pair{1, 2.5}); // (narrowing); std::pair<int, double>
  all.broadcast<&solver::all>(std::pair{1.5, 2});  // (narrowing); std::tuple<int, int>
  all.broadcast<&solver::maybe>(2.7);              // (narrowing); std::optional<int>
  all.map<&solver::small>(std::vector{1.5});       // (narrowing); conversion<double, short int>
  all.reduce<&solver::two>(add, 2ULL, 1); // (narrowing); conversion<long long unsigned int, int>
  all.broadcast<&solver::vast>(5);        // does not convert; conversion<int, std::vector
  all.broadcast<&solver::two>(1);         // another number of arguments; std::tuple<int>
  all.scatter<&solver::two>(scalars);     // is a std::tuple; conversion<int, std::tuple<int, double
  all.broadcast<&solver::changes>("x");   // cannot change its caller's variable; string
  all.broadcast<&solver::early>(1);       // takes its step_context last; step_context&
  all.broadcast<&solver::by_value>(1); // takes its step_context last; const lockstep::step_context&
  all.broadcast<&solver::move>(std::vector<particle>{}); // void serialize(A& a); particle
  all.broadcast<&solver::names>();                       // pointers cannot travel; const char*
  all.broadcast<&solver::closed>();                      // without a default constructor; sealed
  all.reduce<&solver::nothing>(lockstep::max);           // returns nothing; max_operation
  static_cast<void>(with_static.size() + with_data.size());
}

LOCKSTEP_MODEL("mistakes", solver, plan)
