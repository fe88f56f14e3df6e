// SPDX-License-Identifier: BSD-3-Clause

#include "tests/protocol/conversation.hpp"

#include "actors/controller/history_view.hpp"
#include "control/rpc/params.hpp"
#include "control/service/control_actor.hpp"

#include <map>
#include <memory>
#include <string_view>

// A control actor under test with a controller that is played, and a client that calls methods.

namespace lockstep::control_and_controller {

namespace {

/// What became of a client's calls.
struct told_client final : answer_sink {
  void answer(std::uint64_t, std::uint64_t token, std::string_view result) override {
    answers[token] = json::parse(result);
  }
  void fail(std::uint64_t, std::uint64_t token, rpc_error error) override {
    failures[token] = std::move(error);
  }
  void notify(std::uint64_t, std::string line) override { lines.push_back(std::move(line)); }
  bool is_open(std::uint64_t) override { return true; }

  std::map<std::uint64_t, json> answers; ///< by token
  std::map<std::uint64_t, rpc_error> failures;
  std::vector<std::string> lines; ///< that belong to no call
};

struct a_control : conversation {
  a_control() {
    control = spawn<control_actor, control_actor_state>(
        controller.as<controller_actor>(), text.as<text_actor>(),
        std::ref(static_cast<answer_sink&>(client)), std::ref(audit),
        head_facts{"", "", json::object(), ""});
  }

  /// The client calls a method, with a token that names the call.
  void call(std::string_view method, const json& params, std::uint64_t token) {
    const auto* known = find_method(method);
    inject()
        .with(std::uint64_t{1}, token, static_cast<std::uint8_t>(known->id),
              check_params(*known, params).value(), std::string{"ann"}, std::string{"here"})
        .to(control);
  }

