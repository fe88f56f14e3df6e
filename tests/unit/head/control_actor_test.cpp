// SPDX-License-Identifier: BSD-3-Clause

#include "tests/sim/simulated_system.hpp"

#include "control/rpc/params.hpp"
#include "control/service/control_actor.hpp"

#include "actors/wire/caf_compat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

namespace lockstep {

namespace {

using namespace std::chrono_literals;

/// What a control actor asks of its controller.
struct asked_controller {
  std::size_t looks_at_runs = 0;
  std::size_t starts = 0;
  std::vector<run_id> cancelled;
  std::vector<caf::typed_response_promise<solver_output>>
      logs;                        ///< of solvers, that are not answered yet
  std::size_t parameter_bytes = 0; ///< of each run
  bool answers_lists = true;
  std::vector<caf::typed_response_promise<run_list>> lists; ///< that are not answered yet

  [[nodiscard]] run_info run(run_id id) const {
    return {.run = id, .parameters = packed_json{json(std::string(parameter_bytes, 'x'))}};
  }
};

/// Runs never end here.
caf::behavior stand_in_for_controller(caf::event_based_actor* self,
                                      const std::shared_ptr<asked_controller>& asked) {
  return {
      [](const watch_events&) {},
      [](const unwatch_events&) {},
      [asked](start_run&) { return asked->run({++asked->starts}); },
      [asked](const cancel_run& x) {
        asked->cancelled.push_back(x.run);
        return asked->run(x.run);
      },
      [asked](const pause_run& x) { return asked->run(x.run); },
      [asked](const resume_run& x) { return asked->run(x.run); },
      [asked](const get_run& x) { return asked->run(x.run); },
      [](const get_result&) -> caf::result<run_result> {
        return caf::make_error(errc::not_finished, "it is running");
      },
      [asked](caf::ok_atom) {
        asked->logs.back().deliver(solver_output{0, "late", 0});
      },
      [self](const await_run&) -> caf::result<void> { return self->make_response_promise<void>(); },
      [self, asked](const read_solver_output&) -> caf::result<solver_output> {
        auto promise = self->make_response_promise<solver_output>();
        asked->logs.push_back(promise);
        return promise;
      },
      [self, asked](const list_runs&) -> caf::result<run_list> {
        ++asked->looks_at_runs;
        if (asked->answers_lists)
          return run_list{};
        auto promise = self->make_response_promise<run_list>();
        asked->lists.push_back(promise);
        return promise;
      },
  };
}

struct written_answers final : answer_sink {
  void answer(std::uint64_t, std::uint64_t token, std::string_view) override {
    answered.insert(token);
  }
  void fail(std::uint64_t, std::uint64_t token, rpc_error) override { failed.insert(token); }
  void notify(std::uint64_t, std::string) override {}
  bool is_open(std::uint64_t connection) override { return !closed.contains(connection); }

  std::set<std::uint64_t> answered;
  std::set<std::uint64_t> failed;
  std::set<std::uint64_t> closed;
};

/// A control actor between a controller and clients that are the test's own.
class asked_control {
public:
  asked_control() {
    stand_in_ = world.system.spawn(stand_in_for_controller, asked);
    controller_ = caf::actor_cast<controller_actor>(stand_in_);
    answer_sink& sink = answers;
    control_ = world.system.spawn<caf::stateful_actor<control_actor_state, control_actor::base>>(
        controller_, spawn_text_actor(world.system), std::ref(sink), std::ref(audit_),
        head_facts{"", "", json::object(), ""});
    world.run();
  }
  ~asked_control() {
    caf::anon_send_exit(control_, caf::exit_reason::kill);
    caf::anon_send_exit(controller_, caf::exit_reason::kill);
    world.run();
  }
  asked_control(const asked_control&) = delete;
  asked_control& operator=(const asked_control&) = delete;

  /// Gives the token of the call, which begins its answer.
  std::uint64_t call(std::uint64_t connection, std::string_view method, const json& params) {
    send(connection, method, params);
    world.run();
    return last_token_;
  }

