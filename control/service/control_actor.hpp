// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/audit_log.hpp"
#include "control/rpc/methods.hpp"
#include "control/service/check_actor.hpp"
#include "control/service/result_waits.hpp"
#include "control/service/run_claims.hpp"
#include "control/service/text_actor.hpp"
#include "control/service/trial_actor.hpp"
#include "control/service/turns.hpp"

#include "actors/loaders/catalogue.hpp"
#include "actors/system/alarm_clock.hpp"
#include "actors/wire/handles.hpp"
#include "platform/output/captured_output.hpp"
#include "platform/output/captured_outputs.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lockstep {

/// Answers people and programs, whatever carries their calls.
using control_actor = caf::typed_actor<
    // Carriers' side: a call of a connection: its token there, the method, checked params, who
    // calls and from where (for the audit). Answered through the answer_sink, not here.
    caf::result<void>(std::uint64_t, std::uint64_t, std::uint8_t, json, std::string, std::string),
    // Carriers' side: the connection is gone.
    caf::result<void>(caf::close_atom, std::uint64_t),
    // Head: the client that started this head for itself is gone. Answers with the ids of the runs
    // that others still want; with none, the head ends.
    caf::result<document>(caf::leave_atom),
    // Controller: see observer_actor.
    caf::result<void>(event),
    // Itself: look whether the head is still needed.
    caf::result<void>(caf::tick_atom)>;

/// Where a control actor's answers go. Called on its thread; must not block.
class answer_sink {
public:
  virtual ~answer_sink() = default;
  /// `result` is JSON text.
  virtual void answer(std::uint64_t connection, std::uint64_t token, std::string_view result) = 0;
  virtual void fail(std::uint64_t connection, std::uint64_t token, rpc_error error) = 0;
  /// A line that belongs to no call.
  virtual void notify(std::uint64_t connection, std::string line) = 0;
  /// False from the moment on at which the control actor is told that the connection is gone.
  virtual bool is_open(std::uint64_t connection) = 0;
};

/// What a control actor tells of its head.
struct head_facts {
  std::string address;                     ///< where it listens
  std::string search_path;                 ///< folders of model libraries
  json limits;                             ///< for system.describe
  std::string cluster;                     ///< where nodes join; empty if they do not
  const captured_output* output = nullptr; ///< what the head itself printed; null: nobody keeps it
  const captured_outputs* plan_outputs = nullptr; ///< what each run's plan printed, likewise
  std::string started{};                          ///< when, as ISO 8601
  std::string started_by{};                       ///< the command
  /// Its client started it for itself: it ends once nobody needs it.
  bool until_unneeded = false;
};

/// Reads "r17"; none for anything else.
std::optional<run_id> parse_run(const std::string& text);

/// The state of a control actor: what each method means. It reads folders of model libraries, so it
/// runs on the scheduler's thread, never on the network's; libraries are tried and loaded by an
/// actor beside it.
class control_actor_state {
public:
  using self_pointer = control_actor::pointer;

  /// `sink` and `audit` must outlive it.
  control_actor_state(self_pointer self, controller_actor controller, text_actor text,
                      answer_sink& sink, audit_log& audit, head_facts facts);

  control_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.control";

private:
  /// What the audit is to say of a call once it is answered.
  struct audit_note {
    std::string_view method;
    std::string who;
    std::string from;
    json details;
  };
  /// Where one answer goes.
  struct caller {
    std::uint64_t connection = 0;
    std::uint64_t token = 0;
    std::shared_ptr<const audit_note> note; ///< none: the call changes nothing
  };
  struct subscription {
    std::optional<run_id> run;
    std::set<std::string, std::less<>> kinds; ///< all if empty
    [[nodiscard]] bool wants(run_id of, std::string_view kind) const;
    [[nodiscard]] bool wants_steps() const;
  };

  /// What is read of the history.
  using history_question = std::variant<get_run, list_runs, get_result, list_steps, list_reports>;
  /// A call that reads the history.
  struct reading {
    caller who;
    history_question wanted;
    std::chrono::milliseconds wait{0}; ///< for the end of the run
  };
  /// What many may ask together.
  enum class question : std::uint8_t { nodes, solvers, system };
  /// Somebody who asked what others may ask too.
  struct asker {
    caller who;
    std::function<void(const caller&, const json&)> use; ///< none: he gets the answer as it is
  };
  /// A question to the controller: whoever asks while it is under way gets the next answer.
  struct shared_question {
    std::vector<asker> asking;
    std::vector<asker> next;
  };
  /// Calls whose answers take long, one at a time. What is worked on says when it is done, by
  /// end_turn().
  struct lane {
    turns<std::function<void()>> waiting;
    bool is_taken = false;
    std::chrono::steady_clock::time_point begun; ///< what is worked on
  };
  enum class wish : std::uint8_t { nothing, events, steps };
  using subscription_name = std::pair<std::uint64_t, std::uint64_t>; ///< connection, number

