// SPDX-License-Identifier: BSD-3-Clause

#include "tests/protocol/a_controller.hpp"

// A controller under test with nodes that are played.

namespace lockstep::controller_and_node {

using caf_test_case_auto_fixture = a_controller;

namespace {

node_answer failure_of(std::size_t solver) {
  node_answer answer;
  answer.failed.emplace();
  answer.failed->solver = solver;
  answer.failed->type = "std::runtime_error";
  return answer;
}

} // namespace

SCENARIO("a node is asked for its share of a run, of each step, and to let the run go") {
  GIVEN("a controller with a node of two places") {
    stand_in node{*this};
    join(node, 2);
    WHEN("a run is started") {
      inject().with(start_run{.model = {.name = "pi"}, .seed = 7}).from(client).to(controller);
      THEN("the conversation goes on until the run is over") {
        expect<prepare_run>()
            .with([](const prepare_run& x) {
              return x.run == run_id{1} && x.model.name == "pi" && x.seed == 7 && x.total == 2 &&
                     x.solvers == std::vector<placed_solver>{{0, 0, 1}, {1, 1, 1}};
            })
            .from(controller)
            .to(node);
        ensure(plans->begun == 0);
        node.answer(node_answer{});
        expect<node_answer>().from(node).to(controller);
        ensure(plans->begun == 1);

        call_step();
        expect<node_step>()
            .with([](const node_step& x) {
              return x.run == run_id{1} && x.number == 1 && x.kind == step_kind::broadcast &&
                     x.name == "move" && x.arguments.size() == 1 && x.time_limit_ms == 0;
            })
            .from(controller)
            .to(node);
        disallow<plan_answer>().to(plan);
        node.answer(answer_of(2));
        expect<node_answer>().from(node).to(controller);
        expect<plan_answer>()
            .with([](const plan_answer& x) {
              return x.answers.size() == 2 && !x.failed && !x.cancelled;
            })
            .from(controller)
            .to(plan);

        end_plan();
        expect<close_run>()
            .with([](const close_run& x) { return x.run == run_id{1}; })
            .from(controller)
            .to(node);
      }
    }
  }
}

SCENARIO("a node that cannot take its share fails the run with its words") {
  GIVEN("a run whose node is asked for its share, and somebody who waits for the result") {
    stand_in node{*this};
    join(node, 1);
    inject().with(start_run{.model = {.name = "pi"}}).from(client).to(controller);
    expect<run_info>().to(client);
    inject().with(get_result{run_id{1}, std::chrono::hours{1}}).from(client).to(controller);
    expect<prepare_run>().to(node);
    WHEN("the node refuses") {
      node.answer(caf::make_error(errc::no_solvers, "slot 0 has a solver of r9"));
      expect<caf::error>().from(node).to(controller);
      THEN("it is let go of the run, which has failed") {
        expect<close_run>().from(controller).to(node);
        expect<run_result>()
            .with([](const run_result& x) {
              return x.state == run_state::failed && x.failed->type == "node_error" &&
                     x.failed->text.find("slot 0 has a solver of r9") != std::string::npos;
            })
            .from(controller)
            .to(client);
        ensure(plans->begun == 0);
      }
    }
  }
}

SCENARIO("a step that has failed on one node is stopped on the others, and waited for") {
  GIVEN("two nodes that compute a step") {
    stand_in first{*this};
    stand_in second{*this};
    join(first, 1);
    join(second, 1);
    begin_run({&first, &second});
    call_step();
    expect<node_step>().from(controller).to(first);
    expect<node_step>().from(controller).to(second);
    WHEN("one of them tells that its solver threw") {
      first.answer(failure_of(0));
      expect<node_answer>().from(first).to(controller);
      THEN("the other is asked to stop, and the plan hears of it once that has answered") {
        expect<stop_solvers>()
            .with([](const stop_solvers& x) { return x.run == run_id{1} && x.up_to_number == 1; })
            .from(controller)
            .to(second);
        disallow<plan_answer>().to(plan);
        second.answer(node_answer{});
        expect<node_answer>().from(second).to(controller);
        expect<plan_answer>()
            .with([](const plan_answer& x) {
              return x.failed && x.failed->solver == 0U && x.failed->type == "std::runtime_error";
            })
            .from(controller)
            .to(plan);
      }
    }
  }
}

SCENARIO("a cancel is passed on to each node of the run, with its grace") {
  GIVEN("two nodes that compute a step") {
    stand_in first{*this};
    stand_in second{*this};
    join(first, 1);
    join(second, 1);
    begin_run({&first, &second});
    call_step();
    expect<node_step>().to(first);
    expect<node_step>().to(second);
    WHEN("somebody cancels the run") {
      inject()
          .with(cancel_run{run_id{1}, std::chrono::milliseconds{300}})
          .from(client)
          .to(controller);
      THEN("both are told, and the plan is answered at the barrier") {
        for (const auto* each : {&first, &second})
          expect<cancel_solvers>()
              .with([](const cancel_solvers& x) {
                return x.run == run_id{1} && x.grace == std::chrono::milliseconds{300};
              })
              .from(controller)
              .to(*each);
        expect<run_info>().with(in_state(run_state::cancelling)).from(controller).to(client);
        first.answer(answer_of(1));
        expect<node_answer>().from(first).to(controller);
        disallow<plan_answer>().to(plan);
        second.answer(failure_of(1)); // its worker had to be killed
        expect<node_answer>().from(second).to(controller);
        expect<plan_answer>()
            .with([](const plan_answer& x) { return x.cancelled && !x.failed; })
            .from(controller)
            .to(plan);
      }
    }
  }
}

SCENARIO("a node that is gone is not waited for") {
  GIVEN("a node that computes a step") {
    stand_in node{*this};
    join(node, 2);
    begin_run({&node});
    call_step();
    expect<node_step>().to(node);
    WHEN("it ends") {
      node.leave();
      expect<end_of_watched>().to(controller);
      THEN("the plan is told at once that it was lost") {
        expect<plan_answer>()
            .with([](const plan_answer& x) { return x.failed && x.failed->type == "node_lost"; })
            .from(controller)
            .to(plan);
      }
    }
  }
}

SCENARIO("a node that is drained goes at the next barrier") {
  GIVEN("a node that computes a step") {
    stand_in node{*this};
    join(node, 1);
    begin_run({&node});
    call_step();
    expect<node_step>().to(node);
    WHEN("somebody drains it") {
      inject().with(drain_node{"n1"}).from(client).to(controller);
      expect<node_info>()
          .with([](const node_info& x) { return x.state == node_state::draining; })
          .from(controller)
          .to(client);
      THEN("it is told to let the run go and to end when it has answered, not before") {
        disallow<stop_node>().to(node);
        node.answer(answer_of(1));
        expect<node_answer>().from(node).to(controller);
        expect<plan_answer>().from(controller).to(plan);
        expect<close_run>().from(controller).to(node);
        expect<stop_node>().from(controller).to(node);
      }
    }
  }
}

SCENARIO("a controller that stops takes no more nodes") {
  GIVEN("a controller that waits for the end of its node") {
    stand_in node{*this};
    stand_in late{*this};
    join(node, 1);
    inject().with(shut_down{}).from(client).to(controller);
    expect<stop_node>().from(controller).to(node);
    WHEN("another node introduces itself") {
      const node_description told{"machine2", 102, "0", 1, {-1}};
      inject().with(join_as_node{told, late.as<node_actor>()}).from(late).to(controller);
      THEN("it is refused") {
        expect<caf::error>().with(is_error(errc::shutting_down)).from(controller).to(late);
      }
    }
  }
}

} // namespace lockstep::controller_and_node