  told_client client;
  audit_log audit{""};
  stand_in controller{*this};
  stand_in text{*this}; ///< of long answers
  control_actor control;
};

} // namespace

using caf_test_case_auto_fixture = a_control;

SCENARIO("what is to become of a run is one request, answered as the run is then") {
  GIVEN("a client of a head") {
    WHEN("it cancels a run") {
      call("runs.cancel", {{"run", "r1"}, {"grace_ms", 300}}, 1);
      THEN("the controller is asked, and the client answered with the run") {
        expect<cancel_run>()
            .with([](const cancel_run& x) {
              return x.run == run_id{1} && x.grace == std::chrono::milliseconds{300} &&
                     x.why == "a client asked for that";
            })
            .from(control)
            .to(controller);
        ensure(client.answers.empty());
        controller.answer(run_info{.run = {1}, .state = run_state::cancelling});
        expect<run_info>().from(controller).to(control);
        ensure(client.answers.at(1).at("state") == "cancelling");
      }
    }
  }
}

SCENARIO("an error of the controller is a client's error with its number and sentence") {
  GIVEN("a client that pauses one run, and drains one node") {
    call("runs.pause", {{"run", "r7"}}, 1);
    call("nodes.drain", {{"node", "n9"}}, 2);
    expect<pause_run>().from(control).to(controller);
    expect<drain_node>()
        .with([](const drain_node& x) { return x.node == "n9"; })
        .from(control)
        .to(controller);
    WHEN("the controller refuses both") {
      controller.answer(caf::make_error(errc::wrong_state, "run r7 is done"));
      controller.answer(caf::make_error(errc::no_such_node, "no node \"n9\" is up"));
      expect<caf::error>().from(controller).to(control);
      expect<caf::error>().from(controller).to(control);
      THEN("each call fails with what it was told") {
        ensure(client.failures.at(1).code == rpc_code::wrong_state);
        ensure(client.failures.at(2).code == rpc_code::no_such_node);
        ensure(client.answers.empty());
      }
    }
  }
}

SCENARIO("a timeline is made of the steps of its range, by whoever makes long answers") {
  GIVEN("a client that wants to see steps 3 to 5") {
    call("runs.timeline", {{"run", "r1"}, {"from", 3}, {"to", 5}, {"rows", "node"}}, 1);
    // Looked at twice: before its turn, and in it.
    for (int i = 0; i < 2; ++i) {
      expect<list_steps>()
          .with(
              [](const list_steps& x) { return x.run == run_id{1} && x.from == 2 && x.count == 3; })
          .from(control)
          .to(controller);
      controller.answer(step_list{std::make_shared<const step_history>()});
      expect<step_list>().from(controller).to(control);
    }
    WHEN("its text is made") {
      expect<run_timeline>()
          .with([](const run_timeline& x) {
            return x.view && x.wish.columns == 500 && x.wish.is_by_node;
          })
          .from(control)
          .to(text);
      text.answer(std::string{"{\"columns\":0}"});
      expect<std::string>().from(text).to(control);
      THEN("the client gets it") {
        ensure(client.answers.at(1).at("columns") == 0);
      }
    }
  }
}

SCENARIO("a name that is none of a run's never reaches the controller") {
  GIVEN("a client of a head") {
    WHEN("it asks for a run \"17\"") {
      call("runs.cancel", {{"run", "17"}}, 1);
      THEN("it is told so at once") {
        ensure(client.failures.at(1).code == rpc_code::no_such_run);
        disallow<cancel_run>().to(controller);
      }
    }
  }
}

SCENARIO("a subscription is answered once events come, and ends with its last event") {
  GIVEN("a client that wants to know the ends of runs") {
    call("events.subscribe", {{"kinds", {"run_finished"}}}, 1);
    WHEN("the controller has noted it") {
      expect<watch_events>()
          .with([this](const watch_events& x) {
            return address_of(x.observer) == address_of(control) && !x.with_steps;
          })
          .from(control)
          .to(controller);
      ensure(client.answers.empty());
      controller.answer();
      expect<>().from(controller).to(control);
      const auto subscription = client.answers.at(1).at("subscription");
      THEN("its events are lines for the client, until that has seen enough") {
        inject().with(event{{1}, events::run_queued{"pi"}}).from(controller).to(control);
        ensure(client.lines.empty());
        inject()
            .with(event{{1}, events::run_finished{run_state::done}})
            .from(controller)
            .to(control);
        ensure(client.lines.size() == 1 &&
               json::parse(client.lines.front()).at("params").at("run") == "r1");
        call("events.unsubscribe", {{"subscription", subscription}}, 2);
        expect<unwatch_events>().from(control).to(controller);
        ensure(client.answers.contains(2));
      }
    }
  }
}

SCENARIO("many who ask the same at once are one question, and the next one") {
  GIVEN("a client that has asked for the nodes") {
    call("nodes.list", json::object(), 1);
    expect<list_nodes>().from(control).to(controller);
    WHEN("it asks twice more before it is answered") {
      call("nodes.list", json::object(), 2);
      call("nodes.list", json::object(), 3);
      disallow<list_nodes>().to(controller);
      controller.answer(std::vector<node_info>{});
      expect<std::vector<node_info>>().from(controller).to(control);
      THEN("the first has its answer, and the two others share the next") {
        ensure(client.answers.contains(1) && !client.answers.contains(2));
        expect<list_nodes>().from(control).to(controller);
        disallow<list_nodes>().to(controller);
        controller.answer(std::vector<node_info>{node_info{}});
        expect<std::vector<node_info>>().from(controller).to(control);
        ensure(client.answers.at(2).size() == 1 && client.answers.at(3).size() == 1);
      }
    }
  }
}

SCENARIO("who ends a head is answered before the controller is told") {
  GIVEN("a client of a head") {
    WHEN("it wants the end once nothing is to be done") {
      call("system.terminate", {{"when", "idle"}}, 1);
      THEN("it has its answer, and the controller is told to wait for the queue") {
        ensure(client.answers.at(1).at("terminating") == true);
        expect<shut_down>()
            .with([](const shut_down& x) { return x.when_idle; })
            .from(control)
            .to(controller);
      }
    }
  }
}

} // namespace lockstep::control_and_controller
