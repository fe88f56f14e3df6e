// SPDX-License-Identifier: BSD-3-Clause

#include "tests/protocol/a_node.hpp"

// A node under test with a controller that is played.

namespace lockstep::node_and_controller {

using caf_test_case_auto_fixture = a_node;

SCENARIO("a node introduces itself, and tells of its workers once it has a number") {
  GIVEN("a node with a worker that came up early") {
    inject().with(start_node{}).to(node);
    ensure(source->started == std::vector<slot_number>{{0}, {1}});
    inject()
        .with(join_as_worker{slot_number{0}, pid_in(0), first.as<worker_proxy>()})
        .from(first)
        .to(node);
    expect<std::int64_t>().with(pid).from(node).to(first);
    WHEN("the controller gives it a number") {
      expect<join_as_node>()
          .with([&](const join_as_node& x) {
            const auto& told = x.description;
            return told.host == "machine" && told.pid == pid && told.slot_cores.size() == 2 &&
                   x.node == node;
          })
          .from(node)
          .to(controller);
      disallow<node_number, worker_change>().to(controller);
      controller.answer(node_number{3});
      expect<node_number>().from(controller).to(node);
      THEN("the worker is told of under that number") {
        expect<node_number, worker_change>()
            .with(node_number{3},
                  [](const worker_change& x) { return x.up && x.slot == 0 && x.pid == pid_in(0); })
            .from(node)
            .to(controller);
      }
    }
  }
}

SCENARIO("a node that is not taken ends") {
  GIVEN("a node that has introduced itself") {
    inject().with(start_node{}).to(node);
    expect<join_as_node>().from(node).to(controller);
    WHEN("the controller refuses it") {
      controller.answer(caf::make_error(errc::limit_exceeded, "there are 4096 nodes already"));
      expect<caf::error>().from(controller).to(node);
      THEN("it is gone") {
        ensure(has_ended(node));
      }
    }
  }
}

SCENARIO("a node whose controller is gone ends") {
  GIVEN("a node that was taken") {
    open();
    WHEN("the controller ends") {
      controller.leave();
      expect<end_of_watched>().to(node);
      THEN("so does the node") {
        ensure(has_ended(node));
      }
    }
  }
}

SCENARIO("a share that does not fit is refused with a sentence") {
  GIVEN("a node whose two places serve a run") {
    begin_run();
    WHEN("another run is to have one of them") {
      auto asked = share_of_run();
      asked.run = run_id{2};
      inject().with(asked).from(controller).to(node);
      THEN("the controller is told which it is") {
        expect<caf::error>()
            .with([](const caf::error& why) {
              return why == errc::no_solvers &&
                     caf::to_string(why).find("slot 0 has a solver of r1") != std::string::npos;
            })
            .from(node)
            .to(controller);
      }
    }
  }
}

SCENARIO("a step of a run that the node does not know is refused") {
  GIVEN("a node without a run") {
    open();
    WHEN("the controller asks for a step of one") {
      call_step();
      THEN("it is told that the state is wrong") {
        expect<caf::error>().with(is_error(errc::wrong_state)).from(node).to(controller);
      }
    }
  }
}

SCENARIO("a node that is told to end lets its workers end first") {
  GIVEN("a node with two workers") {
    open();
    join(first, 0);
    join(second, 1);
    WHEN("the controller tells it to end") {
      inject().with(stop_node{}).from(controller).to(node);
      THEN("its workers are stopped, and it ends with the last of them") {
        ensure(source->is_stopped);
        inject().with(worker_exit{0, pid_in(0), "exited", {}, 0, {}}).to(node);
        ensure(!has_ended(node));
        inject().with(worker_exit{1, pid_in(1), "exited", {}, 0, {}}).to(node);
        ensure(has_ended(node));
      }
    }
  }
}

} // namespace lockstep::node_and_controller
