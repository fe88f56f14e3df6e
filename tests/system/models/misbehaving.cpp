// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// A model that does what models should not: each way is a parameter of the run.

namespace misbehaving {

struct own_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct solver {
  explicit solver(const lockstep::seat& seat) : index(seat.index), what(seat.params().at("what")) {
    if (what == "constructor_throws" && index == 1)
      throw own_error("no room for solver 1");
  }

  std::size_t act(lockstep::step_context& step) {
    if (index != 1)
      return index;
    if (what == "step_throws" || what == "caught")
      throw own_error("division by zero in cell 7");
    if (what == "segfault" || what == "exit") {
      std::puts("about to go wrong");
      std::fflush(stdout);
      if (what == "exit")
        std::_Exit(3);
      std::signal(SIGSEGV, SIG_DFL); // a sanitizer would make an exit code of it
      std::raise(SIGSEGV);
    }
    if (what == "loop" || what == "late")
      for (;;)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    if (what == "wait")
      while (!step.cancelled())
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    if (what == "print")
      for (int i = 0; i < 3'000; ++i)
        std::printf("this is what solver 1 says: line %d\n", i);
    if (what == "log")
      step.log("hello from solver 1");
    return index;
  }

  std::vector<double> grow(std::uint64_t count) { return std::vector<double>(count, 1.0); }

  std::size_t index;
  std::string what;
};

lockstep::json plan(lockstep::team<solver>& team) {
  const std::string what = team.params().at("what");
  const std::int64_t steps = team.params().at("steps");
  if (what == "plan_throws")
    throw own_error("the plan has no idea");
  if (what == "plan_exits")
    std::exit(0);
  if (what == "plan_segfaults") {
    std::puts("about to go wrong");
    std::signal(SIGSEGV, SIG_DFL); // a sanitizer would make an exit code of it
    std::raise(SIGSEGV);
  }
  if (what == "plan_is_killed") // as the kernel does where there is no memory left
    std::raise(SIGKILL);
  if (what == "plan_writes_rubbish") {
    const std::string rubbish(1'000, 'x');
    [[maybe_unused]] const auto written = ::write(3, rubbish.data(), rubbish.size());
  }
  if (what == "plan_writes_an_empty_frame") {
    const std::array<std::uint32_t, 2> header{0, 0x4c53'5006}; // as of the last that a plan says
    const std::string rubbish(100, 'x');
    [[maybe_unused]] auto written = ::write(3, header.data(), sizeof header);
    written = ::write(3, rubbish.data(), rubbish.size());
  }
  if (what == "plan_leaves_a_daemon")
    std::system("setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo daemon $!");
  if (what == "plan_stuck")
    for (;;)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
  if (what == "plan_catches")
    for (;;)
      try {
        team.broadcast<&solver::act>();
      } catch (...) { // and calls again
      }
  if (what == "plan_prints") {
    std::puts("a line of the plan");
    std::cout << "and another" << std::endl;
  }
  if (what == "plan_floods")
    for (std::int64_t i = 0; i < steps; ++i)
      std::puts(std::string(4'000, 'x').c_str());
  if (what == "big_answer")
    return team.broadcast<&solver::grow>(std::uint64_t{1} << 20U).size();
  if (what == "late")
    return team.within(std::chrono::milliseconds{200}).broadcast<&solver::act>();
  if (what == "caught") {
    try {
      team.broadcast<&solver::act>();
    } catch (const lockstep::step_failed&) {
      return "caught";
    }
  }
  std::int64_t done = 0;
  try {
    for (; done < steps; ++done) {
      team.broadcast<&solver::act>();
      team.report({{"done", done + 1}});
    }
  } catch (const lockstep::run_cancelled&) {
    return {{"cancelled_after", done}};
  }
  return {{"done", done}};
}

} // namespace misbehaving

LOCKSTEP_MODEL("misbehaving", misbehaving::solver, misbehaving::plan, "Goes wrong on request",
               lockstep::text("what", "nothing", "how to go wrong"),
               lockstep::integer("steps", 1, "how many steps").at_least(0))
