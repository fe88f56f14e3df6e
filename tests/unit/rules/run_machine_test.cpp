// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_machine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace lockstep {

namespace {

using state = run_state;

constexpr std::array states{state::queued,     state::starting, state::running, state::paused,
                            state::cancelling, state::done,     state::failed,  state::cancelled};
constexpr std::array events{run_event::taken,  run_event::prepared, run_event::pause,
                            run_event::resume, run_event::cancel,   run_event::returned,
                            run_event::failed, run_event::abandoned};

constexpr std::optional<state> no = std::nullopt;

/// A row for each state, a column for each event, both in the order above.
// clang-format off
constexpr std::array<std::array<std::optional<state>, 8>, 8> table{{
  // taken         prepared          pause          resume          cancel             returned          failed              abandoned
  {state::starting, no,               no,            no,             state::cancelled,  no,               state::failed,    no},
  {no,              state::running,   no,            no,             state::cancelling, no,               state::failed,    no},
  {no,              no,               state::paused, no,             state::cancelling, state::done,      state::failed,    state::cancelled},
  {no,              no,               no,            state::running, state::cancelling, state::done,      state::failed,    state::cancelled},
  {no,              state::cancelled, no,            no,             no,                state::cancelled, state::cancelled, state::cancelled},
  {no,              no,               no,            no,             no,                no,               no,               no},
  {no,              no,               no,            no,             no,                no,               no,               no},
  {no,              no,               no,            no,             no,                no,               no,               no},
}};
// clang-format on

} // namespace

TEST(run_machine, every_event_in_every_state_leads_where_the_table_says) {
  for (std::size_t row = 0; row < states.size(); ++row)
    for (std::size_t column = 0; column < events.size(); ++column)
      EXPECT_EQ(next_state(states[row], events[column]), table[row][column])
          << to_string(states[row]) << ", event " << column;
}

TEST(run_machine, a_run_is_over_exactly_in_the_states_that_nothing_follows) {
  for (const auto now : states) {
    bool goes_on = false;
    for (const auto what : events)
      goes_on = goes_on || next_state(now, what).has_value();
    EXPECT_EQ(is_over(now), !goes_on) << to_string(now);
  }
}

TEST(run_machine, every_state_has_its_word) {
  const std::array<std::string, 8> words{"queued",     "starting", "running", "paused",
                                         "cancelling", "done",     "failed",  "cancelled"};
  for (std::size_t i = 0; i < states.size(); ++i)
    EXPECT_EQ(to_string(states[i]), words[i]);
}

} // namespace lockstep
