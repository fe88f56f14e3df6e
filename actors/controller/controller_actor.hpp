#pragma once

#include "actors/controller/run_history.hpp"
#include "actors/loaders/library_actor.hpp"
#include "actors/payload/payload_link.hpp"
#include "actors/plan/plan_start.hpp"
#include "actors/rules/run/allotment.hpp"
#include "actors/rules/run/node_life.hpp"
#include "actors/rules/run/plan_patience.hpp"
#include "actors/rules/run/run_admission.hpp"
#include "actors/system/alarm_clock.hpp"
#include "actors/wire/handles.hpp"
#include "actors/wire/limits.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lockstep {

/// What a controller may be told at its start.
struct controller_options {
  std::uint64_t payload_limit = limits::payload_bytes; ///< bytes of one argument or answer
  bool nodes_can_join = false;                         ///< from other machines
  std::uint64_t history_bytes = limits::history_bytes; ///< of what is kept of all runs
};

/// The state of a controller: keeps the queue of runs and carries the steps of one plan at a time
/// out over all nodes. What follows what in a run is rules/run_machine.hpp.
///
/// Its handlers never wait: whoever asks for something that takes time gets a response promise.
class controller_actor_state {
public:
  using self_pointer = controller_actor::pointer;

  controller_actor_state(self_pointer self, plan_launcher launch_plan, controller_options options);
  ~controller_actor_state();
  controller_actor_state(const controller_actor_state&) = delete;
  controller_actor_state& operator=(const controller_actor_state&) = delete;

  controller_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.controller";

private:
  struct node_entry {
    node_number number;
    node_description description;
    node_actor handle;                  ///< empty once it is gone
    std::shared_ptr<payload_link> link; ///< null where it is on this machine, or gone
    node_state state = node_state::up;
  };

  /// One node's part in the active run.
  struct part {
    node_number node;
    node_actor handle;
    share solvers;
    std::shared_ptr<payload_link> link; ///< null where it is on this machine
  };

  /// A fan-out to the nodes of the active run that is not joined yet.
  struct fan_out {
    std::size_t missing = 0;
    std::vector<blob> arguments;      ///< which a node may not have opened yet
    std::vector<node_answer> answers; ///< by part
    std::optional<step_failure> failed;
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
    step_figures figures;
    caf::typed_response_promise<plan_answer> promise; ///< none while solvers are constructed
  };
  using fan_out_pointer = std::shared_ptr<fan_out>;

  struct held_call {
    plan_call call;
    caf::typed_response_promise<plan_answer> promise;
  };

  /// The library of the active run, for machines that lack it.
  struct wanted_library {
    std::vector<std::size_t> waiting; ///< parts, while it is read
    blob bytes;
  };

  struct active_run {
    run_id id;
    std::vector<part> parts;
    std::shared_ptr<std::atomic<plan_order>> order =
        std::make_shared<std::atomic<plan_order>>(plan_order::go_on);
    wanted_library library;
    std::optional<held_call> held; ///< asked for while the run is paused
    fan_out_pointer under_way;
    std::optional<step_failure> broken;                 ///< why no further step can succeed
    std::chrono::steady_clock::time_point plan_since{}; ///< it has been the plan's turn
    plan_patience patience;
    std::thread plan;
    [[nodiscard]] bool is_cancelled() const { return order->load() != plan_order::go_on; }
  };

  struct result_wait {
    run_id run;
    caf::typed_response_promise<document> promise;
  };

  // Nodes: controller_actor_nodes.cpp.
  caf::result<node_number> node_joined(node_description& description, const node_actor& node);
  void node_lost(node_number number);
  void break_off(const node_entry& node, std::string type, const std::string& what_happened);
  [[nodiscard]] std::vector<const node_entry*> nodes_up() const;
  /// Those that a new run may use.
  [[nodiscard]] std::vector<const node_entry*> nodes_for_runs() const;
  [[nodiscard]] std::vector<node_places> places_for_runs() const;
  [[nodiscard]] bool is_in_active_run(node_number number) const;
  caf::result<document> drain(const std::string& wanted);
  void barrier_of_draining();
  caf::result<document> list_nodes();
  [[nodiscard]] json describe(const node_entry& node) const;
  caf::result<document> solvers_live(std::int64_t wait_ms);
  caf::result<document> solver_log(slot_number position, std::uint64_t bytes);
  [[nodiscard]] std::uint64_t first_position_of(node_number number) const;