  void send(std::uint64_t connection, std::string_view method, const json& params) {
    const auto* known = find_method(method);
    auto checked = check_params(*known, params);
    caf_compat::anon_send(control_, connection, ++last_token_, static_cast<std::uint8_t>(known->id),
                          std::move(checked).value(), std::string{"ann"}, std::string{"here"});
  }

  /// Lets the newest question for a log be answered.
  void answer_log() {
    caf_compat::anon_send(stand_in_, caf::ok_atom_v);
    world.run();
  }

  void close(std::uint64_t connection) {
    answers.closed.insert(connection);
    caf_compat::anon_send(control_, connection_closed{connection});
    world.run();
  }

  std::size_t messages() {
    return world.messages_of(caf::actor_cast<caf::strong_actor_ptr>(control_));
  }

  simulated_system world;
  written_answers answers;
  std::shared_ptr<asked_controller> asked = std::make_shared<asked_controller>();

private:
  audit_log audit_{"", audit_log::otherwise::nowhere};
  caf::actor stand_in_;
  controller_actor controller_;
  control_actor control_;
  std::uint64_t last_token_ = 0;
};

struct controller_counts {
  std::atomic<bool> is_watched = false;
  std::atomic<int> started = 0;
  std::atomic<int> cancelled = 0;
};

caf::behavior counting_controller(caf::event_based_actor*,
                                  const std::shared_ptr<controller_counts>& counts) {
  return {
      [counts](const watch_events&) { counts->is_watched = true; },
      [counts](const unwatch_events&) { counts->is_watched = false; },
      [counts](start_run&) {
        return run_info{.run = {static_cast<std::uint64_t>(++counts->started)}};
      },
      [counts](const cancel_run& x) {
        ++counts->cancelled;
        return run_info{.run = x.run};
      },
  };
}

struct idle_sink final : answer_sink {
  void answer(std::uint64_t, std::uint64_t, std::string_view) override {}
  void fail(std::uint64_t, std::uint64_t, rpc_error) override {}
  void notify(std::uint64_t, std::string) override {}
  bool is_open(std::uint64_t) override { return true; }
};

} // namespace

TEST(control_actor, short_waits_beside_a_long_one_leave_no_timers_behind) {
  asked_control head;
  head.call(1, "runs.result", {{"run", "r1"}, {"wait_ms", 86'400'000}});
  for (int i = 0; i < 50; ++i) {
    const auto polled = head.call(2, "runs.result", {{"run", "r1"}, {"wait_ms", 100}});
    head.world.advance(110ms);
    ASSERT_TRUE(head.answers.failed.contains(polled));
  }
  EXPECT_LE(head.world.pending_timers(), 1U);
  head.messages();
  for (int i = 0; i < 100; ++i)
    head.world.advance(100ms);
  EXPECT_LE(head.messages(), 12U); // in ten seconds, with a look at the long one each second
  head.close(1);
  EXPECT_EQ(head.world.pending_timers(), 0U);
}

TEST(control_actor, lists_of_runs_are_looked_up_one_at_a_time_however_many_are_asked_for) {
  asked_control head;
  head.asked->answers_lists = false;
  for (std::uint64_t i = 0; i < 100; ++i)
    head.send(1 + i % 3, "runs.list", json::object());
  head.world.run();
  EXPECT_EQ(head.asked->looks_at_runs, 1U);
}

TEST(control_actor, a_far_node_that_is_waited_for_holds_up_no_long_answer) {
  asked_control head;
  head.call(1, "solvers.logs", {{"solver", 0}});
  head.call(2, "solvers.logs", {{"solver", 1}});
  EXPECT_EQ(head.asked->logs.size(), 1U); // one at a time, because each may be large
  const auto listed = head.call(2, "runs.list", json::object());
  EXPECT_TRUE(head.answers.answered.contains(listed));
  head.answer_log();
  head.world.advance(1s);
  EXPECT_EQ(head.asked->logs.size(), 2U);
}

TEST(control_actor, a_run_with_large_parameters_is_answered_in_turns_whatever_was_done_to_it) {
  asked_control head;
  const auto paused = head.call(1, "runs.pause", {{"run", "r1"}});
  EXPECT_TRUE(head.answers.answered.contains(paused));
  head.asked->parameter_bytes = 1'000'000;
  head.asked->answers_lists = false;
  head.call(2, "runs.list", json::object()); // has its turn now
  std::vector<std::uint64_t> tokens;
  for (const auto* method : {"runs.pause", "runs.resume", "runs.cancel", "runs.get"})
    tokens.push_back(head.call(1, method, {{"run", "r1"}}));
  for (const auto token : tokens)
    EXPECT_FALSE(head.answers.answered.contains(token));
  EXPECT_THAT(head.asked->cancelled, testing::ElementsAre(run_id{1})); // that does not wait
}

TEST(control_actor, what_the_head_printed_is_read_in_turns) {
  asked_control head;
  head.asked->answers_lists = false;
  head.call(1, "runs.list", json::object());
  const auto read = head.call(2, "solvers.logs", json::object());
  EXPECT_FALSE(head.answers.answered.contains(read));
}

TEST(control_actor, looks_at_models_rest_between_each_other_and_wait_for_no_long_answer) {
  asked_control head;
  head.asked->answers_lists = false;
  head.call(1, "runs.list", json::object());
  const auto first = head.call(2, "models.describe", {{"model", "there_is_none"}});
  const auto second = head.call(3, "models.describe", {{"model", "there_is_none"}});
  EXPECT_TRUE(head.answers.failed.contains(first));
  EXPECT_FALSE(head.answers.failed.contains(second));
  head.world.advance(1s);
  EXPECT_TRUE(head.answers.failed.contains(second));
}

TEST(control_actor, a_head_that_stays_watches_for_as_long_as_somebody_waits_for_a_run) {
  prepare_caf();
  idle_sink sink; // these two outlive the actor
  audit_log audit{"", audit_log::otherwise::nowhere};
  caf::actor_system_config configuration; // parameters are checked on a thread of its own
  caf::actor_system system{configuration};
  const auto counts = std::make_shared<controller_counts>();
  const auto controller = system.spawn(counting_controller, counts);
  auto control = system.spawn<caf::stateful_actor<control_actor_state, control_actor::base>>(
      caf::actor_cast<controller_actor>(controller), spawn_text_actor(system),
      std::ref(static_cast<answer_sink&>(sink)), std::ref(audit),
      head_facts{"", "", json::object(), ""});
  const auto is_so = [](const auto& condition) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(1ms);
    return condition();
  };
  const json params{
      {"model", "unit_counter"}, {"parameters", json::object()}, {"end_with_connection", true}};
  caf_compat::anon_send(control, std::uint64_t{1}, std::uint64_t{1},
                        static_cast<std::uint8_t>(method_id::runs_start), params,
                        std::string{"ann"}, std::string{"here"});
  EXPECT_TRUE(is_so([&] { return counts->started == 1; }));
  EXPECT_TRUE(counts->is_watched);
  caf_compat::anon_send(control, connection_closed{1});
  EXPECT_TRUE(is_so([&] { return counts->cancelled == 1 && !counts->is_watched; }));
  caf::anon_send_exit(control, caf::exit_reason::kill);
  caf::anon_send_exit(controller, caf::exit_reason::kill);
}

TEST(control_actor, a_start_that_is_to_end_with_a_connection_that_has_ended_is_none) {
  asked_control head;
  head.close(1); // the answer to its token came late, and the call behind it
  const auto late =
      head.call(1, "runs.start", {{"model", "unit_counter"}, {"end_with_connection", true}});
  EXPECT_TRUE(head.answers.failed.contains(late));
  EXPECT_EQ(head.asked->starts, 0U);
}

} // namespace lockstep
