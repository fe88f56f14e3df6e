// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/control_actor.hpp"

#include "control/answers/run_text.hpp"
#include "control/answers/system_json.hpp"
#include "control/service/rpc_errors.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

// Calls that read the history. The controller, on the thread that carries steps, gives a view in no
// time. Its text is made by the text actor where it is long; of such calls one at a time is worked
// on, and connections take turns.

namespace lockstep {

namespace {

/// Waits may last for days, but a timer that is let go of stays in CAF's table until its time.
constexpr std::chrono::milliseconds longest_nap{1'000};

/// After a long answer its time is rested this many times over.
constexpr int rest_share = 3;
constexpr std::chrono::milliseconds longest_rest{200};

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

} // namespace

void control_actor_state::call_list(const caller& who, const json& params) {
  const auto number = [&params](const char* key) { return params.value(key, std::uint64_t{0}); };
  // Even a look at them walks them all.
  const reading asked{who, list_runs{number("from"), number("count")}};
  await_turn(long_answers_, who, [this, asked] { read_in_turn(asked); });
}

/// Asks the controller. `use` takes whatever a history question may be answered with.
template <class Use, class Refuse>
void control_actor_state::look(const history_question& wanted, Use use, Refuse refuse) {
  const auto ask = [&]<class Found>(const auto& asked, std::type_identity<Found>) {
    caf_compat::request(self_, controller_, caf::infinite, asked)
        .then([use](const Found& found) { use(found); }, refuse);
  };
  std::visit(overloaded{[&](const get_run& x) { ask(x, std::type_identity<run_info>{}); },
                        [&](const list_runs& x) { ask(x, std::type_identity<run_list>{}); },
                        [&](const get_result& x) { ask(x, std::type_identity<run_result>{}); },
                        [&](const list_steps& x) { ask(x, std::type_identity<step_list>{}); },
                        [&](const list_reports& x) { ask(x, std::type_identity<report_list>{}); }},
             wanted);
}

void control_actor_state::read(const reading& asked) {
  look(
      asked.wanted,
      [this, asked](const auto& found) {
        if (!is_small(found)) // looked at again then: what waits holds nothing
          return await_turn(long_answers_, asked.who, [this, asked] { read_in_turn(asked); });
        sink_.answer(asked.who.connection, asked.who.token, to_text(found, page_bytes));
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
void control_actor_state::describe_run(const caller& who, const run_info& run) {
  if (is_small(run))
    return sink_.answer(who.connection, who.token, to_text(run, page_bytes));
  const reading again{{who.connection, who.token, nullptr}, get_run{run.run}};
  await_turn(long_answers_, who, [this, again] { read_in_turn(again); });
}

void control_actor_state::read_in_turn(const reading& asked) {
  look(
      asked.wanted, [this, asked](const auto& found) { give_in_turn(asked, found); },
      [this, asked](const caf::error& why) { refused_in_turn(asked, why); });
}

template <class Found>
void control_actor_state::give_in_turn(const reading& asked, const Found& found) {
  const auto give = [this, asked](const std::string& text) {
    sink_.answer(asked.who.connection, asked.who.token, text);
    note_fetched(asked.wanted);
    end_turn(long_answers_);
  };
  if (is_small(found))
    give(to_text(found, page_bytes));
  else
    caf_compat::request(self_, text_, caf::infinite, found)
        .then(give, [this, asked](const caf::error& why) { refused_in_turn(asked, why); });
}

void control_actor_state::refused_in_turn(const reading& asked, const caf::error& why) {
  fail(asked.who, to_rpc_error(why));
  end_turn(long_answers_);
}

/// A node that is far is waited for while long answers are made.
void control_actor_state::read_log(const caller& who, const json& params) {
  const read_solver_output wanted{params.at("solver").get<std::uint64_t>(),
                                  params.at("bytes").get<std::uint64_t>()};
  await_turn(logs_, who, [this, who, wanted] {
    caf_compat::request(self_, controller_, caf::infinite, wanted)
        .then(
            [this, who](const solver_output& log) {
              logs_.begun = std::chrono::steady_clock::now();
              answer(who, to_json(log));
              end_turn(logs_);
            },
            [this, who](const caf::error& why) {
              logs_.begun = std::chrono::steady_clock::now();
              fail(who, to_rpc_error(why));
              end_turn(logs_);
            });
  });
}

void control_actor_state::read_own_log(const caller& who, const json& params) {
  await_turn(long_answers_, who, [this, who, bytes = params.at("bytes").get<std::size_t>()] {
    const auto [text, before] = facts_.output == nullptr ? std::pair<std::string, std::uint64_t>{}
                                                         : facts_.output->tail(bytes);
    answer(who, {{"solver", nullptr}, {"text", text}, {"dropped_bytes", before}});
    end_turn(long_answers_);
  });
}

/// Only the controller knows whether there is such a run.
void control_actor_state::read_plan_log(const caller& who, run_id run, const json& params) {
  const auto bytes = params.at("bytes").get<std::size_t>();
  await_turn(long_answers_, who, [this, who, run, bytes] {
    caf_compat::request(self_, controller_, caf::infinite, get_run{run})
        .then(
            [this, who, run, bytes](const run_info&) {
              const auto kept = facts_.plan_outputs == nullptr
                                    ? std::nullopt
                                    : facts_.plan_outputs->tail(run.value, bytes);
              const auto [text, before] = kept.value_or(std::pair<std::string, std::uint64_t>{});
              answer(who, {{"run", to_string(run)}, {"text", text}, {"dropped_bytes", before}});
              end_turn(long_answers_);
            },
            [this, who](const caf::error& why) {
              fail(who, to_rpc_error(why));
              end_turn(long_answers_);
            });
  });
}

void control_actor_state::await_turn(lane& of, const caller& who, std::function<void()> work) {
  if (!sink_.is_open(who.connection))
    return; // it has gone meanwhile, and would never be told so again
  of.waiting.push(who.connection, std::move(work));
  take_turn(of);
}

void control_actor_state::take_turn(lane& of) {
  if (of.is_taken)
    return;
  if (const auto next = of.waiting.next()) {
    of.is_taken = true;
    of.begun = std::chrono::steady_clock::now();
    (*next)();
  }
}

/// Making and sending a long answer, and reading it, take processor time from those who carry steps
/// where there is none to spare. So long answers follow one another with rests between them.
void control_actor_state::end_turn(lane& of) {
  const auto took = std::chrono::steady_clock::now() - of.begun;
  const auto rest = std::min<std::chrono::steady_clock::duration>(rest_share * took, longest_rest);
  self_->run_delayed(rest, [this, &of] {
    of.is_taken = false;
    take_turn(of);
  });
}

void control_actor_state::await_end(const reading& asked) {
  if (!sink_.is_open(asked.who.connection))
    return;
  const auto run = std::get<get_result>(asked.wanted).run;
  waits_.add(run, {asked.who.connection, asked.who.token},
             deadline_after(alarm_.now(), asked.wait));
  wake_for_waits();
  if (!awaited_.insert(run).second)
    return;
  const auto over = [this, run] {
    awaited_.erase(run);
    const auto waiting = waits_.take(run);
    wake_for_waits();
    for (const auto& one : waiting)
      read({{one.connection, one.token, nullptr}, get_result{run}});
  };
  caf_compat::request(self_, controller_, caf::infinite, await_run{run})
      .then(over, [over](const caf::error&) { over(); });
}

void control_actor_state::look_at_waits() {
  for (const auto& one : waits_.take_expired(alarm_.now()))
    fail({one.connection, one.token, nullptr}, to_rpc_error(caf::make_error(errc::not_finished)));
  wake_for_waits();
}

/// One timer for all, and never for long: what a wait would leave behind once it is over, others
/// pay for.
void control_actor_state::wake_for_waits() {
  if (const auto earliest = waits_.earliest())
    alarm_.set(due::waits, std::min(*earliest, alarm_.now() + longest_nap));
  else
    alarm_.remove(due::waits);
  alarm_.rest();
}

} // namespace lockstep
