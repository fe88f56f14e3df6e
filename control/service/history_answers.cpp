// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/history_answers.hpp"

#include "control/answers/run_text.hpp"
#include "control/answers/timeline_text.hpp"
#include "control/service/calls/rpc_errors.hpp"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>

namespace lockstep {

namespace {

/// Waits may last for days, but a timer that is let go of stays in CAF's table until its time.
constexpr std::chrono::milliseconds longest_nap{1'000};

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

/// The steps that a timeline may be of.
list_steps steps_for(const timeline_wish& wish) {
  list_steps wanted{wish.run};
  if (wish.from_step)
    wanted.from = *wish.from_step - 1;
  if (wish.to_step)
    wanted.count = *wish.to_step > wanted.from ? *wish.to_step - wanted.from : 0;
  return wanted;
}

} // namespace

history_answers::history_answers(control_actor::pointer self, controller_actor controller,
                                 text_actor text, call_answers& answers, lane& long_answers,
                                 head_purpose& purpose)
    : self_(self), controller_(std::move(controller)), text_(std::move(text)), answers_(answers),
      long_answers_(long_answers), purpose_(purpose) {}

void history_answers::read(const caller& who, const history_question& wanted,
                           std::chrono::milliseconds wait) {
  read({who, wanted, wait});
}

void history_answers::list(const caller& who, const list_runs& wanted) {
  const reading asked{who, wanted};
  long_answers_.await_turn(who, [this, asked] { read_in_turn(asked); });
}

/// Asks the controller. `use` takes whatever a history question may be answered with.
template <class Use, class Refuse>
void history_answers::look(const history_question& wanted, Use use, Refuse refuse) {
  const auto ask = [&]<class Found>(const auto& asked, std::type_identity<Found>) {
    caf_compat::request(self_, controller_, caf::infinite, asked)
        .then([use](const Found& found) { use(found); }, refuse);
  };
  std::visit(overloaded{[&](const get_run& x) { ask(x, std::type_identity<run_info>{}); },
                        [&](const list_runs& x) { ask(x, std::type_identity<run_list>{}); },
                        [&](const get_result& x) { ask(x, std::type_identity<run_result>{}); },
                        [&](const list_steps& x) { ask(x, std::type_identity<step_list>{}); },
                        [&](const list_reports& x) { ask(x, std::type_identity<report_list>{}); },
                        [&](const timeline_wish& wish) {
                          caf_compat::request(self_, controller_, caf::infinite, steps_for(wish))
                              .then(
                                  [use, wish](const step_list& found) {
                                    use(run_timeline{found.view, wish});
                                  },
                                  refuse);
                        }},
             wanted);
}

void history_answers::read(const reading& asked) {
  look(
      asked.wanted,
      [this, asked](const auto& found) {
        if (is_small(found))
          give(asked, to_text(found, page_bytes));
        else // looked at again then: what waits holds nothing
          long_answers_.await_turn(asked.who, [this, asked] { read_in_turn(asked); });
      },
      [this, asked](const caf::error& why) {
        if (why == errc::not_finished && asked.wait.count() > 0)
          await_end(asked);
        else
          answers_.fail(asked.who, to_rpc_error(why));
      });
}

void history_answers::describe(const caller& who, const run_info& run) {
  if (is_small(run))
    return answers_.give(who, to_text(run, page_bytes));
  const reading again{{who.connection, who.token, nullptr}, get_run{run.run}};
  long_answers_.await_turn(who, [this, again] { read_in_turn(again); });
}

void history_answers::read_in_turn(const reading& asked) {
  look(
      asked.wanted, [this, asked](const auto& found) { give_in_turn(asked, found); },
      [this, asked](const caf::error& why) { refused_in_turn(asked, why); });
}

template <class Found>
void history_answers::give_in_turn(const reading& asked, const Found& found) {
  const auto use = [this, asked](const std::string& text) {
    give(asked, text);
    long_answers_.end_turn();
  };
  if (is_small(found))
    use(to_text(found, page_bytes));
  else
    caf_compat::request(self_, text_, caf::infinite, found)
        .then(use, [this, asked](const caf::error& why) { refused_in_turn(asked, why); });
}

void history_answers::refused_in_turn(const reading& asked, const caf::error& why) {
  answers_.fail(asked.who, to_rpc_error(why));
  long_answers_.end_turn();
}

/// A result is given only of a run that is over.
void history_answers::give(const reading& asked, const std::string& text) {
  answers_.give(asked.who, text);
  if (const auto* result = std::get_if<get_result>(&asked.wanted))
    purpose_.fetched(result->run);
}

void history_answers::await_end(const reading& asked) {
  if (!answers_.is_open(asked.who.connection))
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
      read({one.connection, one.token, nullptr}, get_result{run});
  };
  caf_compat::request(self_, controller_, caf::infinite, await_run{run})
      .then(over, [over](const caf::error&) { over(); });
}

void history_answers::drop(std::uint64_t connection) {
  waits_.drop(connection);
  wake_for_waits();
}

void history_answers::look_at_waits() {
  for (const auto& one : waits_.take_expired(alarm_.now()))
    answers_.fail({one.connection, one.token, nullptr},
                  to_rpc_error(caf::make_error(errc::not_finished)));
  wake_for_waits();
}

/// One timer for all, and never for long: what a wait would leave behind once it is over, others
/// pay for.
void history_answers::wake_for_waits() {
  if (const auto earliest = waits_.earliest())
    alarm_.set(due::waits, std::min(*earliest, alarm_.now() + longest_nap));
  else
    alarm_.remove(due::waits);
  alarm_.rest();
}

} // namespace lockstep
