// SPDX-License-Identifier: BSD-3-Clause

#include "tests/protocol/a_controller.hpp"

#include <variant>

// A controller under test and those who watch.

namespace lockstep::observers {

namespace {

struct a_watched_controller : a_controller {
  void watch(const stand_in& who, bool with_steps) {
    inject().with(watch_events{who.as<observer_actor>(), with_steps}).from(who).to(controller);
  }

  /// The next event for this observer is of this kind.
  template <class Kind>
  void expect_event(const stand_in& who, code_place where = code_place::current()) {
    expect_event<Kind>(
        who, [](const Kind&) { return true; }, where);
  }
  template <class Kind, class Predicate>
  void expect_event(const stand_in& who, Predicate fits, code_place where = code_place::current()) {
    expect<event>(where)
        .with([fits](const event& x) {
          const auto* found = std::get_if<Kind>(&x.what);
          return found != nullptr && fits(*found);
        })
        .from(controller)
        .to(who);
  }

  stand_in observer{*this};
  stand_in node{*this};
};

} // namespace

using caf_test_case_auto_fixture = a_watched_controller;

SCENARIO("an observer is told the life of a run in its order") {
  GIVEN("an observer of everything but single steps") {
    join(node, 1);
    watch(observer, false);
    WHEN("a run takes one step and ends") {
      begin_run({&node});
      call_step();
      expect<node_step>().to(node);
      node.answer(answer_of(1));
      expect<node_answer>().to(controller);
      expect<plan_answer>().to(plan);
      end_plan();
      THEN("each change is an event, and the step is none") {
        expect_event<events::run_queued>(observer, [](const auto& x) { return x.model == "pi"; });
        expect_event<events::run_changed>(observer, in_state(run_state::starting));
        expect_event<events::run_changed>(observer, in_state(run_state::running));
        expect_event<events::run_started>(observer, [](const auto& x) { return x.solvers == 1; });
        expect_event<events::run_finished>(observer, in_state(run_state::done));
        disallow<event>().to(observer);
      }
    }
  }
}

SCENARIO("single steps are told to those who want them, and ask more of the node") {
  GIVEN("an observer of single steps, and a run") {
    join(node, 1);
    begin_run({&node});
    watch(observer, true);
    WHEN("the plan asks for a step") {
      call_step();
      THEN("its beginning, each solver's answer and its end are events") {
        expect_event<events::step_started>(observer, [](const auto& x) {
          return x.number == 1 && x.name == "move" && x.kind == "broadcast";
        });
        expect<node_step>().with([](const node_step& x) { return x.watched; }).to(node);
        inject()
            .with(node_number{1}, solver_reached_barrier{run_id{1}, 1, 0, 0.5})
            .from(node)
            .to(controller);
        expect_event<events::solver_answered>(observer,
                                              [](const auto& x) { return x.solver == 0; });
        node.answer(answer_of(1));
        expect<node_answer>().to(controller);
        expect_event<events::step_finished>(observer, [](const auto& x) { return !x.failed; });
      }
    }
  }
}

SCENARIO("an observer that has seen enough is told no more") {
  GIVEN("two observers of a run") {
    stand_in other{*this};
    join(node, 1);
    begin_run({&node});
    watch(observer, false);
    watch(other, false);
    const solver_progress half{run_id{1}, 1, 0, 0.5, "half"};
    inject().with(node_number{1}, half).from(node).to(controller);
    expect_event<events::progress>(observer, [](const auto& x) { return x.note == "half"; });
    expect_event<events::progress>(other);
    WHEN("one of them wants no more events") {
      inject().with(unwatch_events{observer.as<observer_actor>()}).from(observer).to(controller);
      THEN("only the other is told of what comes") {
        inject().with(node_number{1}, half).from(node).to(controller);
        disallow<event>().to(observer);
        expect_event<events::progress>(other);
      }
    }
  }
}

SCENARIO("an observer that is gone holds nobody up") {
  GIVEN("two observers of a run") {
    stand_in other{*this};
    join(node, 1);
    watch(observer, false);
    watch(other, false);
    WHEN("one of them ends without a word") {
      observer.leave();
      expect<end_of_watched>().to(controller);
      THEN("the other is told of what comes") {
        inject().with(node_number{1}, worker_change{0, 4711, true, {}}).from(node).to(controller);
        expect_event<events::worker_up>(
            other, [](const auto& x) { return x.node == node_number{1} && x.pid == 4711; });
      }
    }
  }
}

SCENARIO("an observer is told of nodes and of what their workers print") {
  GIVEN("an observer of a controller without nodes") {
    watch(observer, false);
    WHEN("a node joins, a worker of it prints and dies, and the node is gone") {
      join(node, 2);
      inject().with(node_number{1}, worker_output{1, "hello\n"}).from(node).to(controller);
      inject()
          .with(node_number{1}, worker_change{1, 4711, false, "exited with code 3"})
          .from(node)
          .to(controller);
      node.leave();
      expect<end_of_watched>().to(controller);
      THEN("each is an event") {
        expect_event<events::node_up>(observer, [](const auto& x) { return x.solvers == 2; });
        expect_event<events::log>(
            observer, [](const auto& x) { return x.solver == 1 && x.text == "hello\n"; });
        expect_event<events::worker_down>(
            observer, [](const auto& x) { return x.reason == "exited with code 3"; });
        expect_event<events::node_down>(observer, [](const auto& x) { return !x.left; });
      }
    }
  }
}

} // namespace lockstep::observers