  // Observers, questions: controller_actor.cpp.
  void subscribe(const observer_actor& observer, bool with_steps);
  void unsubscribe(const observer_actor& observer);
  void emit(std::string kind, run_id run, json members);
  void tell(const event& happened);
  [[nodiscard]] bool is_watched() const;
  [[nodiscard]] bool are_steps_watched() const;
  caf::result<document> list(const std::string& what);
  [[nodiscard]] json count_everything() const;
  caf::result<void> stop(bool when_idle);
  caf::result<void> stop_and_let_go();
  void stop_now();
  void end_if_stopped();
  void end();

  // Runs: controller_actor_runs.cpp.
  [[nodiscard]] run_record* find(run_id id);
  caf::result<run_id> queue_run(run_request& request);
  void take_next();
  void refuse_next(run_record& run, std::string why);
  void construct_solvers(run_record& run);
  void begin_plan(run_record& run);
  void launch(run_record& run);
  void enter(run_record& run, run_event what);
  void end_active_run();
  void plan_is_over(plan_ended& ended);
  /// It is the plan's turn, or it was told to stop: it may have to end by a time from now on.
  void watch_plan();
  void give_plan_up();
  [[nodiscard]] caf::error no_way(const run_record& run, run_event what) const;
  caf::result<void> control(run_id id, const std::string& word);
  caf::result<void> cancel(run_id id, std::int64_t grace_ms, const std::string& why);
  void cancel(run_record& run, std::int64_t grace_ms, const std::string& why);
  void settle_waits(const run_record& run);
  [[nodiscard]] json place_in_queue(run_id id);
  caf::result<document> result_of(run_id id, std::int64_t wait_ms);
  caf::result<void> end_of(run_id id);
  caf::result<history_found> look(const history_query& wanted);
  void take_report(run_id id, json_text& report);

  // Steps: controller_actor_steps.cpp.
  caf::result<plan_answer> plan_asks(plan_call& call);
  void begin_step(held_call asked);
  void end_plans_turn(const plan_time& told);
  void fan_out_to_nodes(const fan_out_pointer& step, std::vector<node_step> shares);
  /// What takes a node's answer. A node that is gone never answers, so it does not keep the step.
  std::function<void(node_answer)> answer_for(const fan_out_pointer& step, std::size_t index);
  static node_answer error_of_node(const caf::error& why);
  void node_answered(const fan_out_pointer& step, std::size_t index, node_answer answer);
  /// Answers the call that waits for the end of a pause, if there is one.
  void answer_held(plan_answer answer);
  void break_active(step_failure why);
  /// Asks the solvers of a failed step to stop, wherever they are.
  void stop_solvers(std::uint64_t up_to_number);
  void join(const fan_out_pointer& step);
  void answer_plan(fan_out& step);

  // Nodes on other machines: controller_actor_payloads.cpp.
  void send_share(const fan_out_pointer& step, std::size_t index, node_step share);
  void claim_answers(std::size_t index, node_answer& answer);
  caf::result<void> take(const payload_piece& piece);
  [[nodiscard]] payload_receiver::allowance allowed_from(const part& node) const;
  /// Settles what is on its way to nodes for the active run; nobody waits for it any more.
  void abandon_payloads(const std::string& why);
  void prepare_node(const fan_out_pointer& step, std::size_t index, bool was_pushed);
  void library_missing(const fan_out_pointer& step, std::size_t index, bool was_pushed,
                       const caf::error& why);
  void push_library(const fan_out_pointer& step, std::size_t index);
  void send_library(const fan_out_pointer& step, std::size_t index);
  void keep_library(const fan_out_pointer& step, std::size_t index, const blob& library);

  self_pointer self_;
  plan_launcher launch_plan_;
  controller_options options_;
  caf_compat::down_watch watch_;
  library_service libraries_{std::string{}}; ///< reads, and keeps none
  std::map<std::uint32_t, node_entry> nodes_;
  std::string trouble_; ///< why the node of this machine cannot be started; empty while it may be
  bool own_node_joined_ = false; ///< since trouble with it was last told
  std::uint32_t last_node_ = 0;
  enum class wish : std::uint8_t { nothing, events, steps };
  std::vector<std::pair<observer_actor, wish>> observers_; ///< watched until their end
  run_history history_;
  std::deque<run_id> queue_;
  std::optional<active_run> active_;
  enum class due : std::uint8_t { plan };
  alarm_clock<due> alarm_{self_, [this](due) { give_plan_up(); }};
  std::map<run_id, std::thread> given_up_; ///< plans that still run
  std::map<std::uint64_t, result_wait> waits_;
  std::uint64_t last_wait_ = 0;
  std::multimap<run_id, caf::typed_response_promise<void>> end_waits_;

  enum class life : std::uint8_t { serving, until_idle, stopping };
  life life_ = life::serving;
  std::vector<caf::typed_response_promise<void>> stop_promises_;
};

} // namespace lockstep
