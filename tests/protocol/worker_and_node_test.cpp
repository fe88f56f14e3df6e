// SPDX-License-Identifier: BSD-3-Clause

#include "tests/protocol/conversation.hpp"

#include "actors/wire/limits.hpp"
#include "actors/worker/worker_proxy.hpp"

#include <memory>
#include <string>

// A worker's proxy under test, between a node and a solver that are played.

namespace lockstep::worker_and_node {

namespace {

struct a_proxy : conversation {
  a_proxy() {
    proxy = spawn<worker_proxy, worker_proxy_state>(
        proxy_place{{3}, 4711, cell, solver.as<solver_actor>(), node.as<node_actor>()});
  }

  /// The solver of index 5 of run r1 stands.
  void prepare() {
    prepare_solver seat;
    seat.run = run_id{1};
    seat.index = 5;
    inject().with(seat).from(node).to(proxy);
    expect<prepare_solver>().from(node).to(solver);
    cell->finish();
  }

  /// The node asks for a step, and the solver begins it.
  void begin_step() {
    solver_task task;
    task.run = run_id{1};
    task.number = 1;
    task.name = "move";
    inject().with(task).from(node).to(proxy);
    expect<solver_task>().from(node).to(solver);
    cell->begin(1, "move");
  }

  std::shared_ptr<progress_cell> cell = std::make_shared<progress_cell>();
  stand_in node{*this};
  stand_in solver{*this};
  worker_proxy proxy;
};

} // namespace

using caf_test_case_auto_fixture = a_proxy;

SCENARIO("a status is answered while the solver computes") {
  GIVEN("a solver in the middle of a step") {
    prepare();
    begin_step();
    cell->progress(0.25, "a quarter");
    WHEN("the node asks how far it is") {
      inject().with(get_status{}).from(node).to(proxy);
      THEN("the proxy answers, and the solver hears nothing of it") {
        expect<solver_status>()
            .with([](const solver_status& x) {
              return x.slot == 3 && x.pid == 4711 && x.run == 1 && x.solver == 5U &&
                     x.state == solver_state::busy && x.number == 1 && x.step == "move" &&
                     x.fraction == 0.25 && x.note == "a quarter";
            })
            .from(proxy)
            .to(node);
        disallow<get_status>().to(solver);
      }
    }
  }
}

SCENARIO("a step is told to stop by its number, and only by its own run") {
  GIVEN("a solver in the middle of its first step") {
    prepare();
    begin_step();
    WHEN("the node wants steps of another run to stop, then its own") {
      inject().with(stop_solver{run_id{2}, 1}).from(node).to(proxy);
      const bool stops_for_another = cell->cancelled();
      inject().with(stop_solver{run_id{1}, 1}).from(node).to(proxy);
      THEN("cancelled() is true for its own, which takes no message to the solver") {
        ensure(!stops_for_another);
        ensure(cell->cancelled());
        disallow<stop_solver>().to(solver);
      }
    }
  }
}

SCENARIO("progress is told at most ten times a second, and only where there is any") {
  GIVEN("a solver in the middle of a step") {
    prepare();
    begin_step();
    WHEN("it tells two notes within a tenth of a second") {
      cell->progress(0.1, "first");
      cell->progress(0.2, "second");
      disallow<solver_progress>().to(node);
      advance_time(limits::progress_interval);
      expect<check_progress>().to(proxy);
      THEN("the node hears the newest, and nothing more before there is news") {
        expect<solver_progress>()
            .with([](const solver_progress& x) {
              return x.run == run_id{1} && x.number == 1 && x.solver == 5 && x.fraction == 0.2 &&
                     x.note == "second";
            })
            .from(proxy)
            .to(node);
        advance_time(limits::progress_interval);
        expect<check_progress>().to(proxy);
        disallow<solver_progress>().to(node);
      }
    }
  }
}

SCENARIO("a run that is let go is none in the status at once, whatever its solver still does") {
  GIVEN("a solver that computes a step") {
    prepare();
    begin_step();
    WHEN("the node lets the run go before the step is over") {
      inject().with(destroy_solver{}).from(node).to(proxy);
      THEN("the solver hears it behind the step, and the status has no run any more") {
        expect<destroy_solver>().from(node).to(solver);
        inject().with(get_status{}).from(node).to(proxy);
        expect<solver_status>()
            .with([](const solver_status& x) { return x.run == 0 && !x.solver; })
            .from(proxy)
            .to(node);
      }
    }
  }
}

} // namespace lockstep::worker_and_node
