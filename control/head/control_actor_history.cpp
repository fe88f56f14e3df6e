#include "control/head/control_actor.hpp"

#include "control/head/rpc_errors.hpp"

#include "actors/history_view.hpp"

#include <algorithm>
#include <utility>

// Calls that read the history. The controller, on the thread that carries steps, gives a view in no
// time. Its text is made by the text actor where it is long; of such calls one at a time is worked
// on, and connections take turns.

namespace lockstep {

namespace {

/// Waits may last for days, but whoever asks for less later is not to wait for an earlier timer.
constexpr std::chrono::milliseconds longest_nap{1'000};

/// After a long answer its time is rested this many times over.
constexpr int rest_share = 3;
constexpr std::chrono::milliseconds longest_rest{200};

} // namespace

void control_actor_state::list_runs(const caller& who, const json& params) {
  const auto number = [&params](const char* key) { return params.value(key, std::uint64_t{0}); };
  read({who, {history_query::part::runs, {}, number("from"), number("count")}});
}

void control_actor_state::read(const reading& asked) {
  caf_compat::request(self_, controller_, caf::infinite, asked.wanted)
      .then(
          [this, asked](const history_found& found) {
            if (!is_small(*found.view)) // looked at again then: what waits holds nothing
              return await_turn(asked.who, [this, asked] { read_in_turn(asked); });
            sink_.answer(asked.who.connection, asked.who.token, to_text(*found.view, page_bytes));
            note_fetched(asked.wanted);
          },
          [this, asked](const caf::error& why) {
            if (why == errc::not_finished && asked.wait.count() > 0)
              await_end(asked);
            else
              fail(asked.who, to_rpc_error(why));
          });
}

/// What a call that changed a run, and stands in the audit already, is answered with.
void control_actor_state::describe_run(const caller& who, run_id run) {
  read({{who.connection, who.token, nullptr}, {history_query::part::run, run}});
}

void control_actor_state::read_in_turn(const reading& asked) {
  const auto refuse = [this, who = asked.who](const caf::error& why) {
    fail(who, to_rpc_error(why));
    end_turn();
  };
  const auto give = [this, asked](const std::string& text) {
    sink_.answer(asked.who.connection, asked.who.token, text);
    note_fetched(asked.wanted);
    end_turn();
  };
  caf_compat::request(self_, controller_, caf::infinite, asked.wanted)
      .then(
          [this, give, refuse](const history_found& found) {
            caf_compat::request(self_, text_, caf::infinite, found).then(give, refuse);
          },
          refuse);
}

void control_actor_state::read_log(const caller& who, const json& params) {
  const slot_number solver{params.at("solver").get<std::uint32_t>()};
  const auto bytes = params.at("bytes").get<std::uint64_t>();
  await_turn(who, [this, who, solver, bytes] {
    caf_compat::request(self_, controller_, caf::infinite, caf::get_atom_v, solver, bytes)
        .then(
            [this, who](const document& log) {
              answer(who, log.value);
              end_turn();
            },
            [this, who](const caf::error& why) {
              fail(who, to_rpc_error(why));
              end_turn();
            });
  });
}

void control_actor_state::await_turn(const caller& who, std::function<void()> work) {
  if (!sink_.is_open(who.connection))
    return; // it has gone meanwhile, and would never be told so again
  turns_.push(who.connection, std::move(work));
  take_turn();
}

void control_actor_state::take_turn() {
  if (is_turn_taken_)
    return;
  if (const auto next = turns_.next()) {
    is_turn_taken_ = true;
    turn_begun_ = std::chrono::steady_clock::now();
    (*next)();
  }
}

/// Making and sending a long answer, and reading it, take processor time from those who carry steps
/// where there is none to spare. So long answers follow one another with rests between them.
void control_actor_state::end_turn() {
  const auto took = std::chrono::steady_clock::now() - turn_begun_;
  const auto rest = std::min<std::chrono::steady_clock::duration>(rest_share * took, longest_rest);
  caf_compat::delayed_send(self_, control_actor{self_}, rest, caf::idle_atom_v);
}

void control_actor_state::await_end(const reading& asked) {
  if (!sink_.is_open(asked.who.connection))
    return;
  const auto run = asked.wanted.run;
  waits_.add(run, {asked.who.connection, asked.who.token},
             std::chrono::steady_clock::now() + asked.wait);
  wake_for_waits();
  if (!awaited_.insert(run).second)
    return;
  const auto over = [this, run] {
    awaited_.erase(run);
    for (const auto& one : waits_.take(run))
      read({{one.connection, one.token, nullptr}, {history_query::part::result, run}});
  };
  caf_compat::request(self_, controller_, caf::infinite, caf::monitor_atom_v, run)
      .then(over, [over](const caf::error&) { over(); });
}

void control_actor_state::look_at_waits() {
  wake_.reset();
  for (const auto& one : waits_.take_expired(std::chrono::steady_clock::now()))
    fail({one.connection, one.token, nullptr}, to_rpc_error(caf::make_error(errc::not_finished)));
  wake_for_waits();
}

/// At most one timer is under way that matters, and none of them for long: what a wait would leave
/// behind once it is over, others pay for.
void control_actor_state::wake_for_waits() {
  const auto earliest = waits_.earliest();
  if (!earliest)
    return;
  const auto now = std::chrono::steady_clock::now();
  const auto wake = std::min(*earliest, now + longest_nap);
  if (wake_ && *wake_ <= wake)
    return;
  wake_ = wake;
  const auto nap = std::max(std::chrono::steady_clock::duration{0}, wake - now);
  caf_compat::delayed_send(self_, control_actor{self_}, nap, caf::tick_atom_v);
}

} // namespace lockstep