  void call(const caller& who, method_id method, json& params);
  void answer(const caller& who, const json& result);
  void fail(const caller& who, rpc_error error);
  void note(const caller& who, const json& more) const;

  void describe_system(const caller& who);
  void terminate(const caller& who, const json& params);
  void solver_status(const caller& who, const json& params);
  // Models, in control_actor_models.cpp.
  void list_models(const caller& who, const json& params);
  void describe_model(const caller& who, const json& params);
  void call_start(const caller& who, json& params);
  void check(const caller& who, const std::shared_ptr<json>& params, const known_or_refused& found);
  void start(const caller& who, const json& params, const model_reference& model,
             const packed_json& parameters);
  void look_up_is_over();
  template <class Recall, class Use>
  void look_up(const caller& who, const json& params, Recall recall, Use use);
  [[nodiscard]] std::string search_path(const json& params) const;
  [[nodiscard]] rpc_error library_error(const refused_library& refused, const json& params) const;
  void about_run(const caller& who, method_id method, const json& params);
  template <class Order>
  void order(const caller& who, Order what);
  void drain(const caller& who, const std::string& node);
  void subscribe(const caller& who, const json& params);
  void unsubscribe(const caller& who, const json& params);
  void accept_run(const caller& who, const run_info& started);
  void note_fetched(const history_question& given);
  void connection_closed(std::uint64_t connection);
  void cancel_abandoned(run_id run);
  void end_if_unneeded();
  [[nodiscard]] std::size_t subscriptions_of(std::uint64_t connection) const;
  wish wanted_of_events();
  void watch_no_more_than_wanted();
  void tell(const event& happened);

  // Questions that many may ask: control_actor_questions.cpp.
  void ask_together(question what, asker who);
  void ask_again(question what);
  void answer_together(question what, const json& result);
  template <class Answer, class Request>
  void await_together(question what, const Request& request);

  // The history: control_actor_history.cpp.
  void read(const reading& asked);
  void describe_run(const caller& who, const run_info& run);
  void read_in_turn(const reading& asked);
  template <class Use, class Refuse>
  void look(const history_question& wanted, Use use, Refuse refuse);
  template <class Found>
  void give_in_turn(const reading& asked, const Found& found);
  void refused_in_turn(const reading& asked, const caf::error& why);
  void call_list(const caller& who, const json& params);
  void read_log(const caller& who, const json& params);
  void read_own_log(const caller& who, const json& params);
  void read_plan_log(const caller& who, run_id run, const json& params);
  void await_end(const reading& asked);
  void await_turn(lane& of, const caller& who, std::function<void()> work);
  void take_turn(lane& of);
  void end_turn(lane& of);
  void look_at_waits();
  void wake_for_waits();

  self_pointer self_;
  controller_actor controller_;
  answer_sink& sink_;
  audit_log& audit_;
  head_facts facts_;
  std::map<subscription_name, subscription> subscriptions_;
  std::uint64_t last_subscription_ = 0;
  std::map<question, shared_question> questions_;
  text_actor text_;
  lane long_answers_;
  lane logs_;  ///< of solvers, for which nodes are asked first
  lane looks_; ///< at models, which who wants to run one is not to wait long for
  result_waits waits_;
  std::set<run_id> awaited_; ///< the controller will tell of their end
  enum class due : std::uint8_t { waits };
  alarm_clock<due> alarm_{self_, [this](due) { look_at_waits(); }};
  trial_actor trials_;
  check_actor checks_;
  std::size_t look_ups_ = 0;    ///< that wait for a trial or a check
  bool ends_when_idle_ = false; ///< asked for while there was one
  run_claims claims_; ///< of all runs where the head ends once unneeded, else of those waited for
  /// Why it is there. What ends once unneeded is there for its starter first.
  enum class purpose : unsigned char { stays, for_starter, for_others, none } purpose_;
  std::optional<run_claims::clock::time_point> next_look_;
  wish watched_ = wish::nothing; ///< what the controller was last asked to tell
};

} // namespace lockstep
