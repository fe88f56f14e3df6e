// SPDX-License-Identifier: BSD-3-Clause

#include "tests/protocol/a_controller.hpp"

// A controller under test with a client that is played: control, or a program that embeds it.

namespace lockstep::controller_and_control {

using caf_test_case_auto_fixture = a_controller;

SCENARIO("a run that can never have its solvers is refused with a sentence") {
  GIVEN("a controller with one node of two places, where no other can join") {
    stand_in node{*this};
    join(node, 2);
    WHEN("a run wants three solvers") {
      inject().with(start_run{.model = {.name = "pi"}, .solvers = 3}).from(client).to(controller);
      THEN("it is refused, and no node hears of it") {
        expect<caf::error>()
            .with([](const caf::error& why) {
              return why == errc::no_solvers &&
                     caf::to_string(why).find("ask for fewer") != std::string::npos;
            })
            .from(controller)
            .to(client);
        disallow<prepare_run>().to(node);
      }
    }
  }
}

SCENARIO("a paused run holds its next step back until it is resumed") {
  GIVEN("a run between two steps") {
    stand_in node{*this};
    join(node, 1);
    begin_run({&node});
    WHEN("it is paused, and its plan asks for a step") {
      inject().with(pause_run{run_id{1}}).from(client).to(controller);
      expect<run_info>().with(in_state(run_state::paused)).from(controller).to(client);
      call_step();
      THEN("the node is asked only once it is resumed") {
        disallow<node_step>().to(node);
        inject().with(resume_run{run_id{1}}).from(client).to(controller);
        expect<run_info>().with(in_state(run_state::running)).from(controller).to(client);
        expect<node_step>().from(controller).to(node);
      }
    }
  }
}

SCENARIO("a run that is not there, or is over, takes no orders") {
  GIVEN("a run that is over") {
    stand_in node{*this};
    join(node, 1);
    begin_run({&node});
    end_plan();
    WHEN("somebody cancels it, and pauses another one") {
      inject().with(cancel_run{run_id{1}}).from(client).to(controller);
      inject().with(pause_run{run_id{2}}).from(client).to(controller);
      THEN("either is refused with an error of its own") {
        expect<caf::error>().with(is_error(errc::wrong_state)).from(controller).to(client);
        expect<caf::error>().with(is_error(errc::no_such_run)).from(controller).to(client);
      }
    }
  }
}

SCENARIO("who waits for a result has it when the run ends, or an error when he has waited enough") {
  GIVEN("a run, one who waits a second for its result, and one who waits an hour") {
    stand_in node{*this};
    stand_in patient{*this};
    join(node, 1);
    begin_run({&node});
    inject().with(get_result{run_id{1}, std::chrono::seconds{1}}).from(client).to(controller);
    inject().with(get_result{run_id{1}, std::chrono::hours{1}}).from(patient).to(controller);
    WHEN("the plan returns after two seconds") {
      advance_time(std::chrono::seconds{2});
      expect<caf::action>().to(controller);
      expect<caf::error>().with(is_error(errc::not_finished)).from(controller).to(client);
      disallow<run_result>().to(patient);
      end_plan();
      THEN("the patient one has what it returned") {
        expect<run_result>()
            .with([](const run_result& x) {
              return x.run == run_id{1} && x.state == run_state::done && x.solvers == 1 &&
                     x.result.value() == 42;
            })
            .from(controller)
            .to(patient);
      }
    }
  }
}

SCENARIO("solvers are counted over all nodes, and a node that does not answer has none") {
  GIVEN("two nodes") {
    stand_in first{*this};
    stand_in second{*this};
    join(first, 1);
    join(second, 1);
    WHEN("somebody asks for the solvers, and one node answers") {
      inject().with(list_solvers{std::chrono::milliseconds{100}}).from(client).to(controller);
      for (const auto* each : {&first, &second})
        expect<list_statuses>()
            .with([](const list_statuses& x) { return x.wait == std::chrono::milliseconds{100}; })
            .from(controller)
            .to(*each);
      second.answer(std::vector<solver_status>(1));
      expect<std::vector<solver_status>>().from(second).to(controller);
      disallow<std::vector<solver_info>>().to(client);
      THEN("he has its solver, under its position, once the other's time is over") {
        advance_time(std::chrono::seconds{1});
        expect<caf::error>().to(controller);
        expect<std::vector<solver_info>>()
            .with([](const std::vector<solver_info>& x) {
              return x.size() == 1 && x[0].solver == 1 && x[0].node == node_number{2};
            })
            .from(controller)
            .to(client);
      }
    }
  }
}

SCENARIO("the end is answered when the nodes are gone") {
  GIVEN("a controller with a node") {
    stand_in node{*this};
    join(node, 1);
    WHEN("it is to end") {
      inject().with(shut_down{}).from(client).to(controller);
      expect<stop_node>().from(controller).to(node);
      ensure(!has_ended(controller));
      THEN("it does when the node has") {
        node.leave();
        expect<end_of_watched>().to(controller);
        ensure(has_ended(controller));
      }
    }
  }
}

namespace {

/// What a worker says that computes in a step of run r1, or is idle behind it.
solver_status in_step(std::uint64_t solver, std::uint64_t number, solver_state state) {
  solver_status told;
  told.solver = solver;
  told.run = 1;
  told.number = number;
  told.state = state;
  told.seconds = 2;
  return told;
}

} // namespace

SCENARIO("who asks why a run waits makes the controller ask the nodes that have not answered") {
  GIVEN("a step under way on two nodes, of which the first has answered") {
    stand_in first{*this};
    stand_in second{*this};
    join(first, 1);
    join(second, 1);
    begin_run({&first, &second});
    call_step();
    expect<node_step>().from(controller).to(first);
    expect<node_step>().from(controller).to(second);
    first.answer(answer_of(1));
    expect<node_answer>().from(first).to(controller);
    inject()
        .with(get_waiting{run_id{1}, std::chrono::milliseconds{100}})
        .from(client)
        .to(controller);
    disallow<list_statuses>().to(first);
    expect<list_statuses>().from(controller).to(second);
    disallow<run_waiting>().to(client);
    WHEN("the second does not answer") {
      advance_time(std::chrono::seconds{1});
      expect<caf::error>().to(controller);
      THEN("it is said that its solver is not known") {
        expect<run_waiting>()
            .with([](const run_waiting& x) {
              return x.waits_for == awaited::solvers && x.reached == 1 && x.unknown == 1 &&
                     x.longest.at(0).solver == 1 && x.longest.at(0).node == node_number{2};
            })
            .from(controller)
            .to(client);
      }
    }
  }
}

SCENARIO("what nodes say of a step that is over when they say it does not count") {
  GIVEN("a step under way on one node, and one who asks why it waits") {
    stand_in node{*this};
    join(node, 2);
    begin_run({&node});
    call_step();
    expect<node_step>().from(controller).to(node);
    inject()
        .with(get_waiting{run_id{1}, std::chrono::milliseconds{100}})
        .from(client)
        .to(controller);
    expect<list_statuses>().from(controller).to(node);
    WHEN("it reaches its barrier before it says what its solvers do") {
      node.answer(answer_of(2)); // to the step, which it was asked for first
      expect<node_answer>().from(node).to(controller);
      node.answer(
          std::vector{in_step(0, 1, solver_state::busy), in_step(1, 1, solver_state::idle)});
      expect<std::vector<solver_status>>().from(node).to(controller);
      THEN("nothing of it counts, and it is the plan's turn") {
        expect<run_waiting>()
            .with([](const run_waiting& x) {
              return x.waits_for == awaited::plan && !x.step && x.longest.empty();
            })
            .from(controller)
            .to(client);
      }
    }
  }
}

SCENARIO("why a run waits that is in no step is answered at once") {
  GIVEN("a run that is queued behind another") {
    stand_in node{*this};
    join(node, 1);
    begin_run({&node});
    inject().with(start_run{.model = {.name = "pi"}}).from(client).to(controller);
    expect<run_info>().with(in_state(run_state::queued)).from(controller).to(client);
    WHEN("somebody asks why either waits, and why a third does") {
      for (const auto run : {1U, 2U, 3U})
        inject().with(get_waiting{run_id{run}}).from(client).to(controller);
      THEN("it is the plan, the places, and an error") {
        const auto waits_for = [](awaited what) {
          return
              [what](const run_waiting& x) { return x.waits_for == what && !x.sentence.empty(); };
        };
        expect<run_waiting>().with(waits_for(awaited::plan)).from(controller).to(client);
        expect<run_waiting>().with(waits_for(awaited::places)).from(controller).to(client);
        expect<caf::error>().with(is_error(errc::no_such_run)).from(controller).to(client);
        disallow<list_statuses>().to(node);
      }
    }
  }
}

} // namespace lockstep::controller_and_control
