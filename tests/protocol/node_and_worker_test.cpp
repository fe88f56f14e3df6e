// SPDX-License-Identifier: BSD-3-Clause

#include "tests/protocol/a_node.hpp"

// A node under test with proxies of workers that are played.

namespace lockstep::node_and_worker {

using caf_test_case_auto_fixture = a_node;

namespace {

blob byte(unsigned value) {
  return blob{std::vector<std::byte>{std::byte(value)}};
}

bool is_byte(const blob& found, unsigned value) {
  return found.size() == 1 && found.bytes().front() == std::byte(value);
}

solver_answer answer_with(blob value) {
  return {{std::move(value)}, false, {}, {}, 0.5, 0.5};
}

solver_answer thrown(std::string text) {
  return {{}, true, "std::runtime_error", std::move(text), 0.5, 0.5};
}

} // namespace

SCENARIO("a worker that joins is answered with the node's process, unless there is no such slot") {
  GIVEN("a node of two places") {
    open();
    WHEN("a worker says that it is in the third") {
      inject()
          .with(join_as_worker{slot_number{2}, 1'002, first.as<worker_proxy>()})
          .from(first)
          .to(node);
      THEN("it is answered with none, and one in the first with the node's") {
        expect<std::int64_t>().with(std::int64_t{0}).from(node).to(first);
        join(first, 0);
      }
    }
  }
}

SCENARIO("each worker is handed its seat, and the node answers when all solvers stand") {
  GIVEN("a node with two workers") {
    open();
    join(first, 0);
    join(second, 1);
    WHEN("the controller asks for solvers of a run") {
      inject().with(share_of_run()).from(controller).to(node);
      THEN("each proxy is asked to construct the one of its slot") {
        for (auto* each : {&first, &second})
          expect<prepare_solver>()
              .with([index = each == &first ? 0U : 1U](const prepare_solver& x) {
                return x.run == run_id{1} && x.model.name == "pi" && x.index == index &&
                       x.count == 2;
              })
              .from(node)
              .to(*each);
        second.answer(answer_with({}));
        expect<solver_answer>().from(second).to(node);
        disallow<node_answer>().to(controller);
        first.answer(answer_with({}));
        expect<solver_answer>().from(first).to(node);
        expect<node_answer>()
            .with([](const node_answer& x) { return !x.failed && !x.broken; })
            .from(node)
            .to(controller);
      }
    }
  }
}

SCENARIO("answers of workers go home in the order of their solvers") {
  GIVEN("a run of two solvers") {
    begin_run();
    WHEN("the controller asks for a step, and the second is quicker") {
      call_step();
      for (const auto* each : {&first, &second})
        expect<solver_task>()
            .with([](const solver_task& x) {
              return x.run == run_id{1} && x.number == 1 && x.name == "move" &&
                     x.arguments.size() == 1;
            })
            .from(node)
            .to(*each);
      second.answer(answer_with(byte(2)));
      expect<solver_answer>().from(second).to(node);
      disallow<node_answer>().to(controller);
      first.answer(answer_with(byte(1)));
      expect<solver_answer>().from(first).to(node);
      THEN("the node's one answer has the first one's first") {
        expect<node_answer>()
            .with([](const node_answer& x) {
              return x.answers.size() == 2 && is_byte(x.answers[0], 1) && is_byte(x.answers[1], 2);
            })
            .from(node)
            .to(controller);
      }
    }
  }
}

SCENARIO("answers of a reduction are combined by a worker") {
  GIVEN("a run of two solvers that computes a reduction") {
    begin_run();
    node_step step;
    step.kind = step_kind::reduce;
    step.operation = "sum";
    call_step(step);
    expect<solver_task>().to(first);
    expect<solver_task>().to(second);
    WHEN("both have answered") {
      first.answer(answer_with(byte(1)));
      expect<solver_answer>().to(node);
      second.answer(answer_with(byte(2)));
      expect<solver_answer>().to(node);
      THEN("one of them combines, and the combination goes home") {
        expect<combine_task>()
            .with([](const combine_task& x) {
              return x.operation == "sum" && x.answers.size() == 2 && is_byte(x.answers[0], 1) &&
                     is_byte(x.answers[1], 2);
            })
            .from(node)
            .to(first);
        disallow<node_answer>().to(controller);
        first.answer(answer_with(byte(3)));
        expect<solver_answer>().from(first).to(node);
        expect<node_answer>()
            .with([](const node_answer& x) {
              return x.answers.size() == 1 && is_byte(x.answers[0], 3);
            })
            .from(node)
            .to(controller);
      }
    }
  }
}

SCENARIO("a solver that threw has the others asked to stop") {
  GIVEN("two workers that compute a step") {
    begin_run();
    call_step();
    expect<solver_task>().to(first);
    expect<solver_task>().to(second);
    WHEN("one of them answers that its solver threw") {
      second.answer(thrown("no tour"));
      expect<solver_answer>().from(second).to(node);
      THEN("the other is told, waited for, and the failure goes home") {
        expect<stop_solver>()
            .with([](const stop_solver& x) { return x.run == run_id{1} && x.up_to_number == 1; })
            .from(node)
            .to(first);
        disallow<node_answer>().to(controller);
        first.answer(answer_with({}));
        expect<solver_answer>().from(first).to(node);
        expect<node_answer>()
            .with([](const node_answer& x) {
              return x.failed && x.failed->solver == 1U && x.failed->text == "no tour" && !x.broken;
            })
            .from(node)
            .to(controller);
      }
    }
  }
}

SCENARIO("a worker that dies is not waited for, and another follows") {
  GIVEN("two workers that compute a step") {
    begin_run();
    call_step();
    expect<solver_task>().to(first);
    expect<solver_task>().to(second);
    const auto started_before = source->started.size();
    WHEN("the process of one ends") {
      inject()
          .with(worker_exit{
              0, pid_in(0), "was killed by signal 11 (Segmentation fault)", 11, {}, "last line"})
          .to(node);
      THEN("the controller hears of it, the run is broken at once, and the slot gets a worker") {
        expect<node_number, worker_change>()
            .with(node_number{1}, [](const worker_change& x) { return !x.up && x.slot == 0; })
            .from(node)
            .to(controller);
        expect<node_answer>()
            .with([](const node_answer& x) {
              return x.broken && x.failed && x.failed->solver == 0U && x.failed->signal == 11 &&
                     x.failed->log == "last line";
            })
            .from(node)
            .to(controller);
        ensure(source->started.size() == started_before + 1 &&
               source->started.back() == slot_number{0});
      }
    }
  }
}

SCENARIO("a cancelled step is asked to stop, and killed when its grace is over") {
  GIVEN("two workers that compute a step") {
    begin_run();
    call_step();
    expect<solver_task>().to(first);
    expect<solver_task>().to(second);
    WHEN("the controller cancels the run, and one of them returns") {
      inject()
          .with(cancel_solvers{run_id{1}, std::chrono::milliseconds{300}})
          .from(controller)
          .to(node);
      for (const auto* each : {&first, &second})
        expect<stop_solver>().from(node).to(*each);
      first.answer(answer_with({}));
      expect<solver_answer>().from(first).to(node);
      THEN("the other one's process is ended after the grace, not before") {
        advance_time(std::chrono::milliseconds{299});
        ensure(source->killed.empty());
        advance_time(std::chrono::milliseconds{1});
        expect<caf::action>().to(node);
        ensure(source->killed.size() == 1 &&
               source->killed.front() == std::pair{slot_number{1}, pid_in(1)});
      }
    }
  }
}

} // namespace lockstep::node_and_worker
